import Foundation
import GRDB
import Identity

/// The tables of a vault.
///
/// The data key of a version stands in a row of its own: who deletes that row has destroyed the content wherever it was
/// copied to without the key.
enum VaultSchema {
    /// `PRAGMA application_id`: "ZLV1".
    static let applicationIdentifier: Int64 = 0x5A4C_5631
    static let version: Int64 = 1

    /// Makes the tables in an empty database, or checks that they are this vault's.
    /// - Throws: ``VaultError``.
    static func open(_ database: Database, consortium: Digest, masterKey: Digest) throws {
        let found = try Int64.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") == 0
        if isEmpty {
            try create(database, consortium: consortium, masterKey: masterKey)
        } else if found != applicationIdentifier {
            throw VaultError(.notAVault, "the database is no vault of licences")
        }
        let version = try Int64.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version == Self.version else {
            throw VaultError(
                .notAVault, "the vault is of version \(version), this software knows version \(Self.version)")
        }
        guard try Row.fetchOne(database, sql: "SELECT consortium FROM vault")?.digest("consortium") == consortium else {
            throw VaultError(.otherConsortium, "the vault belongs to another consortium than the genesis file")
        }
    }

    /// What the database knows its master key by.
    static func masterKey(_ database: Database) throws -> Digest? {
        try Row.fetchOne(database, sql: "SELECT masterKey FROM vault")?.digest("masterKey")
    }

    private static func create(_ database: Database, consortium: Digest, masterKey: Digest) throws {
        try database.execute(
            sql: """
                CREATE TABLE vault (
                    only INTEGER PRIMARY KEY CHECK (only = 1), consortium BLOB NOT NULL, masterKey BLOB NOT NULL
                ) STRICT;
                CREATE TABLE versionKey (identifier TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;
                CREATE TABLE version (
                    identifier TEXT PRIMARY KEY, storedAt INTEGER NOT NULL, fields BLOB, file BLOB, fileDigest BLOB,
                    fileByteCount INTEGER, destroyedAt INTEGER, basis TEXT
                ) STRICT;
                CREATE TABLE content (address BLOB PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
                CREATE TABLE release (
                    decision BLOB PRIMARY KEY, identifier TEXT NOT NULL, expiresAt INTEGER NOT NULL,
                    kind INTEGER NOT NULL, delivered BLOB NOT NULL, sealed BLOB
                ) STRICT;
                CREATE INDEX releaseByExpiry ON release (expiresAt);
                PRAGMA application_id = \(applicationIdentifier);
                PRAGMA user_version = \(version);
                """)
        try database.execute(
            sql: "INSERT INTO vault (only, consortium, masterKey) VALUES (1, ?, ?)",
            arguments: [consortium.bytes.blob, masterKey.bytes.blob])
    }
}

// Column readers that throw where GRDB's own would trap: a damaged file must be told, not stop the node.
extension Row {
    func bytes(_ column: String) throws(VaultError) -> [UInt8]? {
        let value: DatabaseValue = self[column]
        guard !value.isNull else { return nil }
        guard let data = Data.fromDatabaseValue(value) else { throw wrong(column) }
        return [UInt8](data)
    }

    func digest(_ column: String) throws(VaultError) -> Digest? {
        guard let bytes = try bytes(column) else { return nil }
        guard let digest = Digest(bytes) else { throw wrong(column) }
        return digest
    }

    func text(_ column: String) throws(VaultError) -> String? {
        let value: DatabaseValue = self[column]
        guard !value.isNull else { return nil }
        guard let text = String.fromDatabaseValue(value) else { throw wrong(column) }
        return text
    }

    func integer(_ column: String) throws(VaultError) -> Int64? {
        let value: DatabaseValue = self[column]
        guard !value.isNull else { return nil }
        guard let number = Int64.fromDatabaseValue(value) else { throw wrong(column) }
        return number
    }

    private func wrong(_ column: String) -> VaultError {
        VaultError(.corrupted, "column \(column) of a row of the vault is of the wrong kind; restore a backup")
    }
}

extension [UInt8] {
    /// The bytes as SQLite takes them.
    var blob: Data { Data(self) }
}
