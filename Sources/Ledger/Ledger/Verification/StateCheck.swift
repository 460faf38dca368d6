import Formats
import GRDB
import Identity

/// Checks the state: makes each block's entries anew from the changes that are recorded for it, compares them with
/// those that are stored, hashes them into the log and compares the root with the block's.
///
/// Which entry a key had before comes from the stored entries' own references, and is checked: the entry referred to
/// has to be the newest of its key, and either of the key itself or the one whose successor comes after it. In a ring
/// there is one such entry. So no index of all keys is needed, and memory stays that of the hashes.
struct StateCheck {
    private let genesis: Genesis
    private let base: LedgerBase
    private let log: StoredLog
    private let values: TableCursor
    private let history: TableCursor
    private let twigs: TableCursor
    private let groups: TableCursor
    private var tree: StateTree
    private var valueCount: Int64
    /// The group that the next entry belongs to, where a block before has begun it.
    private var open: (row: TableRow, entries: [StoredEntry])?
    private(set) var entryCount: UInt64

    /// - Parameter start: the state that the ledger begins with, checked.
    init(_ database: Database, genesis: Genesis, base: LedgerBase, start: StateBase) throws {
        self.genesis = genesis
        self.base = base
        log = try StoredLog(database)
        values = try TableCursor(database, "state_values", key: ["number"], columns: ["contract", "key", "value"])
        history = try TableCursor(database, "state_history", key: ["height"], columns: ["superseded"])
        twigs = try TableCursor(database, "state_twigs", key: ["twig"], columns: ["group_roots"])
        groups = try TableCursor(database, "state_entries", key: ["group_number"], columns: ["entries"])
        tree = start.tree
        valueCount = start.valueCount
        entryCount = start.tree.size
        try skipChecked(start)
    }

    /// Passes over the rows that ``StateBaseCheck`` has looked at.
    private mutating func skipChecked(_ start: StateBase) throws {
        while let row = values.peek, row.key[0] <= start.valueCount { _ = try values.next() }
        while let row = history.peek, row.key[0] <= Int64(base.state.rawValue) { _ = try history.next() }
        for _ in 0..<start.tree.twigRoots.count { _ = try twigs.next() }
        let complete = Int64(start.tree.size / UInt64(StateGroup.entryCount))
        while let row = groups.peek, row.key[0] < complete { _ = try groups.next() }
        if start.tree.size % UInt64(StateGroup.entryCount) != 0 {
            let row = try groups.require([complete])
            open = (row, try StoredLog.entries(of: row))
        }
    }

    /// Checks what a block did to the state.
    /// - Returns: its changes.
    mutating func check(_ block: CheckedBlock) throws -> [StateChange] {
        let changes = try changes(of: block)
        let stored = try records(upTo: block.stateSize, block)
        let plan = try plan(changes, stored: stored, block)
        try compare(stored, with: plan, block)
        let superseded = zip(plan.records, plan.isSuperseding).filter(\.1).map(\.0.previous).sorted()
        try checkHistory(superseded, block)
        let leaves = plan.records.map { $0.leaf.digest(suite: genesis.suite) }
        for twig in tree.append(leaves, superseding: superseded) {
            let row = try twigs.require([Int64(twig.number)])
            try row.expect("group_roots", try row.bytes("group_roots"), is: twig.groupRoots.flatMap(\.bytes))
        }
        try block.row.expect("state_root", block.results.stateRoot, is: tree.root)
        entryCount = tree.size
        return changes.map(\.change)
    }

    /// Checks that nothing follows, and the activity at the end.
    func finish(_ database: Database) throws {
        try values.finish()
        try history.finish()
        try twigs.finish()
        try groups.finish()
        let size = UInt64(StateGroup.entryCount)
        // The last row is complete, or holds what is left over.
        let expected = tree.size % size == 0 ? size : tree.size % size
        if let open, UInt64(open.entries.count) != expected {
            throw open.row.fault("entries", expected: "\(expected) entries", found: "\(open.entries.count)")
        }
        let pages = try TableCursor(database, "state_activity", key: ["page"], columns: ["bits"])
        let perPage = LedgerWriter.twigsPerActivityPage
        for page in 0..<(tree.twigCount + perPage - 1) / perPage {
            let row = try pages.require([Int64(page)])
            let twigs = page * perPage..<min((page + 1) * perPage, tree.twigCount)
            try row.expect(
                "bits", try row.bytes("bits").hexadecimal,
                is: twigs.flatMap { tree.activity(ofTwig: $0).bytes }.hexadecimal)
        }
        try pages.finish()
    }

    private struct Change {
        let row: TableRow
        let change: StateChange
        let key: Digest
    }

    /// The rows of `state_values` that the block wrote.
    private mutating func changes(of block: CheckedBlock) throws -> [Change] {
        guard block.valueCount >= valueCount else {
            throw block.row.fault("value_count", expected: "at least \(valueCount)", found: "\(block.valueCount)")
        }
        var changes: [Change] = []
        while valueCount < block.valueCount {
            valueCount += 1
            let row = try values.require([valueCount])
            let change = try row.stateChange()
            if let last = changes.last?.change {
                let (left, right) = (StateAddress(last), StateAddress(change))
                guard left < right else {
                    throw row.fault("key", expected: "a key after \(last.key.hexadecimal)", found: "one before it")
                }
            }
            changes.append(Change(row: row, change: change, key: change.name.digest(suite: genesis.suite)))
        }
        return changes
    }

    private struct Stored {
        let row: TableRow
        let record: StateRecord
    }

    /// The stored entries from the end of the log so far up to a size.
    private mutating func records(upTo size: UInt64, _ block: CheckedBlock) throws -> [Stored] {
        guard size >= tree.size else {
            throw block.row.fault("state_size", expected: "at least \(tree.size)", found: "\(size)")
        }
        var records: [Stored] = []
        var position = tree.size
        while position < size {
            let (number, index) = position.quotientAndRemainder(dividingBy: UInt64(StateGroup.entryCount))
            if index == 0 {
                let row = try groups.require([Int64(number)])
                open = (row, try StoredLog.entries(of: row))
            }
            guard let open, Int(index) < open.entries.count, case .record(let record) = open.entries[Int(index)] else {
                throw LedgerFault(
                    table: "state_entries", key: "\(number)", column: "entries", expected: "an entry at place \(index)",
                    found: "none, or one that is pruned above the horizon")
            }
            records.append(Stored(row: open.row, record: record))
            position += 1
        }
        return records
    }

    private func plan(_ changes: [Change], stored: [Stored], _ block: CheckedBlock) throws -> StatePlan {
        let byKey = Dictionary(stored.map { ($0.record.leaf.key, $0) }, uniquingKeysWith: { first, _ in first })
        var writes: [StatePlan.Write] = []
        var number = valueCount - Int64(changes.count)
        for change in changes {
            number += 1
            guard let entry = byKey[change.key] else {
                throw change.row.fault(
                    "key", expected: "a key that has an entry of block \(block.height)", found: "one that has none")
            }
            let found = try found(before: change.key, entry, block)
            if change.change.value == nil, found.leaf.excludes(change.key) {
                throw change.row.fault("value", expected: "a value, for there is none to remove", found: "none")
            }
            writes.append(
                StatePlan.Write(
                    key: change.key,
                    value: change.change.valueDigest(suite: genesis.suite),
                    valueNumber: number,
                    found: found,
                    foundPosition: entry.record.previous
                ))
        }
        writes.sort { $0.key < $1.key }
        return StatePlan(writes, height: block.height)
    }

    /// The entry that the ring had for a key before the block, as the stored entry refers to it.
    private func found(before key: Digest, _ entry: Stored, _ block: CheckedBlock) throws -> StateRecord {
        let position = entry.record.previous
        guard position < tree.size, tree.isActive(position) else {
            throw entry.row.fault(
                "entries", expected: "a reference to an entry that was the newest of its key",
                found: "one to position \(position)")
        }
        let found = try log.record(at: position, for: entry.row)
        guard found.leaf.key == key || found.leaf.key < key && (found.leaf.next == .zero || key < found.leaf.next)
        else {
            throw entry.row.fault(
                "entries", expected: "a reference to the entry of key \(key), or to the one before it",
                found: "one to that of \(found.leaf.key)")
        }
        return found
    }

    private func compare(_ stored: [Stored], with plan: StatePlan, _ block: CheckedBlock) throws {
        for (index, record) in plan.records.enumerated() {
            guard index < stored.count else {
                throw block.row.fault(
                    "state_size", expected: "\(tree.size + UInt64(plan.records.count))", found: "\(block.stateSize)")
            }
            guard stored[index].record == record else {
                throw stored[index].row.fault(
                    "entries", expected: "\(record)",
                    found: "\(stored[index].record) at position \(tree.size) + \(index)")
            }
        }
        guard stored.count == plan.records.count else {
            throw block.row.fault(
                "state_size", expected: "\(tree.size + UInt64(plan.records.count))", found: "\(block.stateSize)")
        }
    }

    private func checkHistory(_ superseded: [UInt64], _ block: CheckedBlock) throws {
        let key = Int64(block.height.rawValue)
        guard !superseded.isEmpty else {
            if let row = try history.next([key]) { throw TableCursor.superfluous(row) }
            return
        }
        let row = try history.require([key])
        try row.expect("superseded", try row.bytes("superseded"), is: PositionList.bytes(superseded))
    }
}

extension TableRow {
    /// A row of `state_values`.
    func stateChange() throws(LedgerFault) -> StateChange {
        StateChange(
            contract: try text("contract"), key: try bytes("key"), value: isNull("value") ? nil : try bytes("value"))
    }
}

extension StateAddress {
    init(_ change: StateChange) {
        self.init(contract: change.contract, key: StateKey(change.key))
    }
}
