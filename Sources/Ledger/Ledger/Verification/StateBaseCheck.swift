import Formats
import GRDB
import Identity

/// The state at the height that replaying begins with.
struct StateBase {
    let tree: StateTree
    let valueCount: Int64
    /// The values that stand in it.
    let values: Int
}

/// Checks the state at the lowest height that is retained, where there is no replaying it: every entry that is stored
/// against the groups' roots, every value against its entry, and the root over all of them, which a quorum has signed.
struct StateBaseCheck {
    private let genesis: Genesis
    private let base: LedgerBase
    private let database: Database
    private let log: StoredLog
    private let value: Statement

    init(_ database: Database, genesis: Genesis, base: LedgerBase) throws {
        self.genesis = genesis
        self.base = base
        self.database = database
        log = try StoredLog(database)
        value = try database.cachedStatement(
            sql: "SELECT number, contract, key, value FROM state_values WHERE number = ?")
    }

    /// - Parameters:
    ///   - block: the block at the base's height; `nil` at height 0.
    ///   - visit: is given every current entry that has a name.
    func check(_ block: CheckedBlock?, visit: (StateChange) -> Void) throws -> StateBase {
        guard let block else { return try checkBeginning() }
        let tree = try tree(size: block.stateSize, row: block.row)
        try block.row.expect("state_root", block.results.stateRoot, is: tree.root)
        var numbers: Set<Int64> = []
        let groupCount = (block.stateSize + UInt64(StateGroup.entryCount) - 1) / UInt64(StateGroup.entryCount)
        for group in 0..<groupCount {
            try check(group, tree: tree, numbers: &numbers, visit: visit)
        }
        try checkValues(numbers, upTo: block.valueCount)
        try checkHistory()
        return StateBase(tree: tree, valueCount: block.valueCount, values: numbers.count)
    }

    private func checkBeginning() throws -> StateBase {
        let (row, entries) = try log.entries(ofGroup: 0)
        guard entries.first == .record(.sentinel) else {
            throw row.fault("entries", expected: "the sentinel at position 0", found: "another entry, or none")
        }
        return StateBase(tree: .genesis(suite: genesis.suite), valueCount: 0, values: 0)
    }

    /// The tree at the base, from the stored roots of groups and the activity of now with what happened since taken
    /// back.
    private func tree(size: UInt64, row: TableRow) throws -> StateTree {
        let complete = size / StateTree.twigSize
        let rows = try TableCursor(database, "state_twigs", key: ["twig"], columns: ["group_roots"])
        var roots: [Digest] = []
        for twig in 0..<complete {
            let row = try rows.require([Int64(twig)])
            roots.append(StateTree.entriesRoot(try Self.digests(row, "group_roots", count: 16), suite: genesis.suite))
        }
        var open: [Digest] = []
        var group = complete * StateTree.twigSize / UInt64(StateGroup.entryCount)
        while group * UInt64(StateGroup.entryCount) < size {
            open += try log.entries(ofGroup: group).entries.map { $0.leafDigest(suite: genesis.suite) }
            group += 1
        }
        open = Array(open.prefix(Int(size - complete * StateTree.twigSize)))
        guard UInt64(open.count) == size - complete * StateTree.twigSize else {
            throw row.fault("state_size", expected: "as many entries as are stored", found: "\(size)")
        }
        return StateTree(
            twigRoots: roots, openLeaves: open, activity: try activity(size: size, row), suite: genesis.suite)
    }

    /// The activity at the base.
    private func activity(size: UInt64, _ row: TableRow) throws -> [Digest] {
        var bytes: [UInt8] = []
        let pages = try TableCursor(database, "state_activity", key: ["page"], columns: ["bits"])
        while let page = try pages.next() { bytes += try page.bytes("bits") }
        let byteCount = Int((size + StateTree.twigSize - 1) / StateTree.twigSize) * StateTwig.activityByteCount
        guard bytes.count >= byteCount else {
            throw LedgerFault(
                table: "state_activity", key: "all", column: "bits", expected: "at least \(byteCount) bytes",
                found: "\(bytes.count)")
        }
        bytes.removeSubrange(byteCount...)
        for position in size..<UInt64(byteCount) * 8 { bytes[Int(position / 8)] &= ~(0x80 >> UInt8(position % 8)) }
        let history = try TableCursor(database, "state_history", key: ["height"], columns: ["superseded"])
        while let row = try history.next() {
            guard row.key[0] > Int64(base.state.rawValue) else { continue }
            for position in try Self.positions(row) where position < size {
                bytes[Int(position / 8)] |= 0x80 >> UInt8(position % 8)
            }
        }
        return stride(from: 0, to: byteCount, by: Digest.byteCount).compactMap {
            Digest(bytes[$0..<$0 + Digest.byteCount])
        }
    }

    /// Checks a group's entries against its root, and the values of those that are there in full.
    private func check(
        _ group: UInt64,
        tree: StateTree,
        numbers: inout Set<Int64>,
        visit: (StateChange) -> Void
    ) throws {
        let first = group * UInt64(StateGroup.entryCount)
        let count = Int(min(UInt64(StateGroup.entryCount), tree.size - first))
        let isActive = (0..<count).map { tree.isActive(first + UInt64($0)) }
        let isOpen = first >= UInt64(tree.twigRoots.count) * StateTree.twigSize
        guard let row = try log.row(ofGroup: group) else {
            // A snapshot leaves out what was superseded as a whole, and so does pruning.
            guard !isOpen, !isActive.contains(true) else {
                throw LedgerFault(
                    table: "state_entries", key: "\(group)", column: "key", expected: "a row", found: "none")
            }
            return
        }
        let entries = try StoredLog.entries(of: row)
        guard entries.count >= count, isOpen || entries.count == count else {
            throw row.fault("entries", expected: "\(count) entries", found: "\(entries.count)")
        }
        if !isOpen {
            let roots = try groupRoots(ofTwig: first / StateTree.twigSize)
            let root = StateTree.entriesRoot(
                entries.map { $0.leafDigest(suite: genesis.suite) }, suite: genesis.suite)
            try row.expect("entries", root, is: roots[Int(group % 16)])
        }
        for (index, entry) in entries.prefix(count).enumerated() {
            switch entry {
            case .pruned where isActive[index]:
                throw row.fault("entries", expected: "the entry at place \(index) in full", found: "its digest")
            case .pruned: continue
            case .record(let record):
                guard record != .sentinel, record.leaf.key != .zero else {
                    try checkSentinel(record, row)
                    continue
                }
                numbers.insert(record.valueNumber)
                let change = try change(of: record, row)
                if isActive[index] { visit(change) }
            }
        }
    }

    private func checkSentinel(_ record: StateRecord, _ row: TableRow) throws {
        try row.expect("entries", record.valueNumber, is: 0)
    }

    /// The value row of an entry.
    private func change(of record: StateRecord, _ entryRow: TableRow) throws -> StateChange {
        guard let found = try Row.fetchOne(value, arguments: [record.valueNumber]) else {
            throw LedgerFault(
                table: "state_values", key: "\(record.valueNumber)", column: "key",
                expected: "the value of an entry in row \(entryRow.keyText) of state_entries", found: "no row")
        }
        let row = try TableRow(table: "state_values", keyCount: 1, row: found)
        let change = try row.stateChange()
        try row.expect("key", change.name.digest(suite: genesis.suite), is: record.leaf.key)
        try row.expect("value", change.valueDigest(suite: genesis.suite), is: record.leaf.value)
        return change
    }

    /// Checks that there are no rows of values but those that entries refer to.
    private func checkValues(_ numbers: Set<Int64>, upTo last: Int64) throws {
        let rows = try TableCursor(database, "state_values", key: ["number"], columns: [])
        while let row = try rows.next(), row.key[0] <= last {
            if !numbers.contains(row.key[0]) { throw TableCursor.superfluous(row) }
        }
    }

    /// What was superseded up to the base is about to be pruned; more there cannot be.
    private func checkHistory() throws {
        let history = try TableCursor(database, "state_history", key: ["height"], columns: ["superseded"])
        while let row = try history.next(), row.key[0] <= Int64(base.state.rawValue) {
            guard row.key[0] > Int64(base.chain.rawValue) else { throw TableCursor.superfluous(row) }
            _ = try Self.positions(row)
        }
    }

    private func groupRoots(ofTwig twig: UInt64) throws -> [Digest] {
        let select = try database.cachedStatement(sql: "SELECT twig, group_roots FROM state_twigs WHERE twig = ?")
        guard let row = try Row.fetchOne(select, arguments: [Int64(twig)]) else {
            throw LedgerFault(table: "state_twigs", key: "\(twig)", column: "key", expected: "a row", found: "none")
        }
        return try Self.digests(TableRow(table: "state_twigs", keyCount: 1, row: row), "group_roots", count: 16)
    }

    private static func digests(_ row: TableRow, _ column: String, count: Int) throws -> [Digest] {
        let bytes = try row.bytes(column)
        guard bytes.count == count * Digest.byteCount else {
            throw row.fault(column, expected: "\(count) digests", found: "\(bytes.count) bytes")
        }
        return stride(from: 0, to: bytes.count, by: Digest.byteCount).compactMap {
            Digest(bytes[$0..<$0 + Digest.byteCount])
        }
    }

    private static func positions(_ row: TableRow) throws -> [UInt64] {
        do {
            return try PositionList.positions(row.bytes("superseded"))
        } catch let error as LedgerError {
            throw row.fault("superseded", expected: "ascending positions", found: error.message)
        }
    }
}
