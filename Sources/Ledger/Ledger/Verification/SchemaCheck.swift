import Formats
import GRDB
import Identity

/// Checks the file as SQLite sees it, and that its tables are the ones that this version makes, no more and no fewer.
struct SchemaCheck {
    let genesis: Genesis

    private struct Definition: Hashable {
        let type: String
        let name: String
        let sql: String?
    }

    func check(_ database: Database) throws {
        try checkFile(database)
        try checkTables(database)
        try checkFacts(database)
    }

    private func checkFile(_ database: Database) throws {
        // Every page, every cell and index entry, and the types of STRICT tables (SQLite, PRAGMA integrity_check).
        for line in try String.fetchAll(database, sql: "PRAGMA integrity_check(1)") where line != "ok" {
            throw Self.fault("integrity_check", expected: "ok", found: line)
        }
        let application = try Int64.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        guard application == LedgerSchema.applicationIdentifier else {
            throw Self.fault(
                "application_id", expected: "\(LedgerSchema.applicationIdentifier)", found: "\(application)")
        }
        let version = try Int64.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version == LedgerSchema.version else {
            throw Self.fault("user_version", expected: "\(LedgerSchema.version)", found: "\(version)")
        }
    }

    private func checkTables(_ database: Database) throws {
        let model = try DatabaseQueue()
        try LedgerSchema.migrator.migrate(model)
        let expected = try model.read { try Self.definitions($0) }
        let found = try Self.definitions(database)
        for definition in expected where !found.contains(definition) {
            let other = found.first { $0.name == definition.name && $0.type == definition.type }
            throw LedgerFault(
                table: "sqlite_schema", key: definition.name, column: "sql",
                expected: definition.sql ?? "an index of SQLite's own",
                found: other.map { $0.sql ?? "an index of SQLite's own" } ?? "no such \(definition.type)"
            )
        }
        for definition in found where !expected.contains(definition) {
            throw LedgerFault(
                table: "sqlite_schema", key: definition.name, column: "name", expected: "no such \(definition.type)",
                found: definition.sql ?? "an index"
            )
        }
        let migrations = "SELECT identifier FROM grdb_migrations ORDER BY identifier"
        let known = try model.read { try String.fetchAll($0, sql: migrations) }
        let applied = try String.fetchAll(database, sql: migrations)
        guard applied == known else {
            throw LedgerFault(
                table: "grdb_migrations", key: "all", column: "identifier", expected: "\(known)", found: "\(applied)")
        }
    }

    /// The facts that bind the database to its genesis.
    private func checkFacts(_ database: Database) throws {
        let expected = LedgerSchema.facts(of: genesis).sorted { $0.name < $1.name }
        let rows = try Row.fetchAll(database, sql: "SELECT name, value FROM meta ORDER BY name")
        for (index, row) in rows.enumerated() {
            let name = try row.text(at: 0)
            guard index < expected.count, expected[index].name == name, try row.bytes(at: 1) == expected[index].value
            else {
                throw LedgerFault(
                    table: "meta", key: name, column: "value",
                    expected: index < expected.count
                        ? "\(expected[index].name) = \(expected[index].value.hexadecimal)" : "no further row",
                    found: "\(name) = \(try row.bytes(at: 1).hexadecimal)"
                )
            }
        }
        guard rows.count == expected.count else {
            throw LedgerFault(
                table: "meta", key: expected[rows.count].name, column: "name", expected: "a row", found: "none")
        }
    }

    private static func definitions(_ database: Database) throws -> [Definition] {
        let rows = try Row.fetchAll(database, sql: "SELECT type, name, sql FROM sqlite_schema ORDER BY name")
        return try rows.map { row in
            let sql: DatabaseValue = row[2]
            return Definition(type: try row.text(at: 0), name: try row.text(at: 1), sql: String.fromDatabaseValue(sql))
        }
    }

    private static func fault(_ key: String, expected: String, found: String) -> LedgerFault {
        LedgerFault(table: "sqlite", key: key, column: "file", expected: expected, found: found)
    }
}
