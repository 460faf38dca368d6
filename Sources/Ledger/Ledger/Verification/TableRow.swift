import Formats
import Foundation
import GRDB
import Identity

/// A row as it is checked: it knows where it stands, so that whatever is wrong with it can be named.
struct TableRow {
    let table: String
    /// The values of the key's columns.
    let key: [Int64]
    private let row: Row

    init(table: String, keyCount: Int, row: Row) throws(LedgerFault) {
        self.table = table
        self.row = row
        var key: [Int64] = []
        for index in 0..<keyCount {
            let value: DatabaseValue = row[index]
            guard let number = Int64.fromDatabaseValue(value) else {
                throw LedgerFault(
                    table: table, key: "\(value)", column: "key", expected: "an integer", found: "\(value)")
            }
            key.append(number)
        }
        self.key = key
    }

    var keyText: String { key.map(String.init).joined(separator: ", ") }

    func isNull(_ column: String) -> Bool { value(column).isNull }

    func integer(_ column: String) throws(LedgerFault) -> Int64 {
        guard let number = Int64.fromDatabaseValue(value(column)) else { throw wrongType(column, "an integer") }
        return number
    }

    func bytes(_ column: String) throws(LedgerFault) -> [UInt8] {
        guard case .blob(let data) = value(column).storage else { throw wrongType(column, "bytes") }
        return [UInt8](data)
    }

    func text(_ column: String) throws(LedgerFault) -> String {
        guard case .string(let text) = value(column).storage else { throw wrongType(column, "text") }
        return text
    }

    func digest(_ column: String) throws(LedgerFault) -> Digest {
        guard let digest = Digest(try bytes(column)) else { throw wrongType(column, "a digest") }
        return digest
    }

    /// Reads a column that holds the DER of a structure.
    func structure<Structure: DERSequence>(
        _ column: String, as _: Structure.Type = Structure.self, limit: Int
    ) throws(LedgerFault) -> Structure {
        do throws(FormatError) {
            return try Structure(derBytes: storedBytes(column), limit: limit)
        } catch {
            throw fault(column, expected: "DER of \(Structure.self)", found: "\(error)")
        }
    }

    /// Checks that a column's value is the one that follows from everything else.
    func expect<Value: Equatable>(_ column: String, _ found: Value, is expected: Value) throws(LedgerFault) {
        guard found == expected else { throw fault(column, expected: "\(expected)", found: "\(found)") }
    }

    func fault(_ column: String, expected: String, found: String) -> LedgerFault {
        LedgerFault(table: table, key: keyText, column: column, expected: expected, found: found)
    }

    /// A column's bytes for a parser, which refuses the empty ones of a column that holds none.
    func storedBytes(_ column: String) -> [UInt8] {
        guard case .blob(let data) = value(column).storage else { return [] }
        return [UInt8](data)
    }

    private func value(_ column: String) -> DatabaseValue {
        row[column] ?? .null
    }

    private func wrongType(_ column: String, _ expected: String) -> LedgerFault {
        fault(column, expected: expected, found: "\(value(column))")
    }
}

/// The rows of one table in the order of its key, one at a time, with a look at the next.
final class TableCursor {
    private let table: String
    private let keyCount: Int
    private let rows: RowCursor
    private var ahead: TableRow?

    /// - Parameters:
    ///   - key: the columns that the table is ordered by.
    ///   - columns: what else is wanted.
    init(_ database: Database, _ table: String, key: [String], columns: [String]) throws {
        self.table = table
        keyCount = key.count
        let (selected, order) = ((key + columns).joined(separator: ", "), key.joined(separator: ", "))
        rows = try Row.fetchCursor(database, sql: "SELECT \(selected) FROM \(table) ORDER BY \(order)")
        try advance()
    }

    /// The row that ``next()`` gives.
    var peek: TableRow? { ahead }

    func next() throws -> TableRow? {
        let row = ahead
        try advance()
        return row
    }

    /// The next row if its key is this one, and `nil` if it stands further on.
    /// - Throws: ``LedgerFault`` where it stands before: nothing refers to it.
    func next(_ key: [Int64]) throws -> TableRow? {
        guard let row = ahead else { return nil }
        if row.key == key { return try next() }
        if row.key.lexicographicallyPrecedes(key) { throw Self.superfluous(row) }
        return nil
    }

    /// The next row, whose key has to be this one.
    func require(_ key: [Int64]) throws -> TableRow {
        guard let row = try next(key) else {
            throw LedgerFault(
                table: table, key: key.map(String.init).joined(separator: ", "), column: "key", expected: "a row",
                found: ahead.map { "the next row is \($0.keyText)" } ?? "no further row"
            )
        }
        return row
    }

    /// Checks that there are no more rows.
    func finish() throws {
        if let row = ahead { throw Self.superfluous(row) }
    }

    static func superfluous(_ row: TableRow) -> LedgerFault {
        row.fault("key", expected: "no such row", found: "a row that belongs to nothing")
    }

    private func advance() throws {
        ahead = try rows.next().map { try TableRow(table: table, keyCount: keyCount, row: $0.copy()) }
    }
}
