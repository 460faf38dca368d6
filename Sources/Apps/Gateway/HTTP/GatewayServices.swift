import ClusterTransport
public import Formats
import GatewayAccess
import GatewayEvents
public import Identity
import Ledger
public import Logging
public import Nodes
public import ZhenglianClient

/// What operations and pages work with: the node's own ledger, in the node's own name.
public struct GatewayServices: Sendable {
    /// Acts on behalf of the node's department: as the client whose identity the gateway has, and without one as the
    /// node, which may read everything and write no business.
    public let client: ZhenglianClient
    /// Who the gateway is to the ledger and to other nodes; `nil` where it only reads.
    let identities: MemberIdentities?
    /// Where the services of this node are hosted, to be asked without a network.
    let system: ClusterSystem
    /// The node's own condition and blocks.
    public let inspection: any NodeInspection
    /// The directory of the node's data, where its read model is.
    public let dataPath: String
    public let heights: ExecutedHeights
    public let clock: any WallClock
    public let logger: Logger
    /// How people reach the gateway.
    public let address: String
    /// What happens on the ledger.
    let feed: EventFeed
    /// Whom it is sent to.
    let webhooks: WebhookStore
    /// Who listens.
    let streams = Seats(limit: GatewayLimits.streamCount)
    /// Who has something long proved.
    let proofs = Seats(limit: GatewayLimits.proofCount)

    /// - Parameters:
    ///   - host: the node.
    ///   - identities: of a client of the node's department, in whose name the gateway writes; `nil` for one that only
    ///     reads.
    ///   - webhooks: the node's webhooks.
    ///   - address: how people reach the gateway.
    init(host: NodeHost, identities: MemberIdentities? = nil, webhooks: WebhookStore, address: String) {
        client = ZhenglianClient(ledger: host.ledger, identity: identities?.ledger ?? host.identity)
        self.identities = identities
        system = host.system
        inspection = host.inspection
        dataPath = host.dataPath
        heights = host.heights
        clock = host.clock
        logger = host.logger
        self.address = address
        self.webhooks = webhooks
        feed = EventFeed(
            source: NodeBlocks(source: host.blocks), heights: host.heights, genesis: host.genesis,
            department: host.identity.member.department)
    }

    public var genesis: Genesis { client.genesis }
    /// Whose node it is.
    public var department: DepartmentName { client.identity.member.department }
    var suite: any CryptoSuite { genesis.suite }
    /// Whether the gateway writes in the department's name.
    var acts: Bool { identities != nil }

    /// Acts as the node for one request, which the ledger lets take effect once.
    func client(claiming key: RequestKey, request: Digest) -> ZhenglianClient {
        ZhenglianClient(
            submitter: client.submitter.claiming(key.claim(request), key: key.ledgerKey), verifier: client.verifier)
    }

    /// The validators of the epoch that the node is in, in the order of their names, each by its own word; `nil` where
    /// it does not answer.
    func validators() async -> [(member: MemberName, status: NodeStatus?)] {
        let health = await inspection.health()
        return await withTaskGroup(of: (member: MemberName, status: NodeStatus?).self) { group in
            for member in [health.member] + health.peers.map(\.member) {
                group.addTask {
                    do {
                        return (member, try await inspection.status(of: member))
                    } catch {
                        logger.debug("a node does not answer", metadata: ["member": "\(member)", "error": "\(error)"])
                        return (member, nil)
                    }
                }
            }
            var found: [(member: MemberName, status: NodeStatus?)] = []
            for await validator in group { found.append(validator) }
            return found.sorted { $0.member < $1.member }
        }
    }

    /// For questions in SQL of the gateway's own making.
    var readModel: ReadModelFile { ReadModelFile(dataPath: dataPath) }
}

/// The node's blocks, as events are made of them.
private struct NodeBlocks: BlockSource {
    let source: any ReadModelSource

    func followableHeights() async throws(LedgerError) -> (first: Height, last: ReadModelPosition) {
        try await source.followableHeights()
    }

    func followedBlocks(
        from first: Height, limit: Int, maximumBytes: Int
    ) async throws(LedgerError) -> [FollowedBlock] {
        try await source.followedBlocks(from: first, limit: limit, maximumBytes: maximumBytes)
    }
}
