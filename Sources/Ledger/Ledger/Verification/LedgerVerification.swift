public import Formats
import GRDB
public import Identity

/// Walks a whole ledger offline, from its first row to its last, and compares every one with what has to be there.
///
/// What is checked: the file as SQLite sees it and its tables; every header by itself, on its parent, and the results
/// that it states; every transaction, outcome, certificate and finalization, with their signatures; every node of the
/// journal; the state, made anew from the recorded changes of each block, with every entry, reference and bit. Nothing
/// is written, and nothing that stands in the database is trusted, the genesis alone is.
public struct LedgerVerification: Sendable {
    public struct Options: Sendable {
        /// Whether signatures of transactions and finalizations are checked, which takes most of the time.
        public var checksSignatures = true

        public init() {}
    }

    private let genesis: Genesis
    private let options: Options

    public init(genesis: Genesis, options: Options = Options()) {
        self.genesis = genesis
        self.options = options
    }

    /// Verifies the database at `path`, in one read of it.
    /// - Parameters:
    ///   - path: the database file. It is opened for reading only.
    ///   - progress: told the height from time to time.
    /// - Throws: ``LedgerFault`` that names the first row that does not hold; ``LedgerError`` where the file cannot be
    ///   read at all, or is no ledger, of another version, or of another consortium; `CancellationError`.
    public func verify(
        _ path: String,
        progress: (WorkProgress) throws -> Void = { _ in }
    ) throws -> LedgerVerificationReport {
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            return try queue.read { database in
                try LedgerSchema.check(database)
                return try verify(database, progress: progress)
            }
        } catch let fault as LedgerFault {
            throw fault
        } catch let error as DatabaseError where Self.damageCodes.contains(error.resultCode) {
            throw LedgerFault(
                table: "sqlite", key: "file", column: "file", expected: "a database that SQLite can read",
                found: error.message ?? "\(error)")
        } catch {
            throw LedgerError(storage: error)
        }
    }

    /// What SQLite says of a damaged file; a table that is gone is an error in the statement that asks for it.
    private static let damageCodes: [ResultCode] = [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_SCHEMA]

    private func verify(
        _ database: Database,
        progress: (WorkProgress) throws -> Void
    ) throws -> LedgerVerificationReport {
        try SchemaCheck(genesis: genesis).check(database)
        let base = try LedgerBase(database, genesis: genesis)
        let head = Height(
            rawValue: UInt64(try Int64.fetchOne(database, sql: "SELECT max(height) FROM blocks") ?? 0))
        var walk = try LedgerWalk(database, genesis: genesis, base: base, options: options)
        try walk.begin()
        while let height = try walk.next() {
            if height.rawValue % 64 == 0 {
                try progress(WorkProgress(done: height.rawValue, total: head.rawValue))
            }
        }
        return try walk.finish()
    }
}

/// What a ledger that holds was found to be.
public struct LedgerVerificationReport: Sendable, Codable {
    /// The last block.
    public let height: Height
    public let head: Digest
    /// State root and journal root after it.
    public let stateRoot: Digest
    public let journalRoot: Digest
    /// The last height whose block is proved to be final by a certificate on this ledger.
    public let finalHeight: Height
    /// The last height whose results a finalised header states.
    public let sealedHeight: Height
    /// The snapshot that the ledger began with; 0 for none.
    public let snapshotHeight: Height
    /// The state is proved from here on, and values that were superseded up to here may be pruned.
    public let stateHorizon: Height
    /// Transactions up to here may be pruned.
    public let transactionHorizon: Height
    public let blocks: Int
    public let transactions: Int
    /// Of ``transactions``, those of which only the leaf digests are left.
    public let prunedTransactions: Int
    public let finalizations: Int
    /// Entries of the state's log.
    public let stateEntries: UInt64
    public let signatures: Int
}
