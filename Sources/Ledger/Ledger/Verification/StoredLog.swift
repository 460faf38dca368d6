import Formats
import GRDB
import Identity

/// The state's log as it is stored, for a check: by position, and never trusted.
struct StoredLog {
    private let select: Statement

    init(_ database: Database) throws {
        select = try database.cachedStatement(
            sql: "SELECT group_number, entries FROM state_entries WHERE group_number = ?")
    }

    /// The row of a group, if there is one.
    func row(ofGroup number: UInt64) throws -> TableRow? {
        guard let row = try Row.fetchOne(select, arguments: [Int64(number)]) else { return nil }
        return try TableRow(table: "state_entries", keyCount: 1, row: row)
    }

    /// The entries of a group, which has to be there.
    func entries(ofGroup number: UInt64) throws -> (row: TableRow, entries: [StoredEntry]) {
        guard let row = try row(ofGroup: number) else {
            throw LedgerFault(
                table: "state_entries", key: "\(number)", column: "key", expected: "a row", found: "none")
        }
        return (row, try Self.entries(of: row))
    }

    /// The record at a position below `size`.
    func record(at position: UInt64, for row: TableRow) throws -> StateRecord {
        let (number, index) = position.quotientAndRemainder(dividingBy: UInt64(StateGroup.entryCount))
        let (group, entries) = try entries(ofGroup: number)
        guard Int(index) < entries.count, case .record(let record) = entries[Int(index)] else {
            throw row.fault(
                "entries", expected: "a reference to an entry that is not pruned",
                found: "one to position \(position), in row \(group.keyText)")
        }
        return record
    }

    static func entries(of row: TableRow) throws -> [StoredEntry] {
        do {
            return try StateGroup.entries(row.bytes("entries"))
        } catch let error as LedgerError {
            throw row.fault("entries", expected: "entries of the state's log", found: error.message)
        }
    }
}
