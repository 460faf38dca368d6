import Formats
import GRDB
import Identity

// The state as one access to the database sees it. Where a key's newest entry is comes from memory, which may be some
// blocks ahead of the access: from there the entries themselves lead back (``StateRecord/previous``).

extension LedgerReader {
    /// What is stored of a position.
    func storedEntry(at position: UInt64) throws -> StoredEntry {
        let (row, index) = position.quotientAndRemainder(dividingBy: UInt64(StateGroup.entryCount))
        return try StateGroup.entry(Int(index), in: groupBytes(Int64(row)))
    }

    /// The stored entries of up to 16 positions that share a row.
    func storedEntries(ofGroup number: Int64) throws -> [StoredEntry] {
        try StateGroup.entries(groupBytes(number))
    }

    private func groupBytes(_ number: Int64) throws -> [UInt8] {
        let statement = try database.prepared("SELECT entries FROM state_entries WHERE group_number = ?")
        let bytes = try statement.first([.integer(number)]) { (row) throws(LedgerError) in try row.bytes(at: 0) }
        guard let bytes else {
            throw LedgerError(.corrupted, "state_entries lacks row \(number); restore a backup")
        }
        return bytes
    }

    /// The record at a position of this access's log, or of one a few blocks newer.
    func record(at position: UInt64) throws -> StateRecord {
        // An entry is written once and never changes: where memory has it, the row says the same.
        if let recent = state.recentRecord(at: position) { return recent }
        guard position < stateSize else {
            throw LedgerError(.outdated, "the chain has moved on while the state was read; ask again")
        }
        guard case .record(let record) = try storedEntry(at: position) else {
            throw LedgerError(
                .pruned,
                "entry \(position) of the state's log was superseded and is pruned here: ask about a later height"
            )
        }
        return record
    }

    /// The entry that a log of `size` entries has for a key: the newest of the key itself, or else of the greatest key
    /// before it.
    func entry(for key: Digest, size: UInt64) throws -> (position: UInt64, record: StateRecord) {
        for candidate in state.candidates(for: key).reversed() {
            var position = candidate
            var record = try record(at: position)
            while position >= size {
                position = record.previous
                record = try self.record(at: position)
            }
            if record.leaf.key <= key { return (position, record) }
        }
        throw LedgerError(.corrupted, "the state's ring has no entry before key \(key); restore a backup")
    }

    /// The same for a name, which is remembered for as long as this reader is used.
    func place(of name: StateName) throws -> StateLookups.Place {
        try lookups.place(of: name, suite: genesis.suite) { try entry(for: $0, size: stateSize) }
    }

    /// A row of `state_values`: a change as a block made it.
    func change(number: Int64) throws -> StateChange {
        let statement = try database.prepared("SELECT contract, key, value FROM state_values WHERE number = ?")
        let change = try statement.first([.integer(number)]) { (row) throws(LedgerError) in try row.stateChange() }
        guard let change else {
            throw LedgerError(.corrupted, "state_values lacks row \(number); restore a backup")
        }
        return change
    }

    /// The changes of a block, in the order of (contract, key) by bytes.
    func changes(at height: Height) throws -> [StateChange] {
        guard try height > stateHorizon() || stateHorizon() == .zero else {
            throw LedgerError(.pruned, "the changes of block \(height) are pruned here")
        }
        guard let last = try record(at: height)?.valueCount, let before = height.previous else { return [] }
        let first = try record(at: before)?.valueCount ?? 0
        let statement = try database.prepared(
            "SELECT contract, key, value FROM state_values WHERE number > ? AND number <= ? ORDER BY number")
        let changes = try statement.all([.integer(first), .integer(last)]) { (row) throws(LedgerError) in
            try row.stateChange()
        }
        guard changes.count == Int(last - first) else {
            throw LedgerError(.pruned, "the changes of block \(height) are pruned here")
        }
        return changes
    }

    /// The current values of all keys, by the rows that hold them: for whoever builds anything from the state as it is.
    /// - Parameters:
    ///   - number: the last row of the page before; 0 for the first.
    ///   - limit: most rows to look at, superseded ones included.
    /// - Returns: the entries, and the last row that was looked at; `nil` after the end.
    func currentEntries(
        after number: Int64,
        limit: Int
    ) throws -> (entries: [(number: Int64, change: StateChange)], last: Int64)? {
        let statement = try database.cachedStatement(
            sql: "SELECT contract, key, value, number FROM state_values WHERE number > ? ORDER BY number LIMIT ?")
        let rows = try Row.fetchAll(statement, arguments: [number, limit])
        guard let last = try rows.last?.integer(at: 3) else { return nil }
        let entries = try rows.compactMap { row -> (number: Int64, change: StateChange)? in
            let change = try row.stateChange(at: 0)
            guard change.value != nil else { return nil }
            let number = try row.integer(at: 3)
            let key = StateName(contract: change.contract, key: change.key).digest(suite: genesis.suite)
            let record = try entry(for: key, size: stateSize).record
            return record.leaf.key == key && record.valueNumber == number ? (number, change) : nil
        }
        return (entries, last)
    }
}

extension LedgerReader: StateReader {
    func value(at address: StateAddress) throws(LedgerError) -> [UInt8]? {
        do {
            let name = StateName(contract: address.contract, key: address.key.bytes)
            let place = try place(of: name)
            let record = place.record
            guard record.leaf.key == place.key, record.leaf.value != .zero else { return nil }
            let change = try change(number: record.valueNumber)
            guard change.contract == name.contract, change.key == name.key, let value = change.value else {
                throw LedgerError(
                    .corrupted, "row \(record.valueNumber) of state_values is of another key; restore a backup")
            }
            return value
        } catch {
            throw LedgerError(storage: error)
        }
    }
}

extension PreparedStatement {
    /// The change that the row holds whose first columns are contract, key and value.
    fileprivate func stateChange() throws(LedgerError) -> StateChange {
        guard case .text(let contract) = value(at: 0) else {
            throw LedgerError(.corrupted, "a change names no contract; restore a backup")
        }
        return StateChange(
            contract: contract, key: try bytes(at: 1), value: isNull(at: 2) ? nil : try bytes(at: 2))
    }
}

extension Row {
    fileprivate func stateChange(at index: Int) throws -> StateChange {
        let value: DatabaseValue = self[index + 2]
        return StateChange(
            contract: try text(at: index),
            key: try bytes(at: index + 1),
            value: value.isNull ? nil : try bytes(at: index + 2)
        )
    }
}
