public import Formats
import Foundation
import GRDB
import Identity
import Licences
import Nodes

/// What a department keeps of its licences apart from the ledger: fields, salts and files, encrypted (证照保险库).
///
/// Every version of a licence has a data key of its own, which the vault's master key wraps; fields and file are sealed
/// under it and stored by the digest of what was sealed, so that a changed byte is noticed before anything is opened.
/// Destruction deletes the data key first of all: whatever copy of the content is left somewhere stays closed.
///
/// The database may be opened by the node and by a command at a time. Changes are whole or not there at all.
public final class LicenceVault: Sendable {
    static let databaseName = "vault.sqlite"

    public let genesis: Genesis
    public let path: String
    let limits: VaultLimits
    let queue: DatabaseQueue
    private let masterKey: VaultMasterKey

    /// Opens the vault in a directory; makes one where there is none, readable by its owner alone.
    /// - Throws: ``VaultError`` or `FileError`.
    public init(_ path: String, genesis: Genesis, limits: VaultLimits = VaultLimits()) throws {
        self.path = path
        self.genesis = genesis
        self.limits = limits
        let database = "\(path)/\(Self.databaseName)"
        if !ProtectedFile.exists(database) { try Self.create(path, database: database) }
        do {
            queue = try DatabaseQueue(path: database, configuration: Self.configuration(limits))
        } catch {
            throw VaultError(.unavailable, "the vault \(database) cannot be opened", cause: error)
        }
        masterKey = try Self.masterKey(path, queue: queue, genesis: genesis)
    }

    private static func create(_ path: String, database: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw VaultError(.unavailable, "the directory \(path) cannot be made", cause: error)
        }
        let key = "\(path)/\(VaultMasterKey.fileName)"
        // An attempt that was interrupted here has left a key and no database: that key is as good as a new one.
        if !ProtectedFile.exists(key) { try VaultMasterKey().create(at: key) }
        // Made by hand, because SQLite would make it readable by others and narrow nothing afterwards.
        try ProtectedFile.create(at: database, with: [], access: .secret)
    }

    private static func configuration(_ limits: VaultLimits) -> Configuration {
        var configuration = Configuration()
        configuration.label = "vault"
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            // What is deleted is overwritten in the file, and the journal is cut to nothing after each commit.
            try database.execute(sql: "PRAGMA secure_delete = ON")
            try database.execute(sql: "PRAGMA journal_mode = TRUNCATE")
            try database.execute(sql: "PRAGMA synchronous = EXTRA")
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
            let page = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 4_096
            try database.execute(sql: "PRAGMA max_page_count = \(max(1, limits.databaseByteCount / page))")
        }
        return configuration
    }

    /// The key that the database was made with, or was rotated to by an attempt that was interrupted before the file
    /// had its name.
    private static func masterKey(_ path: String, queue: DatabaseQueue, genesis: Genesis) throws -> VaultMasterKey {
        let current = "\(path)/\(VaultMasterKey.fileName)"
        let next = "\(path)/\(VaultMasterKey.nextFileName)"
        let key = try VaultMasterKey(path: current)
        let known = try translated {
            try queue.write { database in
                try VaultSchema.open(
                    database, consortium: genesis.digest, masterKey: key.identifier(genesis.suite))
                return try VaultSchema.masterKey(database)
            }
        }
        if key.identifier(genesis.suite) == known {
            // A rotation that did not come to the database left a key that wraps nothing.
            try ProtectedFile.remove(next)
            return key
        }
        if ProtectedFile.exists(next) {
            let newer = try VaultMasterKey(path: next)
            if newer.identifier(genesis.suite) == known {
                try finishRotation(from: next, to: current, key: newer)
                return newer
            }
        }
        throw VaultError(
            .wrongKey, "\(current) is not the master key of this vault: restore the key that belongs to the database")
    }

    private static func finishRotation(from next: String, to current: String, key: VaultMasterKey) throws {
        try ProtectedFile.replace(
            at: current, with: Array("\(key.key.bytes.hexadecimal)\n".utf8), access: .secret)
        try ProtectedFile.remove(next)
    }

    /// Wraps all data keys anew under a fresh master key (主密钥轮换). Backups of the database from before are closed from
    /// then on for whoever has not kept the old key: what was destroyed since is destroyed there too.
    ///
    /// The vault has to be opened again after it.
    /// - Throws: ``VaultError`` or `FileError`.
    public func rotateMasterKey() throws {
        let fresh = VaultMasterKey()
        let next = "\(path)/\(VaultMasterKey.nextFileName)"
        try ProtectedFile.remove(next)
        try fresh.create(at: next)
        try Self.translated {
            try queue.write { database in
                for identifier in try String.fetchAll(database, sql: "SELECT identifier FROM versionKey") {
                    let identifier = try LicenceIdentifier.importing(identifier).value
                    let key = try dataKey(of: identifier, in: database)
                    try database.execute(
                        sql: "UPDATE versionKey SET wrapped = ? WHERE identifier = ?",
                        arguments: [try wrap(key, of: identifier, under: fresh).blob, identifier.text])
                }
                try database.execute(
                    sql: "UPDATE vault SET masterKey = ?",
                    arguments: [fresh.identifier(genesis.suite).bytes.blob])
            }
        }
        try Self.finishRotation(from: next, to: "\(path)/\(VaultMasterKey.fileName)", key: fresh)
    }

    // MARK: Keys

    func wrap(
        _ key: PayloadKey, of identifier: LicenceIdentifier, under master: VaultMasterKey? = nil
    ) throws -> [UInt8] {
        try genesis.suite.payloadCipher.seal(
            key.bytes, with: (master ?? masterKey).key, context: context("key", identifier))
    }

    /// The data key of a version.
    /// - Throws: ``VaultError`` with code `destroyed`, `notFound` or `corrupted`.
    func dataKey(of identifier: LicenceIdentifier, in database: Database) throws -> PayloadKey {
        let row = try Row.fetchOne(
            database, sql: "SELECT wrapped FROM versionKey WHERE identifier = ?", arguments: [identifier.text])
        guard let wrapped = try row?.bytes("wrapped") else {
            if let entry = try entry(of: identifier, in: database) {
                throw VaultError(
                    .destroyed,
                    entry.destruction == nil
                        ? "the key of \(identifier) is not in the database: its content cannot be opened"
                        : "\(identifier) was taken down and its content destroyed")
            }
            throw VaultError(.notFound, "the vault holds nothing of \(identifier)")
        }
        do {
            let bytes = try genesis.suite.payloadCipher.open(
                wrapped, with: masterKey.key, context: context("key", identifier))
            guard let key = PayloadKey(bytes) else { throw IdentityError(.sealBroken, "a key of the wrong size") }
            return key
        } catch {
            throw VaultError(.corrupted, "the key of \(identifier) does not open; restore a backup", cause: error)
        }
    }

    /// What something is sealed for: its use and its licence, so that nothing can be put in another's place.
    func context(_ use: String, _ identifier: LicenceIdentifier) -> [UInt8] {
        Array("zhenglian vault \(use) 1 \(identifier.text)".utf8)
    }

    // MARK: Access

    /// Runs `body`, with what the database throws in words of the vault.
    static func translated<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw VaultError(.unavailable, "the vault's database failed", cause: error)
        }
    }

    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try Self.translated { try queue.read(body) }
    }

    func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try Self.translated { try queue.write(body) }
    }
}
