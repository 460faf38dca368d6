import GRDB
import Identity

/// What one sort of vault has of its own: its mark, its tables, and what its content is sealed for.
package struct VaultKind: Sendable {
    /// `PRAGMA application_id`, four letters.
    let applicationIdentifier: Int64
    let version: Int64
    /// What is in it, in messages.
    let contents: String
    /// The first words of what everything in it is sealed for, so that nothing passes from one sort into another.
    let purpose: String
    /// The table of wrapped data keys. A key stands in a row of its own: who deletes that row has destroyed the content
    /// wherever it was copied to without the key.
    let keyTable: String
    /// SQL that makes the tables that are its own.
    let tables: String

    package init(
        applicationIdentifier: Int64, version: Int64, contents: String, purpose: String, keyTable: String,
        tables: String
    ) {
        (self.applicationIdentifier, self.version, self.contents) = (applicationIdentifier, version, contents)
        (self.purpose, self.keyTable, self.tables) = (purpose, keyTable, tables)
    }

    /// Makes the tables in an empty database, or checks that they are this sort's and this consortium's.
    /// - Throws: ``VaultError``.
    func open(_ database: Database, consortium: Digest, masterKey: Digest) throws {
        let found = try Int64.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") == 0
        if isEmpty {
            try create(database, consortium: consortium, masterKey: masterKey)
        } else if found != applicationIdentifier {
            throw VaultError(.notAVault, "the database is no vault of \(contents)")
        }
        let version = try Int64.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version == self.version else {
            throw VaultError(
                .notAVault, "the vault is of version \(version), this software knows version \(self.version)")
        }
        guard try Row.fetchOne(database, sql: "SELECT consortium FROM vault")?.digest("consortium") == consortium else {
            throw VaultError(.otherConsortium, "the vault belongs to another consortium than the genesis file")
        }
    }

    /// What the database knows its master key by.
    static func masterKey(_ database: Database) throws -> Digest? {
        try Row.fetchOne(database, sql: "SELECT masterKey FROM vault")?.digest("masterKey")
    }

    private func create(_ database: Database, consortium: Digest, masterKey: Digest) throws {
        try database.execute(
            sql: """
                CREATE TABLE vault (
                    only INTEGER PRIMARY KEY CHECK (only = 1), consortium BLOB NOT NULL, masterKey BLOB NOT NULL
                ) STRICT;
                CREATE TABLE \(keyTable) (identifier TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;
                CREATE TABLE content (address BLOB PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
                \(tables)
                PRAGMA application_id = \(applicationIdentifier);
                PRAGMA user_version = \(version);
                """)
        try database.execute(
            sql: "INSERT INTO vault (only, consortium, masterKey) VALUES (1, ?, ?)",
            arguments: [consortium.bytes.blob, masterKey.bytes.blob])
    }
}
