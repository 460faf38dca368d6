import Formats
import GRDB
import Identity

/// The tables of a channel's database, and whether a file is one.
///
/// Every table that grows with the chain is keyed in the order in which it grows: random inserts into a large table are
/// what would slow a block down most. What has to be found by a digest is found in memory (``StateStore``,
/// ``TransactionWindow``) or in the read model.
enum LedgerSchema {
    /// `PRAGMA application_id`: "ZLL1". Tells the file from any other SQLite database.
    static let applicationIdentifier: Int64 = 0x5a4c_4c31
    /// `PRAGMA user_version`: larger with every migration.
    static let version: Int64 = 4
    /// Databases below this version hold blocks of an older format, which this software does not execute.
    static let oldestVersion: Int64 = 2

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("2") { database in
            try database.execute(sql: tables)
            try database.execute(sql: stateTables)
            try database.execute(sql: "PRAGMA user_version = 2")
        }
        migrator.registerMigration("3") { database in
            try database.execute(sql: pastTables)
            try database.execute(sql: "PRAGMA user_version = 3")
        }
        migrator.registerMigration("4") { database in
            try database.execute(sql: epochTables)
            try database.execute(sql: "PRAGMA user_version = 4")
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
            state_root BLOB NOT NULL,
            journal_root BLOB NOT NULL,
            state_size INTEGER NOT NULL,
            value_count INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE transactions (
            place INTEGER PRIMARY KEY, identifier BLOB NOT NULL, der BLOB NOT NULL, submitter INTEGER
        ) STRICT;
        CREATE TABLE outcomes (place INTEGER PRIMARY KEY, der BLOB NOT NULL) STRICT;
        CREATE TABLE submitters (number INTEGER PRIMARY KEY, certificate BLOB NOT NULL UNIQUE) STRICT;
        CREATE TABLE finalizations (height INTEGER PRIMARY KEY, der BLOB NOT NULL) STRICT;
        CREATE TABLE journal_nodes (
            level INTEGER NOT NULL, position INTEGER NOT NULL, digest BLOB NOT NULL,
            PRIMARY KEY (level, position)
        ) STRICT, WITHOUT ROWID;
        """

    /// The state's log, by position: names and values, 16 entries a row, 256 entries a twig, one bit an entry, and what
    /// each block superseded. `state_horizon` has one row: the lowest height whose state can be proved.
    private static let stateTables = """
        CREATE TABLE state_values (
            number INTEGER PRIMARY KEY, contract TEXT NOT NULL, key BLOB NOT NULL, value BLOB
        ) STRICT;
        CREATE TABLE state_entries (group_number INTEGER PRIMARY KEY, entries BLOB NOT NULL) STRICT;
        CREATE TABLE state_twigs (twig INTEGER PRIMARY KEY, group_roots BLOB NOT NULL) STRICT;
        CREATE TABLE state_activity (page INTEGER PRIMARY KEY, bits BLOB NOT NULL) STRICT;
        CREATE TABLE state_history (height INTEGER PRIMARY KEY, superseded BLOB NOT NULL) STRICT;
        CREATE TABLE state_horizon (height INTEGER NOT NULL) STRICT;
        INSERT INTO state_horizon VALUES (0);
        """

    /// What is not here of the past. `pruning_horizon` has one row: up to which height transactions may be pruned, and
    /// up to which they are. A ledger that began with a snapshot has its manifest, and the journal's leaves of the
    /// heights below it whose outcomes it knows.
    private static let pastTables = """
        CREATE TABLE pruning_horizon (height INTEGER NOT NULL, done INTEGER NOT NULL) STRICT;
        INSERT INTO pruning_horizon VALUES (0, 0);
        CREATE TABLE snapshot_origin (height INTEGER PRIMARY KEY, manifest BLOB NOT NULL) STRICT;
        CREATE TABLE snapshot_leaves (height INTEGER PRIMARY KEY, leaf BLOB NOT NULL) STRICT;
        """

    /// What leads from each epoch's validators to the next one's, by the next one's number: made while the state that
    /// it proves is at hand, kept for ever.
    private static let epochTables = """
        CREATE TABLE epoch_changes (epoch INTEGER PRIMARY KEY, der BLOB NOT NULL) STRICT;
        """

    /// What a ledger is bound to.
    static func facts(of genesis: Genesis) -> [(name: String, value: [UInt8])] {
        [
            ("genesis", genesis.digest.bytes),
            ("channel", genesis.channel.digest.bytes),
            ("suite", Array(genesis.document.suite.rawValue.utf8)),
        ]
    }

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
        // A crash between `claim` and the tables leaves version 0 and nothing to lose.
        guard found == 0 || found >= oldestVersion else {
            throw LedgerError(
                .olderFormat,
                """
                the database is of version \(found), whose blocks are of an older format than this software's: \
                keep the version that wrote it for reading it, and let this one begin in an empty directory
                """
            )
        }
    }

    /// Marks a database as a ledger before anything else is in it: a crash between this and the tables leaves a file
    /// that is still known for what it was going to be.
    static func claim(_ database: Database) throws {
        try check(database)
        try database.execute(sql: "PRAGMA application_id = \(applicationIdentifier)")
    }

    /// Puts the sentinel into the log of a new state.
    static func beginState(_ database: Database, suite: any CryptoSuite) throws {
        let hasBegun = try Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM blocks) OR EXISTS (SELECT 1 FROM state_entries)")
        guard hasBegun == false else { return }
        let tree = StateTree.genesis(suite: suite)
        try database.execute(
            sql: "INSERT INTO state_entries VALUES (0, ?)",
            arguments: [StateGroup.bytes([.record(.sentinel)]).blob]
        )
        try database.execute(
            sql: "INSERT INTO state_activity VALUES (0, ?)", arguments: [tree.activity(ofTwig: 0).bytes.blob])
    }

    /// Binds a new database to its genesis, and refuses one of another.
    static func bind(_ database: Database, to genesis: Genesis) throws {
        for fact in facts(of: genesis) {
            let select = try database.cachedStatement(sql: "SELECT value FROM meta WHERE name = ?")
            guard let row = try Row.fetchOne(select, arguments: [fact.name]) else {
                let insert = try database.cachedStatement(sql: "INSERT INTO meta VALUES (?, ?)")
                try insert.execute(arguments: [fact.name, fact.value.blob])
                continue
            }
            guard try row.bytes(at: 0) == fact.value else {
                throw otherConsortium(fact, found: try row.bytes(at: 0))
            }
        }
    }

    /// Refuses a database of another genesis, without writing to it.
    static func checkBinding(of database: Database, to genesis: Genesis) throws {
        for fact in facts(of: genesis) {
            let select = try database.cachedStatement(sql: "SELECT value FROM meta WHERE name = ?")
            let found = try Row.fetchOne(select, arguments: [fact.name])?.bytes(at: 0) ?? []
            guard found == fact.value else { throw otherConsortium(fact, found: found) }
        }
    }

    private static func otherConsortium(_ fact: (name: String, value: [UInt8]), found: [UInt8]) -> LedgerError {
        LedgerError(
            .otherConsortium,
            """
            the ledger in this directory is of \(fact.name) \(found.hexadecimal), \
            the genesis file is of \(fact.value.hexadecimal): \
            name the genesis file that belongs to it, or another directory
            """
        )
    }
}
