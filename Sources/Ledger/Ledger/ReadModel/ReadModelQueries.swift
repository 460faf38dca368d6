import Formats
import Foundation
import GRDB
import GRDBSQLite
import Identity
import Synchronization

/// Questions in SQL to a read model's file, also while a node in another process writes it.
public struct ReadModelQueries: Sendable {
    /// The model's file.
    public let path: String

    private let underWay = UnderWay()

    public init(path: String) { self.path = path }

    /// Asks one question.
    ///
    /// Nothing can be written, attached or called that is not part of the model, and the question ends when it has
    /// taken what `limits` allow. Each question has a connection of its own, opened for reading only.
    /// - Parameters:
    ///   - sql: one SELECT; the model's tables are described in `docs/read-model.md`.
    ///   - arguments: the values of its parameters, in order.
    ///   - limits: how much it may take.
    /// - Throws: ``LedgerError`` with code `wrongQuery`, `queryNotPermitted`, `timeLimitExceeded`, `sizeLimitExceeded`,
    ///   `readModelIncomplete`, `notFound` where there is no model, `notALedger` or `newerSchema` where the file is
    ///   none that this software knows, `busy` where too many questions are under way, or as storage fails.
    public func ask(
        _ sql: String,
        arguments: [SQLValue] = [],
        limits: SQLLimits = SQLLimits()
    ) async throws(LedgerError) -> SQLAnswer {
        guard FileManager.default.fileExists(atPath: path) else {
            throw LedgerError(.notFound, "there is no read model at \(path): a node makes it where its ledger is")
        }
        try underWay.begin()
        defer { underWay.end() }
        do {
            var configuration = Configuration()
            configuration.label = "question"
            configuration.readonly = true
            configuration.busyMode = .timeout(1)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? queue.close() }
            return try await queue.unsafeRead { database in
                guard let connection = database.sqliteConnection else {
                    throw LedgerError(.inputOutput, "the read model's file is not open")
                }
                return try Self.answer(sql, arguments, limits, database, connection)
            }
        } catch {
            throw LedgerError(readModel: error)
        }
    }

    private static func answer(
        _ sql: String,
        _ arguments: [SQLValue],
        _ limits: SQLLimits,
        _ database: Database,
        _ connection: OpaquePointer
    ) throws -> SQLAnswer {
        try database.execute(sql: "PRAGMA temp_store = MEMORY")
        try database.execute(sql: "PRAGMA trusted_schema = OFF")
        try database.execute(sql: "PRAGMA query_only = ON")
        try ReadModelSchema.checkForReading(database)
        let modules = try String.fetchAll(database, sql: "PRAGMA module_list").map { $0.lowercased() }
        // One snapshot for the height and the rows.
        sqlite3_exec(connection, "BEGIN", nil, nil, nil)
        defer { sqlite3_exec(connection, "ROLLBACK", nil, nil, nil) }
        let state = try ReadModelSchema.state(database)
        guard !state.isSeeding else {
            throw LedgerError(
                .readModelIncomplete, "the read model is being filled anew from the ledger: ask again in a while")
        }
        let tables = try String.fetchAll(
            database, sql: "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")
        let sandbox = SQLSandbox(
            connection,
            tables: Set(tables).union(["sqlite_schema", "sqlite_master"]),
            modules: Set(modules),
            limits: limits
        )
        let result = try sandbox.run(sql, arguments)
        return SQLAnswer(
            height: state.position.height,
            time: state.position.time,
            columns: result.columns,
            rows: result.rows,
            isTruncated: result.isTruncated
        )
    }

    /// Counts the questions under way.
    private final class UnderWay: Sendable {
        private let count = Mutex(0)

        func begin() throws(LedgerError) {
            let isFree = count.withLock { count in
                guard count < SQLLimits.concurrentCount else { return false }
                count += 1
                return true
            }
            guard isFree else {
                throw LedgerError(.busy, "\(SQLLimits.concurrentCount) questions are under way: ask again in a moment")
            }
        }

        func end() { count.withLock { $0 -= 1 } }
    }
}
