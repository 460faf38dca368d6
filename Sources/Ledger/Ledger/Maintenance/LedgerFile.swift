public import Formats
import GRDB
public import Identity

/// A ledger's database as a file: what can be done with it without opening it as a node does. It is only read.
///
/// A node may run on it meanwhile: every access sees one committed block and holds up no writer.
public struct LedgerFile: Sendable {
    public let path: String
    public let genesis: Genesis
    private let queue: DatabaseQueue

    /// Opens the file.
    /// - Throws: ``LedgerError`` with code `notALedger`, `newerSchema`, `olderFormat`, `otherConsortium`, `corrupted`
    ///   or `cannotOpen`.
    public init(_ path: String, genesis: Genesis) throws(LedgerError) {
        self.path = path
        self.genesis = genesis
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.read { database in
                try LedgerSchema.check(database)
                try LedgerSchema.checkBinding(of: database, to: genesis)
            }
        } catch {
            throw LedgerError(storage: error)
        }
    }

    /// The last block and its results.
    /// - Throws: ``LedgerError``.
    public func head() throws(LedgerError) -> LedgerPoint {
        try read { reader in
            guard let last = try reader.lastRecord() else {
                return LedgerPoint(digest: genesis.channel.digest, results: ExecutionTip(genesis: genesis).executed)
            }
            return LedgerPoint(digest: last.digest, results: last.executed)
        }
    }

    /// The results of a height; `nil` where the ledger has no such block.
    /// - Throws: ``LedgerError``.
    public func results(at height: Height) throws(LedgerError) -> ExecutedState? {
        try read { try $0.results(at: height) }
    }

    /// What a program with these contracts lacks of what has been decided about them, the lowest height first.
    ///
    /// Looks through the log of the state from its end: seconds where a large ledger has never decided about contracts.
    /// - Throws: ``LedgerError``.
    public func missing(of contracts: Contracts) throws(LedgerError) -> [MissingContractVersion] {
        let head = try head().height
        let entry: [UInt8]?
        do {
            entry = try queue.read { database in
                let row = try Row.fetchOne(
                    database,
                    sql: "SELECT value FROM state_values WHERE contract = ? AND key = ? ORDER BY number DESC LIMIT 1",
                    arguments: [ContractLifecycleContract.name, ContractLifecycleKeys.versions.bytes.blob])
                return try row?.bytes(at: 0)
            }
        } catch {
            throw LedgerError(storage: error)
        }
        guard let entry else { return [] }
        return contracts.missing(from: try ContractVersions(entry: entry), after: head).sorted { $0.height < $1.height }
    }

    /// Copies the ledger as of its last block to a new file.
    ///
    /// The copy is read in one transaction, so the node's writer goes on, and no block that it commits meanwhile makes
    /// the copy begin anew. It is a database of its own, without a write-ahead log beside it; whoever calls
    /// synchronizes it and gives it its name.
    /// - Parameters:
    ///   - destination: where it goes; no file may be there.
    ///   - options: how large it may become.
    ///   - progress: told the pages copied, from time to time. What it throws ends the copy.
    /// - Throws: ``LedgerError``.
    public func copy(
        to destination: String,
        options: StorageOptions = StorageOptions(),
        progress: (WorkProgress) throws -> Void = { _ in }
    ) throws(LedgerError) {
        do {
            let copy = try DatabaseQueue(path: destination)
            try copy.inDatabase { target in
                // A crash leaves a file that nobody takes for a backup: it has its name only when it is whole.
                try target.execute(sql: "PRAGMA synchronous = OFF")
                try options.limitSize(of: target)
                try queue.read { try Self.copy($0, to: target, progress: progress) }
                try target.execute(sql: "PRAGMA journal_mode = DELETE")
            }
            try copy.close()
        } catch {
            throw LedgerError(storage: error)
        }
    }

    private static func copy(
        _ source: Database,
        to target: Database,
        progress: (WorkProgress) throws -> Void
    ) throws {
        // What the last step's report throws, GRDB drops.
        var interruption: (any Error)?
        // GRDB calls back before it returns, and never after.
        try withoutActuallyEscaping(progress) { progress in
            try source.backup(to: target, pagesPerStep: pagesPerStep) { step in
                do {
                    let total = UInt64(clamping: step.totalPageCount)
                    try progress(WorkProgress(done: UInt64(clamping: step.completedPageCount), total: total))
                } catch {
                    interruption = error
                    throw error
                }
            }
        }
        if let interruption { throw interruption }
    }

    /// 4 MiB between two words about how far the copy is.
    private static let pagesPerStep: CInt = 1_024

    func read<Value>(_ body: (LedgerReader) throws -> Value) throws(LedgerError) -> Value {
        do {
            return try queue.read { database in
                try body(try LedgerReader(withoutStateOf: database, genesis: genesis))
            }
        } catch {
            throw LedgerError(storage: error)
        }
    }
}

/// A block and its results.
public struct LedgerPoint: Sendable, Hashable {
    public let digest: Digest
    public let results: ExecutedState

    public var height: Height { results.height }
}

extension LedgerReader {
    /// A reader of rows alone: what has to be looked up by a key of the state or by an identifier, it does not find.
    init(withoutStateOf database: Database, genesis: Genesis) throws {
        let empty = StateStore(
            tree: StateTree(suite: genesis.suite), index: PrefixIndex(), height: .zero, suite: genesis.suite)
        let window = TransactionWindow(lifetime: genesis.limits.transactionLifetime)
        try self.init(database: database, genesis: genesis, state: empty, window: window)
    }
}
