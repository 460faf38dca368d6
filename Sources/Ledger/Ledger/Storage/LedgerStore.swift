import Formats
import Foundation
import GRDB
import Identity

/// A channel's SQLite database: opened with care, read by several at a time, written by one.
///
/// Write-ahead log with `synchronous = FULL`: what a commit has returned from survives the loss of power, and what it
/// has not returned from is there whole or not at all (SQLite, "Write-Ahead Logging" and `PRAGMA synchronous`).
final class LedgerStore: Sendable {
    private let pool: DatabasePool
    /// Readers that are only ever used on the thread that asks. Those of ``pool`` are held by tasks too, which give
    /// them back on a thread that must not be waiting for one.
    private let nearPool: DatabasePool
    private let genesis: Genesis
    /// What is kept of the state in memory.
    let state: StateStore
    /// The transactions that might come again.
    let window: TransactionWindow

    /// Opens or creates the database at `path`.
    /// - Throws: ``LedgerError`` with code `notALedger`, `newerSchema`, `otherConsortium`, `corrupted`, `cannotOpen`,
    ///   `busy` or `outOfSpace`.
    init(path: String, genesis: Genesis, options: StorageOptions) throws(LedgerError) {
        do {
            if FileManager.default.fileExists(atPath: path) {
                let queue = try DatabaseQueue(path: path)
                try queue.inDatabase { try LedgerSchema.check($0) }
                try queue.close()
            }
            pool = try DatabasePool(path: path, configuration: Self.configuration(options))
            try pool.writeWithoutTransaction { database in
                // GRDB sets NORMAL for a pool, under which the last commits may be lost with the power.
                try database.execute(sql: "PRAGMA synchronous = FULL")
                try database.execute(sql: "PRAGMA cache_size = -\(options.writerCacheBytes / 1_024)")
                try database.execute(sql: "PRAGMA wal_autocheckpoint = \(options.checkpointPages)")
                try database.execute(sql: "PRAGMA journal_size_limit = \(options.writerCacheBytes)")
                try options.limitSize(of: database)
            }
            try pool.write { try LedgerSchema.claim($0) }
            try LedgerSchema.migrator.migrate(pool)
            try pool.write { database in
                try LedgerSchema.bind(database, to: genesis)
                try LedgerSchema.beginState(database, suite: genesis.suite)
            }
            let window = TransactionWindow(lifetime: genesis.limits.transactionLifetime)
            state = try pool.read { database in
                let state = try LedgerReader.loadState(from: database, genesis: genesis)
                try LedgerReader(database: database, genesis: genesis, state: state, window: window).load(window)
                return state
            }
            self.window = window
            var configuration = Self.configuration(options)
            configuration.readonly = true
            nearPool = try DatabasePool(path: path, configuration: configuration)
        } catch {
            throw LedgerError(storage: error)
        }
        self.genesis = genesis
    }

    /// Closes the database, with its log worked into the file where no reader is in the way. Accesses after it fail.
    func close() throws(LedgerError) {
        do {
            try nearPool.close()
            try pool.writeWithoutTransaction { database in
                do {
                    try database.checkpoint(.truncate)
                } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                    // A reader holds the log: it stays, and is worked in when the database is opened again.
                }
            }
            try pool.close()
        } catch {
            throw LedgerError(storage: error)
        }
    }

    /// Reads while others read and one writes: a snapshot of the last committed block.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (LedgerReader) throws -> Value
    ) async throws(LedgerError) -> Value {
        var attempts = 0
        while true {
            attempts += 1
            do {
                return try await pool.read { [self] in try body(reader($0)) }
            } catch let error as LedgerError where error.code == .outdated && attempts < Self.readAttempts {
                continue
            } catch {
                throw LedgerError(storage: error)
            }
        }
    }

    /// As ``read(_:)``, on the caller's thread, which waits for it: for a few look-ups, which take less time than
    /// changing threads for them does.
    func readHere<Value>(_ body: (LedgerReader) throws -> Value) throws(LedgerError) -> Value {
        var attempts = 0
        while true {
            attempts += 1
            do {
                return try nearPool.read { try body(reader($0)) }
            } catch let error as LedgerError where error.code == .outdated && attempts < Self.readAttempts {
                continue
            } catch {
                throw LedgerError(storage: error)
            }
        }
    }

    /// A reader is outdated when more blocks are committed while it reads than are kept in memory for it.
    private static let readAttempts = 5

    private func reader(_ database: Database) throws -> LedgerReader {
        try LedgerReader(database: database, genesis: genesis, state: state, window: window)
    }

    /// Runs `body` in one transaction, and `committed` with its value when that is on disk, before the next writer
    /// starts.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (LedgerReader, LedgerWriter) throws -> Value,
        committed: @escaping @Sendable (Value) -> Void
    ) async throws(LedgerError) -> Value {
        do {
            return try await pool.writeWithoutTransaction { [self] database in
                var value: Value?
                do {
                    try database.inTransaction(.immediate) {
                        value = try body(reader(database), LedgerWriter(database: database))
                        return .commit
                    }
                } catch {
                    try takeBack(database)
                    throw error
                }
                state.committed()
                guard let value else { preconditionFailure("a transaction that commits has run its body") }
                committed(value)
                return value
            }
        } catch {
            throw LedgerError(storage: error)
        }
    }

    /// Takes back in memory what was not committed.
    private func takeBack(_ database: Database) throws {
        let reader = try reader(database)
        try state.revert(to: reader.height()) { try reader.openLeaves(ofSize: $0) }
    }

    private static func configuration(_ options: StorageOptions) -> Configuration {
        var configuration = Configuration()
        configuration.label = "ledger"
        configuration.maximumReaderCount = options.maximumReaderCount
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA cache_size = -\(options.readerCacheBytes / 1_024)")
        }
        return configuration
    }
}
