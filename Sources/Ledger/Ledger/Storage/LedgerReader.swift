import Formats
import Foundation
import GRDB
import Identity

/// What can be asked of a channel's database, within one access: every answer is of the same height.
struct LedgerReader {
    let database: Database
    let genesis: Genesis
    let state: StateStore
    let window: TransactionWindow
    /// Entries in the state's log, as this access sees it.
    let stateSize: UInt64
    /// Where names were found in that log.
    let lookups = StateLookups()

    init(database: Database, genesis: Genesis, state: StateStore, window: TransactionWindow) throws {
        self.database = database
        self.genesis = genesis
        self.state = state
        self.window = window
        let statement = try database.cachedStatement(
            sql: "SELECT state_size FROM blocks ORDER BY height DESC LIMIT 1")
        stateSize = try Self.stateSize(Int64.fetchOne(statement) ?? 1)
    }

    static func stateSize(_ column: Int64) throws(LedgerError) -> UInt64 {
        guard column >= 1, column <= StateCommitment.maximumSize else {
            throw LedgerError(.corrupted, "a block has a state's log of \(column) entries; restore a backup")
        }
        return UInt64(column)
    }

    /// A reader of what the same access sees now: for the writer, the blocks that it has written meanwhile.
    func current() throws -> LedgerReader {
        try LedgerReader(database: database, genesis: genesis, state: state, window: window)
    }

    /// A row of `blocks`.
    struct BlockRecord {
        let header: BlockHeader
        let digest: Digest
        let outcomesRoot: Digest
        let stateRoot: Digest
        let journalRoot: Digest
        let stateSize: UInt64
        /// The last row of `state_values` that the block wrote.
        let valueCount: Int64

        var executed: ExecutedState {
            ExecutedState(height: header.height, stateRoot: stateRoot, journalRoot: journalRoot)
        }
    }

    func record(at height: Height) throws -> BlockRecord? {
        try record(where: "height = ?", [Int64(height.rawValue)])
    }

    func lastRecord() throws -> BlockRecord? {
        try record(where: "height = (SELECT max(height) FROM blocks)", [])
    }

    func height() throws -> Height {
        let statement = try database.cachedStatement(sql: "SELECT max(height) FROM blocks")
        return Height(rawValue: UInt64(clamping: try Int64.fetchOne(statement) ?? 0))
    }

    /// The greatest height, up to one, whose block holds transactions.
    func lastBusyHeight(upTo height: Height = Height(rawValue: UInt64(Int64.max))) throws -> Height {
        let statement = try database.cachedStatement(
            sql: """
                SELECT height FROM blocks WHERE transaction_count > 0 AND height <= ? ORDER BY height DESC LIMIT 1
                """)
        let busy = try Int64.fetchOne(statement, arguments: [Int64(height.rawValue)])
        return Height(rawValue: UInt64(clamping: busy ?? 0))
    }

    /// This node's results at a height; `nil` above the last executed one.
    func results(at height: Height) throws -> ExecutedState? {
        height == .zero ? ExecutionTip(genesis: genesis).executed : try record(at: height)?.executed
    }

    /// DER of a block's transactions.
    /// - Throws: ``LedgerError`` with code `pruned` where one of them is.
    func transactions(at height: Height) throws -> [[UInt8]] {
        try storedTransactions(at: height).enumerated().map { index, part in
            try der(of: part, at: TransactionPlace(height: height, index: index))
        }
    }

    /// DER of a block's outcomes.
    /// - Throws: ``LedgerError`` with code `pruned` where one of them is.
    func outcomes(at height: Height) throws -> [[UInt8]] {
        try storedOutcomes(at: height).enumerated().map { index, part in
            try der(of: part, at: TransactionPlace(height: height, index: index))
        }
    }

    /// What is left of a block's transactions.
    func storedTransactions(at height: Height) throws -> [StoredPart] {
        try rows("SELECT der FROM transactions WHERE place BETWEEN ? AND ? ORDER BY place", of: height)
    }

    /// What is left of a block's outcomes.
    func storedOutcomes(at height: Height) throws -> [StoredPart] {
        try rows("SELECT der FROM outcomes WHERE place BETWEEN ? AND ? ORDER BY place", of: height)
    }

    func der(of part: StoredPart, at place: TransactionPlace) throws -> [UInt8] {
        guard case .der(let bytes) = part else { throw try prunedError(at: place) }
        return bytes
    }

    func block(at height: Height) throws -> Block? {
        guard let record = try record(at: height) else { return nil }
        return Block(header: record.header, transactions: try transactions(at: height).map(Self.transaction))
    }

    func place(of identifier: TransactionIdentifier) throws -> TransactionPlace? {
        let statement = try database.cachedStatement(sql: "SELECT identifier FROM transactions WHERE place = ?")
        return try window.candidates(for: identifier).first { place in
            try Row.fetchOne(statement, arguments: [place.rowNumber])?.digest(at: 0) == identifier.digest
        }
    }

    func outcome(at place: TransactionPlace) throws -> Outcome? {
        let statement = try database.cachedStatement(sql: "SELECT der FROM outcomes WHERE place = ?")
        guard let row = try Row.fetchOne(statement, arguments: [place.rowNumber]) else { return nil }
        let bytes = try der(of: try StoredPart(column: row.bytes(at: 0)), at: place)
        return try Outcome(derBytes: bytes, limit: Outcome.maximumByteCount)
    }

    /// DER of the certificate under which a transaction was executed.
    func submitterCertificate(at place: TransactionPlace) throws -> [UInt8]? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT certificate FROM submitters
                WHERE number = (SELECT submitter FROM transactions WHERE place = ?)
                """)
        return try Row.fetchOne(statement, arguments: [place.rowNumber])?.bytes(at: 0)
    }

    func finalization(at height: Height) throws -> QuorumCertificate? {
        let statement = try database.cachedStatement(sql: "SELECT der FROM finalizations WHERE height = ?")
        guard let row = try Row.fetchOne(statement, arguments: [Int64(height.rawValue)]) else { return nil }
        return try QuorumCertificate(derBytes: row.bytes(at: 0), limit: QuorumCertificate.maximumByteCount)
    }

    /// The newest finalization of all.
    func lastFinalization() throws -> QuorumCertificate? {
        try newestFinalizedHeight().flatMap { try finalization(at: $0) }
    }

    /// The greatest height whose block has a finalization of its own.
    func newestFinalizedHeight() throws -> Height? {
        let statement = try database.cachedStatement(
            sql: "SELECT height FROM finalizations ORDER BY height DESC LIMIT 1")
        return try Int64.fetchOne(statement).map { Height(rawValue: UInt64(clamping: $0)) }
    }

    /// The first height from `height` on whose block has a finalization of its own.
    func finalizedHeight(from height: Height) throws -> Height? {
        let statement = try database.cachedStatement(
            sql: "SELECT height FROM finalizations WHERE height >= ? ORDER BY height LIMIT 1")
        return try Int64.fetchOne(statement, arguments: [Int64(height.rawValue)]).map {
            Height(rawValue: UInt64(clamping: $0))
        }
    }

    /// The first height whose header states the results of `height` and whose block has a finalization of its own.
    func sealingHeight(of height: Height) throws -> Height? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT finalizations.height FROM finalizations JOIN blocks ON blocks.height = finalizations.height
                WHERE finalizations.height > ?1 AND executed_height >= ?1
                ORDER BY finalizations.height LIMIT 1
                """)
        return try Int64.fetchOne(statement, arguments: [Int64(height.rawValue)]).map {
            Height(rawValue: UInt64(clamping: $0))
        }
    }

    func journalNode(level: Int, position: UInt64) throws -> Digest {
        let statement = try database.cachedStatement(
            sql: "SELECT digest FROM journal_nodes WHERE level = ? AND position = ?")
        guard let row = try Row.fetchOne(statement, arguments: [Int64(level), Int64(position)]) else {
            throw LedgerError(.corrupted, "the journal lacks node \(position) of level \(level); restore a backup")
        }
        return try row.digest(at: 0)
    }

    /// Where execution stands.
    func tip() throws -> ExecutionTip {
        guard let last = try lastRecord() else { return ExecutionTip(genesis: genesis) }
        let journal = try MerkleRange(count: last.header.height.rawValue) { level, position in
            try journalNode(level: level, position: position)
        }
        guard journal.root(suite: genesis.suite) == last.journalRoot else {
            throw LedgerError(.corrupted, "the journal does not have the root that its last block recorded")
        }
        return ExecutionTip(executed: last.executed, journal: journal)
    }

    static func transaction(_ bytes: [UInt8]) throws -> Transaction {
        try Transaction(derBytes: bytes, limit: Transaction.maximumByteCount)
    }

    private func record(where condition: String, _ arguments: StatementArguments) throws -> BlockRecord? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT header, digest, outcomes_root, state_root, journal_root, state_size, value_count
                FROM blocks WHERE \(condition)
                """)
        guard let row = try Row.fetchOne(statement, arguments: arguments) else { return nil }
        return BlockRecord(
            header: try BlockHeader(derBytes: row.bytes(at: 0), limit: BlockHeader.maximumByteCount),
            digest: try row.digest(at: 1),
            outcomesRoot: try row.digest(at: 2),
            stateRoot: try row.digest(at: 3),
            journalRoot: try row.digest(at: 4),
            stateSize: try Self.stateSize(row.integer(at: 5)),
            valueCount: try row.integer(at: 6)
        )
    }

    private func rows(_ sql: String, of height: Height) throws -> [StoredPart] {
        let range = TransactionPlace.rowNumbers(of: height)
        let statement = try database.cachedStatement(sql: sql)
        let rows = try Row.fetchAll(statement, arguments: [range.lowerBound, range.upperBound])
        return try rows.map { try StoredPart(column: $0.bytes(at: 0)) }
    }
}
