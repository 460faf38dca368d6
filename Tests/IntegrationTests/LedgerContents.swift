import Formats
import Foundation
import GRDB

/// What a node's ledger holds, read from its file once the node has ended.
struct LedgerContents: Equatable {
    /// Tables of which every node has its own: which signatures a certificate of finality bears depends on whose votes
    /// came first, and a block that became final with a later one has none.
    private static let ownTables: Set<String> = ["finalizations"]

    /// Every row of every table that all nodes have to share, in the order of the table's key.
    let tables: [String: [[DatabaseValue]]]
    let transactions: [Transaction]
    let outcomes: [Outcome]

    init(of path: String) throws {
        let queue = try DatabaseQueue(path: path)
        (tables, transactions, outcomes) = try queue.read { database in
            let names = try String.fetchAll(
                database,
                sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
            var tables: [String: [[DatabaseValue]]] = [:]
            for name in names where !Self.ownTables.contains(name) {
                let key = try database.primaryKey(name).columns.map { $0.quotedDatabaseIdentifier }
                tables[name] = try Row.fetchAll(
                    database,
                    sql: "SELECT * FROM \(name.quotedDatabaseIdentifier) ORDER BY \(key.joined(separator: ", "))"
                ).map { Array($0.databaseValues) }
            }
            let transactions = try [UInt8].fetchColumn(database, "transactions").map {
                try Transaction(derBytes: $0, limit: Transaction.maximumByteCount)
            }
            let outcomes = try [UInt8].fetchColumn(database, "outcomes").map {
                try Outcome(derBytes: $0, limit: Outcome.maximumByteCount)
            }
            return (tables, transactions, outcomes)
        }
        try queue.close()
    }
}

extension [UInt8] {
    /// The DER of each row of a table that is kept in the ledger's order.
    fileprivate static func fetchColumn(_ database: Database, _ table: String) throws -> [[UInt8]] {
        try Data.fetchAll(database, sql: "SELECT der FROM \(table) ORDER BY place").map { [UInt8]($0) }
    }
}
