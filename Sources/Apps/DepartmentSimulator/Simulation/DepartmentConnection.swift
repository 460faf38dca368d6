public import Formats
public import Identity
public import Logging
import Nodes
import ZhenglianClient

/// A department's business system at its node: the ledger, the node's service, and the services of other departments'
/// nodes, from which it fetches what its steps need.
public struct DepartmentConnection: Sendable {
    let client: ZhenglianClient
    private let ledger: RemoteLedgerClient
    private let services: [DepartmentName: RemoteOneThingService]
    private let own: RemoteOneThingService

    public var department: DepartmentName { client.identity.member.department }

    /// - Parameters:
    ///   - genesis: the consortium's, which says where every department's node listens.
    ///   - identities: a client of the department.
    ///   - logger: the connection's.
    /// - Throws: ``SimulationError`` with code `noNode`; `IdentityError`.
    public init(genesis: Genesis, identities: MemberIdentities, logger: Logger) throws {
        let department = identities.ledger.member.department
        var services: [DepartmentName: RemoteOneThingService] = [:]
        let nodes = NodeReference.validators(of: genesis)
        for node in nodes where services[node.member.department] == nil {
            services[node.member.department] = try RemoteOneThingService(
                genesis: genesis, identity: identities.transport, node: node, logger: logger)
        }
        guard let own = services[department], let node = nodes.first(where: { $0.member.department == department })
        else { throw SimulationError(.noNode, "\(department) has no node in the genesis: it cannot be simulated") }
        // Its own node alone: a department whose node is down waits for it.
        ledger = try RemoteLedgerClient(
            genesis: genesis, identity: identities.transport, nodes: [node], logger: logger)
        client = ZhenglianClient(ledger: ledger, identity: identities.ledger)
        (self.services, self.own) = (services, own)
    }

    var service: RemoteOneThingService { own }

    /// - Throws: ``SimulationError`` with code `noNode`.
    func service(of keeper: DepartmentName) throws -> RemoteOneThingService {
        guard let service = services[keeper] else {
            throw SimulationError(.noNode, "\(keeper) has no node in the genesis: nothing can be fetched there")
        }
        return service
    }

    public func close() async {
        await ledger.close()
        for service in services.values { await service.close() }
    }
}
