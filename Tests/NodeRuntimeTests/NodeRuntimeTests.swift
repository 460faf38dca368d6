import Formats
import LedgerTestKit
import Nodes
import Testing

/// Nodes as they run. Networks come one after the other: a protocol with deadlines is not tried on a machine that runs
/// thirty nodes.
@Suite(.serialized) struct NodeRuntimeTests {}

extension TestNetwork {
    /// The value of a note as one node knows it; `nil` where it knows of none.
    func note(_ key: String, at index: Int, query: String = "get") async throws -> [UInt8]? {
        do {
            return try await probe(index).query(
                contract: "notes", name: query, arguments: Note(key: key, value: []), as: Note.self
            ).result.value
        } catch let error as NodeError where error.code == .notFound {
            return nil
        }
    }
}
