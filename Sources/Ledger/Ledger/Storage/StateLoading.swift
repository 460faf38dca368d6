import Formats
import GRDB
import Identity

// What is kept of the state in memory is made from the database when it is opened: one pass over the log, in its order.

extension LedgerReader {
    /// - Throws: ``LedgerError`` with code `corrupted` where the log does not have the root that its last block
    ///   recorded.
    static func loadState(from database: Database, genesis: Genesis) throws -> StateStore {
        let suite = genesis.suite
        let empty = StateStore(tree: StateTree(suite: suite), index: PrefixIndex(), height: .zero, suite: suite)
        let window = TransactionWindow(lifetime: genesis.limits.transactionLifetime)
        let reader = try LedgerReader(database: database, genesis: genesis, state: empty, window: window)
        let last = try reader.lastRecord()
        let size = last?.stateSize ?? 1
        let tree = try reader.loadTree(size: size)
        if let last {
            guard tree.root == last.stateRoot else {
                throw LedgerError(
                    .corrupted, "the state does not have the root that its last block recorded; restore a backup")
            }
        }
        let index = PrefixIndex(ordered: try reader.loadSlots(of: tree))
        return StateStore(tree: tree, index: index, height: last?.header.height ?? .zero, suite: suite)
    }

    func loadTree(size: UInt64) throws -> StateTree {
        let suite = genesis.suite
        let complete = Int(size / StateTree.twigSize)
        let twigs = try Row.fetchCursor(
            database, sql: "SELECT group_roots FROM state_twigs WHERE twig < ? ORDER BY twig", arguments: [complete])
        var roots: [Digest] = []
        roots.reserveCapacity(complete)
        while let row = try twigs.next() {
            let groups = try Self.digests(row.bytes(at: 0), count: StateTwig.entryCount / StateGroup.entryCount)
            roots.append(StateTree.entriesRoot(groups, suite: suite))
        }
        let open = try openLeaves(ofSize: size)
        let twigCount = complete + (open.isEmpty ? 0 : 1)
        var activity: [Digest] = []
        let pages = try Row.fetchCursor(database, sql: "SELECT bits FROM state_activity ORDER BY page")
        while let row = try pages.next() {
            let bytes = try row.bytes(at: 0)
            activity += try Self.digests(bytes, count: bytes.count / Digest.byteCount)
        }
        guard roots.count == complete, activity.count == twigCount, open.count == Int(size % StateTree.twigSize) else {
            throw LedgerError(.corrupted, "the state's log of \(size) entries lacks rows; restore a backup")
        }
        return StateTree(twigRoots: roots, openLeaves: open, activity: activity, suite: suite)
    }

    /// The index's slots in the order of keys.
    private func loadSlots(of tree: StateTree) throws -> [PrefixIndex.Slot] {
        var slots: [PrefixIndex.Slot] = []
        let groups = try Row.fetchCursor(
            database, sql: "SELECT group_number, entries FROM state_entries ORDER BY group_number")
        while let row = try groups.next() {
            let first = UInt64(clamping: try row.integer(at: 0)) * UInt64(StateGroup.entryCount)
            for (offset, entry) in try StateGroup.entries(row.bytes(at: 1)).enumerated() {
                let position = first + UInt64(offset)
                guard position < tree.size, tree.isActive(position), case .record(let record) = entry else { continue }
                slots.append(PrefixIndex.Slot(prefix: record.leaf.key.prefix, number: position))
            }
        }
        slots.sort { $0.prefix < $1.prefix }
        try orderTies(in: &slots)
        return slots
    }

    /// Puts the slots of one prefix in the order of their whole keys.
    private func orderTies(in slots: inout [PrefixIndex.Slot]) throws {
        var first = 0
        while first < slots.count {
            var end = first + 1
            while end < slots.count, slots[end].prefix == slots[first].prefix { end += 1 }
            if end - first > 1 {
                let keyed = try slots[first..<end].map { slot -> (key: Digest, slot: PrefixIndex.Slot) in
                    guard case .record(let record) = try storedEntry(at: slot.number) else {
                        throw LedgerError(.corrupted, "an active entry of the state is pruned; restore a backup")
                    }
                    return (record.leaf.key, slot)
                }
                slots.replaceSubrange(first..<end, with: keyed.sorted { $0.key < $1.key }.map(\.slot))
            }
            first = end
        }
    }

    /// Puts the transactions of the last heights into the window.
    func load(_ window: TransactionWindow) throws {
        let head = try height()
        let first = Height(rawValue: head.rawValue - min(head.rawValue, genesis.limits.transactionLifetime))
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT place, identifier FROM transactions WHERE place >= ? ORDER BY place",
            arguments: [TransactionPlace(height: first, index: 0).rowNumber]
        )
        var block: (height: Height, identifiers: [TransactionIdentifier]) = (.zero, [])
        while let row = try rows.next() {
            let height = TransactionPlace(rowNumber: try row.integer(at: 0)).height
            if height != block.height {
                window.insert(block.identifiers, at: block.height)
                block = (height, [])
            }
            block.identifiers.append(TransactionIdentifier(try row.digest(at: 1)))
        }
        window.insert(block.identifiers, at: block.height)
    }
}
