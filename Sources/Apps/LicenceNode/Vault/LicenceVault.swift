public import Formats
import GRDB
import Identity
import Licences
import Vault

/// What a department keeps of its licences apart from the ledger: fields, salts and files, encrypted (证照保险库).
///
/// Every version of a licence has a data key of its own; its fields and its file are sealed under it.
public final class LicenceVault: Sendable {
    static let kind = VaultKind(
        applicationIdentifier: 0x5A4C_5631,  // "ZLV1"
        version: 1, contents: "licences", purpose: "zhenglian vault", keyTable: "versionKey",
        tables: """
            CREATE TABLE version (
                identifier TEXT PRIMARY KEY, storedAt INTEGER NOT NULL, fields BLOB, file BLOB, fileDigest BLOB,
                fileByteCount INTEGER, destroyedAt INTEGER, basis TEXT
            ) STRICT;
            CREATE TABLE release (
                decision BLOB PRIMARY KEY, identifier TEXT NOT NULL, expiresAt INTEGER NOT NULL,
                kind INTEGER NOT NULL, delivered BLOB NOT NULL, sealed BLOB
            ) STRICT;
            CREATE INDEX releaseByExpiry ON release (expiresAt);
            """)

    let limits: VaultLimits
    let store: VaultDatabase

    public var genesis: Genesis { store.genesis }
    public var path: String { store.path }

    /// Opens the vault in a directory; makes one where there is none, readable by its owner alone.
    /// - Throws: `VaultError` or `FileError`.
    public init(_ path: String, genesis: Genesis, limits: VaultLimits = VaultLimits()) throws {
        self.limits = limits
        store = try VaultDatabase(path, kind: Self.kind, genesis: genesis, byteCount: limits.databaseByteCount)
    }

    /// Wraps all data keys anew under a fresh master key (主密钥轮换). Backups of the database from before are closed from
    /// then on for whoever has not kept the old key: what was destroyed since is destroyed there too.
    ///
    /// The vault has to be opened again after it.
    /// - Throws: `VaultError` or `FileError`.
    public func rotateMasterKey() throws { try store.rotateMasterKey() }

    /// The data key of a version.
    /// - Throws: `VaultError` with code `destroyed`, `notFound` or `corrupted`.
    func dataKey(of identifier: LicenceIdentifier, in database: Database) throws -> PayloadKey {
        if let key = try store.dataKey(of: identifier.text, in: database) { return key }
        if let entry = try entry(of: identifier, in: database) {
            throw VaultError(
                .destroyed,
                entry.destruction == nil
                    ? "the key of \(identifier) is not in the database: its content cannot be opened"
                    : "\(identifier) was taken down and its content destroyed")
        }
        throw VaultError(.notFound, "the vault holds nothing of \(identifier)")
    }

    func read<Value>(_ body: (Database) throws -> Value) throws -> Value { try store.read(body) }

    func write<Value>(_ body: (Database) throws -> Value) throws -> Value { try store.write(body) }
}
