import Formats
import GRDB
import Identity

/// The tables of a channel's database, and whether a file is one.
///
/// Tables that grow with every block are keyed in the order in which they grow; random inserts are left to the two that
/// cannot do without: the index of transactions and the state (both `WITHOUT ROWID`: the key is the table).
enum LedgerSchema {
    /// `PRAGMA application_id`: "ZLL1". Tells the file from any other SQLite database.
    static let applicationIdentifier: Int64 = 0x5a4c_4c31
    /// `PRAGMA user_version`: larger with every migration.
    static let version: Int64 = 1

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(sql: tables)
            try database.execute(sql: "PRAGMA user_version = 1")
        }
        return migrator
    }

    private static let tables = """
        CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE blocks (
            height INTEGER PRIMARY KEY,
            digest BLOB NOT NULL,
            header BLOB NOT NULL,
            transaction_count INTEGER NOT NULL,
            executed_height INTEGER NOT NULL,
            outcomes_root BLOB NOT NULL,
            state_digest BLOB NOT NULL,
            journal_root BLOB NOT NULL
        ) STRICT;
        CREATE TABLE transactions (place INTEGER PRIMARY KEY, der BLOB NOT NULL, submitter INTEGER) STRICT;
        CREATE TABLE outcomes (place INTEGER PRIMARY KEY, der BLOB NOT NULL) STRICT;
        CREATE TABLE transaction_index (identifier BLOB PRIMARY KEY, place INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE submitters (number INTEGER PRIMARY KEY, certificate BLOB NOT NULL UNIQUE) STRICT;
        CREATE TABLE finalizations (height INTEGER PRIMARY KEY, der BLOB NOT NULL) STRICT;
        CREATE TABLE journal_nodes (
            level INTEGER NOT NULL, position INTEGER NOT NULL, digest BLOB NOT NULL,
            PRIMARY KEY (level, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE state (
            contract TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, height INTEGER NOT NULL,
            PRIMARY KEY (contract, key)
        ) STRICT, WITHOUT ROWID;
        """

    /// Refuses a file that is no ledger, or one of a newer version, before anything is written to it.
    static func check(_ database: Database) throws {
        let isEmpty = try Int64.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
        let application = try Int64.fetchOne(database, sql: "PRAGMA application_id")
        if isEmpty, application == 0 { return }
        guard application == applicationIdentifier else {
            throw LedgerError(.notALedger, "the file is a database, but no ledger; name another directory")
        }
        let found = try Int64.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard found <= version else {
            throw LedgerError(
                .newerSchema,
                "the database is of version \(found), this software knows \(version): install the newer one again"
            )
        }
    }

    /// Marks a database as a ledger before anything else is in it: a crash between this and the tables leaves a file
    /// that is still known for what it was going to be.
    static func claim(_ database: Database) throws {
        try check(database)
        try database.execute(sql: "PRAGMA application_id = \(applicationIdentifier)")
    }

    /// Binds a new database to its genesis, and refuses one of another.
    static func bind(_ database: Database, to genesis: Genesis) throws {
        let facts: [(name: String, value: [UInt8])] = [
            ("genesis", genesis.digest.bytes),
            ("channel", genesis.channel.digest.bytes),
            ("suite", Array(genesis.document.suite.rawValue.utf8)),
        ]
        for fact in facts {
            let select = try database.cachedStatement(sql: "SELECT value FROM meta WHERE name = ?")
            guard let row = try Row.fetchOne(select, arguments: [fact.name]) else {
                let insert = try database.cachedStatement(sql: "INSERT INTO meta VALUES (?, ?)")
                try insert.execute(arguments: [fact.name, fact.value.blob])
                continue
            }
            guard try row.bytes(at: 0) == fact.value else {
                throw LedgerError(
                    .otherConsortium,
                    """
                    the ledger in this directory is of \(fact.name) \(try row.bytes(at: 0).hexadecimal), \
                    the genesis file is of \(fact.value.hexadecimal): \
                    name the genesis file that belongs to it, or another directory
                    """
                )
            }
        }
    }
}
