/// The first row of a ledger's database that does not hold: where it is, what had to be there and what is.
public struct LedgerFault: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// The table; `sqlite` where the file itself is damaged, below any table.
    public let table: String
    /// The row's key as it stands in the table, its parts separated by commas.
    public let key: String
    public let column: String
    public let expected: String
    public let found: String

    public init(table: String, key: String, column: String, expected: String, found: String) {
        self.table = table
        self.key = key
        self.column = column
        self.expected = expected
        self.found = found
    }

    public var description: String {
        "table \(table), row \(key), column \(column): expected \(expected), found \(found)"
    }
}
