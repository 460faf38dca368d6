public import Formats
import GatewayAccess
public import Identity
public import Logging
public import Nodes
public import ZhenglianClient

/// What operations and pages work with: the node's own ledger, in the node's own name.
public struct GatewayServices: Sendable {
    /// Acts as the node, on behalf of its department.
    public let client: ZhenglianClient
    /// The node's own condition and blocks.
    public let inspection: any NodeInspection
    /// The directory of the node's data, where its read model is.
    public let dataPath: String
    public let heights: ExecutedHeights
    public let clock: any WallClock
    public let logger: Logger
    /// How people reach the gateway.
    public let address: String

    public init(host: NodeHost, address: String) {
        client = ZhenglianClient(ledger: host.ledger, identity: host.identity)
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
    /// Acts as the node for one request, which the ledger lets take effect once.
    func client(claiming key: RequestKey, request: Digest) -> ZhenglianClient {
        ZhenglianClient(submitter: client.submitter.claiming(key.claim(request), key: key.ledgerKey))
    }

    /// For questions in SQL of the gateway's own making.
    var readModel: ReadModelFile { ReadModelFile(dataPath: dataPath) }
}
