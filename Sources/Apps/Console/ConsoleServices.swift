public import Formats
public import Identity
public import Nodes
public import ZhenglianClient

/// What the console asks, beside the ledger: the node that it runs in.
public protocol ConsoleInspection: Sendable {
    /// How the node is.
    /// - Throws: `NodeError`, or the transport's error.
    func health() async throws -> NodeHealth

    /// The block at a height, with what makes it final; `nil` where the node does not have it, or no longer.
    /// - Throws: `LedgerError` or `NodeError`.
    func block(at height: Height) async throws -> InspectedBlock?

    /// What the members that this node knows say of themselves.
    func members() async -> [InspectedMember]

    /// How the gateway is that serves the console.
    func gateway() async -> GatewayStanding
}

/// A block as the node keeps it.
public struct InspectedBlock: Sendable {
    public let block: Block
    /// A quorum's signatures under this very block; `nil` where it is final as the ancestor of another.
    public let finalization: QuorumCertificate?

    public init(_ block: Block, finalization: QuorumCertificate?) {
        (self.block, self.finalization) = (block, finalization)
    }
}

/// What a member has said when it was asked, or that it has not.
public struct InspectedMember: Sendable {
    public let member: MemberName
    /// `nil` where it did not answer.
    public let status: NodeStatus?

    public init(_ member: MemberName, status: NodeStatus?) { (self.member, self.status) = (member, status) }
}

/// What waits at the gateway, and who is locked out.
public struct GatewayStanding: Sendable {
    /// Something of which there is only so much.
    public struct Queue: Sendable {
        /// One word, such as `requests`, `streams`, `webhooks`.
        public let name: String
        public let count: Int
        public let limit: Int

        public init(_ name: String, count: Int, limit: Int) {
            (self.name, self.count, self.limit) = (name, count, limit)
        }
    }

    /// An account or an address that has failed to log in too often.
    public struct Lockout: Sendable {
        public let subject: String
        public let until: Timestamp

        public init(_ subject: String, until: Timestamp) { (self.subject, self.until) = (subject, until) }
    }

    public let queues: [Queue]
    public let lockouts: [Lockout]
    /// Bytes by which the data directory has grown in the last day; `nil` where that is not known yet.
    public let dailyGrowthBytes: UInt64?
    /// From a transaction's arrival at this node to its outcome, in milliseconds: the middle and the 95th of a hundred
    /// of the last minutes; `nil` where there were none.
    public let commitMilliseconds: (median: Int64, ninetyFifth: Int64)?

    public init(
        queues: [Queue] = [], lockouts: [Lockout] = [], dailyGrowthBytes: UInt64? = nil,
        commitMilliseconds: (median: Int64, ninetyFifth: Int64)? = nil
    ) {
        (self.queues, self.lockouts) = (queues, lockouts)
        (self.dailyGrowthBytes, self.commitMilliseconds) = (dailyGrowthBytes, commitMilliseconds)
    }
}

/// Everything that pages are made of.
public struct ConsoleServices: Sendable {
    /// Asks the ledger, as the node.
    public let client: ZhenglianClient
    /// The tables of the node's read model.
    public let readModel: ReadModelFile
    /// The node's data directory.
    public let dataPath: String
    public let heights: ExecutedHeights
    public let clock: any WallClock
    /// What time-outs run on.
    public let timer: any Clock<Duration>
    public let inspection: any ConsoleInspection
    public let access: any ConsoleAccess

    public init(
        client: ZhenglianClient, dataPath: String, heights: ExecutedHeights, clock: any WallClock,
        timer: any Clock<Duration> = .continuous, inspection: any ConsoleInspection, access: any ConsoleAccess
    ) {
        (self.client, self.dataPath, self.heights, self.clock) = (client, dataPath, heights, clock)
        (self.timer, self.inspection, self.access) = (timer, inspection, access)
        readModel = ReadModelFile(dataPath: dataPath)
    }

    var ledger: any LedgerClient { client.ledger }
    var genesis: Genesis { client.genesis }
    /// Whose node this is.
    var department: DepartmentName { client.identity.member.department }
}
