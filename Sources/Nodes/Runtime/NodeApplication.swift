public import ClusterTransport
public import Formats
public import Identity
public import Ledger
public import Logging

/// What a node runs besides its ledger: an application that answers calls of other nodes and of clients, beside the
/// node's own services and over the same connections.
///
/// It reaches the ledger as every application does, by a client interface; it never sees blocks or votes.
public protocol NodeApplication: Sendable {
    /// Takes up its work: opens what it keeps, and hosts the actors that may be called. Calls arrive as soon as the
    /// node listens, which is after every application has started.
    /// - Throws: whatever keeps the node from starting.
    func start(on host: NodeHost) async throws

    /// What it does of its own accord while the node runs. It returns when the task is cancelled, or earlier where
    /// there is nothing more to do; the node goes on without it.
    /// - Throws: whatever the node cannot go on with: it stops, and says so.
    func run(on host: NodeHost) async throws
}

extension NodeApplication {
    public func run(on _: NodeHost) async {}
}

/// What a node gives an application.
public struct NodeHost: Sendable {
    public let genesis: Genesis
    /// Who the node is on the ledger, with the key that signs in its name.
    public let identity: MemberIdentity
    /// The node's own ledger. It lives as long as the node.
    public let ledger: any LedgerClient
    /// The node's own condition and blocks, for whoever shows them to people.
    public let inspection: any NodeInspection
    /// The node's blocks with what they have changed, for whoever follows them.
    public let blocks: any ReadModelSource
    /// The directory of the node's data, in which its read model is (``ReadModelFile``).
    public let dataPath: String
    /// Which certificates are revoked, by what departments have published and by the node's own lists.
    public let revocations: RevocationBoard
    /// The height that the ledger has executed, for whoever waits for the next.
    public let heights: ExecutedHeights
    /// Where actors are hosted (``ClusterSystem/host(_:_:)``).
    public let system: ClusterSystem
    public let clock: any WallClock
    public let logger: Logger

    /// Of the parts of a node.
    init(
        _ service: NodeService, identity: MemberIdentity, health: HealthService, revocations: RevocationBoard,
        heights: ExecutedHeights, system: ClusterSystem, logger: Logger
    ) {
        genesis = service.genesis
        self.identity = identity
        ledger = LocalLedgerClient(service: service)
        inspection = LocalNodeInspection(
            member: service.member, ledger: service.ledger, service: service, facts: health, system: system)
        blocks = service.ledger
        dataPath = health.directory.path
        clock = service.clock
        (self.revocations, self.heights, self.system, self.logger) = (revocations, heights, system, logger)
    }
}
