public import Ledger

/// The read model in a node's data directory, for questions from outside of the node, also while it runs.
public struct ReadModelFile: Sendable {
    private let queries: ReadModelQueries

    /// - Parameter dataPath: the node's data directory, which its configuration names.
    public init(dataPath: String) {
        queries = ReadModelQueries(path: Self.path(inDataOf: dataPath))
    }

    /// Asks a question; as `ReadModelQueries.ask`.
    /// - Throws: `LedgerError`.
    public func ask(
        _ sql: String, arguments: [SQLValue] = [], limits: SQLLimits
    ) async throws(LedgerError) -> SQLAnswer {
        try await queries.ask(sql, arguments: arguments, limits: limits)
    }

    static func path(inDataOf dataPath: String) -> String { "\(dataPath)/read-model.sqlite" }
}
