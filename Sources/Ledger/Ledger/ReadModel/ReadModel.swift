public import Formats
import Foundation
import GRDB
import Identity
import Synchronization

/// The read model of a channel's ledger: its licences, outcomes, blocks and transactions in tables for questions.
///
/// It follows the chain at its own pace, in a database of its own, so that neither execution nor consensus ever waits
/// for an index, and every answer says up to which height it is. Nothing in it is original: it can be deleted at any
/// time, and is made anew from the ledger. That is also why its commits need not survive the loss of power
/// (`synchronous = NORMAL`): SQLite then has a sound file with the last commits missing, and following goes on from
/// there.
///
/// `docs/read-model.md` describes the tables.
public final class ReadModel: Sendable {
    /// The database file; `-wal` and `-shm` beside it belong to it.
    public let path: String
    let genesis: Genesis
    let projections: [any ReadModelProjection]
    let options: ReadModelOptions

    private let opened: Mutex<Opened>
    private let queries: ReadModelQueries

    private struct Opened {
        var pool: DatabasePool
        var state: ReadModelState
        /// Why what was there before was thrown away, until somebody has asked.
        var rebuildReason: String?
    }

    /// Opens a channel's read model, or begins it. One that is damaged, of another consortium, another version or other
    /// projections is deleted and begun anew.
    /// - Parameters:
    ///   - path: the database file.
    ///   - genesis: the consortium's.
    ///   - projections: the applications' tables.
    ///   - options: how much of the machine it may take.
    /// - Throws: ``LedgerError`` with code `notALedger` where the file is somebody else's database, `cannotOpen`,
    ///   `busy` or `outOfSpace`.
    public init(
        path: String,
        genesis: Genesis,
        projections: [any ReadModelProjection],
        options: ReadModelOptions = ReadModelOptions()
    ) throws(LedgerError) {
        self.path = path
        self.genesis = genesis
        self.projections = projections
        self.options = options
        queries = ReadModelQueries(path: path)
        let obstacle = try Self.obstacle(path, genesis: genesis, projections: projections)
        if obstacle != nil { try Self.delete(path) }
        let (pool, state) = try Self.open(path, genesis, projections, options, isSeeding: false)
        opened = Mutex(Opened(pool: pool, state: state, rebuildReason: obstacle))
    }

    /// The last block that is in the model.
    public var position: ReadModelPosition { opened.withLock { $0.state.position } }

    /// Asks a question in SQL; as ``ReadModelQueries/ask(_:arguments:limits:)``.
    /// - Throws: ``LedgerError``.
    public func query(
        sql: String,
        arguments: [SQLValue] = [],
        limits: SQLLimits = SQLLimits()
    ) async throws(LedgerError) -> SQLAnswer {
        try await queries.ask(sql, arguments: arguments, limits: limits)
    }

    /// Closes the model. Nothing can be asked after it.
    /// - Throws: ``LedgerError``.
    public func close() throws(LedgerError) {
        try Self.close(opened.withLock { $0.pool })
    }

    // MARK: For following

    /// Why the model that was there before was thrown away; told once.
    func takeRebuildReason() -> String? {
        opened.withLock { opened in
            defer { opened.rebuildReason = nil }
            return opened.rebuildReason
        }
    }

    /// Begins anew with nothing in it.
    /// - Parameters:
    ///   - reason: why, for whoever follows.
    ///   - isSeeding: whether it is going to be filled from the present state.
    /// - Throws: ``LedgerError``.
    func restart(because reason: String, isSeeding: Bool = false) throws(LedgerError) {
        // A damaged file may not even close well; it goes anyway.
        try? Self.close(opened.withLock { $0.pool })
        try Self.delete(path)
        let (pool, state) = try Self.open(path, genesis, projections, options, isSeeding: isSeeding)
        opened.withLock { $0 = Opened(pool: pool, state: state, rebuildReason: reason) }
    }

    /// Runs `body` in one transaction.
    func write(
        _ body: @escaping @Sendable (ReadModelWriter) throws(LedgerError) -> Void
    ) async throws(LedgerError) {
        let projections = projections
        let pool = opened.withLock { $0.pool }
        do {
            let state = try await pool.write { database in
                let writer = ReadModelWriter(
                    projections: projections, tables: ReadModelTables(database))
                try body(writer)
                return try ReadModelSchema.state(database)
            }
            opened.withLock { $0.state = state }
        } catch {
            throw LedgerError(readModel: error)
        }
    }

    /// Reads a snapshot, with the height that it is of.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(LedgerError) -> (height: Height, value: Value) {
        let pool = opened.withLock { $0.pool }
        do {
            return try await pool.read { database in
                let state = try ReadModelSchema.state(database)
                guard !state.isSeeding else {
                    throw LedgerError(.readModelIncomplete, "the read model is being filled anew: ask again in a while")
                }
                return (state.position.height, try body(database))
            }
        } catch {
            throw LedgerError(readModel: error)
        }
    }
}

// MARK: - The file

extension ReadModel {
    private static func obstacle(
        _ path: String,
        genesis: Genesis,
        projections: [any ReadModelProjection]
    ) throws(LedgerError) -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            let queue = try DatabaseQueue(path: path)
            defer { try? queue.close() }
            return try queue.inDatabase {
                try ReadModelSchema.obstacle($0, genesis: genesis, projections: projections)
            }
        } catch {
            let failure = LedgerError(storage: error)
            // A version before this one may have had other columns.
            guard failure.code == .corrupted || (error as? DatabaseError)?.resultCode == .SQLITE_ERROR else {
                throw failure
            }
            return "it is damaged: \(failure.cause ?? failure.message)"
        }
    }

    private static func delete(_ path: String) throws(LedgerError) {
        // The log first: one without its database would be taken for the next one's.
        for file in [path + "-wal", path + "-shm", path] where FileManager.default.fileExists(atPath: file) {
            do {
                try FileManager.default.removeItem(atPath: file)
            } catch {
                throw LedgerError(.cannotOpen, "\(file) cannot be deleted to make the read model anew", cause: error)
            }
        }
    }

    private static func open(
        _ path: String,
        _ genesis: Genesis,
        _ projections: [any ReadModelProjection],
        _ options: ReadModelOptions,
        isSeeding: Bool
    ) throws(LedgerError) -> (DatabasePool, ReadModelState) {
        do {
            var configuration = Configuration()
            configuration.label = "read model"
            configuration.busyMode = .timeout(5)
            configuration.foreignKeysEnabled = false
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = NORMAL")
                try database.execute(sql: "PRAGMA cache_size = -\(options.writerCacheBytes / 1_024)")
                try database.execute(sql: "PRAGMA wal_autocheckpoint = \(options.checkpointPages)")
                try database.execute(sql: "PRAGMA journal_size_limit = \(options.checkpointPages * 4_096)")
            }
            let state = try pool.write { database in
                if try database.tableExists("read_model") { return try ReadModelSchema.state(database) }
                return try ReadModelSchema.create(
                    database, genesis: genesis, projections: projections, isSeeding: isSeeding)
            }
            return (pool, state)
        } catch {
            throw LedgerError(storage: error)
        }
    }

    private static func close(_ pool: DatabasePool) throws(LedgerError) {
        do {
            try pool.writeWithoutTransaction { database in
                do {
                    try database.checkpoint(.truncate)
                } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                    // A reader holds the log: it stays, and is worked in when the model is opened again.
                }
            }
            try pool.close()
        } catch {
            throw LedgerError(storage: error)
        }
    }
}
