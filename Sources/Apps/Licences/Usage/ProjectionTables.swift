package import Ledger

// What the tables of applications have in common.

extension ReadModelProjection {
    /// The statements that make a table of the names for numbers, and fill it.
    package static func names(_ table: String, _ names: [(Int64, String)]) -> String {
        let rows = names.map { "(\($0.0), '\($0.1)')" }.joined(separator: ", ")
        return """
            CREATE TABLE \(table) (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
            INSERT INTO \(table) VALUES \(rows);
            """
    }
}

extension ReadModelTables {
    /// The dictionary's number of a text that may be absent.
    package func text(_ text: String?) throws(LedgerError) -> SQLValue {
        guard let text else { return .null }
        return .integer(try number(of: .text(text)))
    }
}
