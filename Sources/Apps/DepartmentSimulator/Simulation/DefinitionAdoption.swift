import Formats
import Foundation
import Identity
import Licences
import Nodes
import OneThings
import ZhenglianClient

/// Brings a definition into force for a trial: proposed by one department, approved by the others.
public struct DefinitionAdoption: Sendable {
    private let connection: DepartmentConnection

    public init(_ connection: DepartmentConnection) { self.connection = connection }

    /// - Throws: ``SimulationError`` with code `wrongInput`; `TransactionRejected` or the node's error.
    public func decide(on path: String, isFirst: Bool) async throws {
        let bytes = try ProtectedFile.contents(of: path, limit: 1 << 20)
        let definition: OneThingDefinition
        do {
            definition = try JSONDecoder().decode(OneThingDefinition.self, from: Data(bytes))
        } catch {
            throw SimulationError(.wrongInput, "\(path) is no definition: \(error)")
        }
        let digest = connection.client.genesis.suite.digest(of: definition.derBytes)
        let call =
            isFirst
            ? Call(
                contract: DefinitionsContract.contractName, method: DefinitionsContract.Method.propose,
                arguments: ProposeDefinition(definition).derBytes)
            : Call(
                contract: DefinitionsContract.contractName, method: DefinitionsContract.Method.approve,
                arguments: ApproveDefinition(digest, of: definition.matter).derBytes)
        try await connection.client.submitter.submit([call])
    }
}
