import ClusterTransport
public import Formats
import GatewayAccess
public import Identity
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

    /// - Parameters:
    ///   - host: the node.
    ///   - identities: of a client of the node's department, in whose name the gateway writes; `nil` for one that reads.
    ///   - address: how people reach the gateway.
    public init(host: NodeHost, identities: MemberIdentities? = nil, address: String) {
        client = ZhenglianClient(ledger: host.ledger, identity: identities?.ledger ?? host.identity)
        self.identities = identities
        system = host.system
        inspection = host.inspection
        dataPath = host.dataPath
        heights = host.heights
        clock = host.clock
        logger = host.logger
        self.address = address
    }

    public var genesis: Genesis { client.genesis }
    /// Whose node it is.
    public var department: DepartmentName { client.identity.member.department }
    var suite: any CryptoSuite { genesis.suite }
    /// Whether the gateway writes in the department's name.
    var acts: Bool { identities != nil }

    /// Acts as the node for one request, which the ledger lets take effect once.
    func client(claiming key: RequestKey, request: Digest) -> ZhenglianClient {
        ZhenglianClient(submitter: client.submitter.claiming(key.claim(request), key: key.ledgerKey))
    }

    /// For questions in SQL of the gateway's own making.
    var readModel: ReadModelFile { ReadModelFile(dataPath: dataPath) }
}
