import Formats
import GRDB
import Identity

/// A row of `blocks` whose header holds.
struct CheckedBlock {
    let row: TableRow
    let header: BlockHeader
    let digest: Digest
    let transactionCount: Int
    let outcomesRoot: Digest
    let results: ExecutedState
    let stateSize: UInt64
    let valueCount: Int64

    var height: Height { header.height }
}

/// Checks `blocks`: each header by itself, on the one before it, and the results that it states.
struct BlockCheck {
    private let genesis: Genesis
    private let terms: EpochTerms
    private let rows: TableCursor
    /// The results of the last heights, which headers refer to.
    private var recent: [Height: ExecutedState] = [:]
    /// The height that the ledger begins with: results below it are not here to compare.
    private let base: Height
    private var last: ParentBlock?

    private static let recentLimit: UInt64 = 1_024

    init(_ database: Database, genesis: Genesis, terms: EpochTerms, base: Height) throws {
        self.genesis = genesis
        self.terms = terms
        self.base = base
        rows = try TableCursor(
            database, "blocks", key: ["height"],
            columns: [
                "digest", "header", "transaction_count", "executed_height", "outcomes_root", "state_root",
                "journal_root", "state_size", "value_count",
            ]
        )
        if base == .zero {
            last = ParentBlock(genesis: genesis)
            recent[.zero] = ExecutionTip(genesis: genesis).executed
        }
    }

    /// The next block; `nil` after the last.
    mutating func next() throws -> CheckedBlock? {
        guard rows.peek != nil else { return nil }
        let height = last.map { $0.height.next } ?? base
        let checked = try check(try rows.require([Int64(height.rawValue)]), at: height)
        last = ParentBlock(header: checked.header, digest: checked.digest, lastBusyHeight: .zero)
        recent[height] = checked.results
        if height.rawValue >= Self.recentLimit { recent[Height(rawValue: height.rawValue - Self.recentLimit)] = nil }
        return checked
    }

    private func check(_ row: TableRow, at height: Height) throws -> CheckedBlock {
        let header = try row.structure("header", as: BlockHeader.self, limit: BlockHeader.maximumByteCount)
        let digest = header.digest(suite: genesis.suite)
        try row.expect("digest", try row.digest("digest"), is: digest)
        try checkPlace(header, at: height, row)
        try row.expect(
            "executed_height", try row.integer("executed_height"), is: Int64(header.executed.height.rawValue))
        try checkResults(header, row)
        let count = try row.integer("transaction_count")
        guard (0...Int64(Block.maximumTransactionCount)).contains(count) else {
            throw row.fault("transaction_count", expected: "0 to \(Block.maximumTransactionCount)", found: "\(count)")
        }
        let size = try row.integer("state_size")
        guard size > 0 else { throw row.fault("state_size", expected: "a positive number", found: "\(size)") }
        return CheckedBlock(
            row: row,
            header: header,
            digest: digest,
            transactionCount: Int(count),
            outcomesRoot: try row.digest("outcomes_root"),
            results: ExecutedState(
                height: height,
                stateRoot: try row.digest("state_root"),
                journalRoot: try row.digest("journal_root")
            ),
            stateSize: UInt64(size),
            valueCount: try row.integer("value_count")
        )
    }

    private func checkPlace(_ header: BlockHeader, at height: Height, _ row: TableRow) throws {
        try row.expect("header", header.height, is: height)
        try row.expect("header", header.channel, is: genesis.channel)
        let term = terms.term(at: height)
        try row.expect("header", header.epoch, is: term.epoch)
        try row.expect("header", header.proposer, is: term.validators.leader(of: header.view))
        guard let last else { return }
        try row.expect("header", header.parent, is: last.digest)
        guard header.timestamp > last.timestamp else {
            throw row.fault("header", expected: "a time after \(last.timestamp)", found: "\(header.timestamp)")
        }
        guard header.view > last.view else {
            throw row.fault("header", expected: "a view above \(last.view)", found: "\(header.view)")
        }
        guard header.executed.height >= last.executed.height else {
            throw row.fault(
                "header", expected: "results of height \(last.executed.height) or later",
                found: "those of height \(header.executed.height)"
            )
        }
    }

    private func checkResults(_ header: BlockHeader, _ row: TableRow) throws {
        let stated = header.executed
        guard stated.height < header.height else {
            throw row.fault("header", expected: "results of a height below its own", found: "\(stated.height)")
        }
        guard stated.height >= base else { return }
        guard let own = recent[stated.height] else {
            throw row.fault(
                "header", expected: "results of one of the last \(Self.recentLimit) heights",
                found: "those of height \(stated.height)"
            )
        }
        try row.expect(
            "header", "\(stated.stateRoot), \(stated.journalRoot)", is: "\(own.stateRoot), \(own.journalRoot)")
    }
}
