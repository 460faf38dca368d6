import Formats
import GRDB
import Identity

extension LedgerWriter {
    /// Twigs whose activity is one row: 1 KiB.
    static let twigsPerActivityPage = 32

    /// Stores what a block did to the state.
    func write(_ update: StateUpdate, to state: StateStore) throws {
        try writeValues(update)
        try writeEntries(update)
        let insertTwig = try database.prepared("INSERT INTO state_twigs VALUES (?, ?)")
        for twig in update.completed {
            try insertTwig.run([.integer(Int64(twig.number)), .blob(twig.groupRoots.flatMap(\.bytes))])
        }
        try writeActivity(update, of: state)
        if !update.superseded.isEmpty {
            try database.prepared("INSERT INTO state_history VALUES (?, ?)").run([
                .integer(Int64(update.height.rawValue)), .blob(PositionList.bytes(update.superseded)),
            ])
        }
    }

    private func writeValues(_ update: StateUpdate) throws {
        let insert = try database.prepared("INSERT INTO state_values VALUES (?, ?, ?, ?)")
        var number = update.valueCount - Int64(update.changes.count)
        for change in update.changes {
            number += 1
            try insert.run([
                .integer(number), .text(change.contract), .blob(change.key), change.value.map(SQLValue.blob) ?? .null,
            ])
        }
    }

    private func writeEntries(_ update: StateUpdate) throws {
        let size = UInt64(StateGroup.entryCount)
        let put = try database.prepared("INSERT OR REPLACE INTO state_entries VALUES (?, ?)")
        var group = Int64(update.earlierSize / size)
        var bytes: [UInt8] = []
        if update.earlierSize % size != 0 {
            let select = try database.prepared("SELECT entries FROM state_entries WHERE group_number = ?")
            let stored = try select.first([.integer(group)]) { (row) throws(LedgerError) in try row.bytes(at: 0) }
            guard let stored else {
                throw LedgerError(.corrupted, "state_entries lacks its last row, \(group); restore a backup")
            }
            bytes = stored
        }
        var position = update.earlierSize
        for record in update.appended {
            StateGroup.append(.record(record), to: &bytes)
            position += 1
            if position % size == 0 {
                try put.run([.integer(group), .blob(bytes)])
                group += 1
                bytes.removeAll(keepingCapacity: true)
            }
        }
        if !bytes.isEmpty, !update.appended.isEmpty {
            try put.run([.integer(group), .blob(bytes)])
        }
    }

    private func writeActivity(_ update: StateUpdate, of state: StateStore) throws {
        guard !update.appended.isEmpty else { return }
        let pageSize = UInt64(Self.twigsPerActivityPage * StateTwig.entryCount)
        var pages = Set(update.superseded.map { $0 / pageSize })
        pages.formUnion(update.earlierSize / pageSize...(update.size - 1) / pageSize)
        let put = try database.prepared("INSERT OR REPLACE INTO state_activity VALUES (?, ?)")
        for page in pages.sorted() {
            let first = Int(page) * Self.twigsPerActivityPage
            let bits = state.activity(ofTwigs: first..<first + Self.twigsPerActivityPage)
            try put.run([.integer(Int64(page)), .blob(bits)])
        }
    }
}
