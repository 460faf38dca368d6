package import Formats
import Foundation
package import GRDB
package import Identity
import Nodes

/// What a department keeps apart from the ledger, encrypted: the database that vaults are made of (保险库).
///
/// Whatever is put in under one name has a data key of its own, which the vault's master key wraps; content is sealed
/// under it and stored by the digest of what was sealed, so that a changed byte is noticed before anything is opened.
/// Destruction deletes the data key first of all: whatever copy of the content is left somewhere stays closed.
///
/// The database may be opened by the node and by a command at a time. Changes are whole or not there at all.
package final class VaultDatabase: Sendable {
    package static let databaseName = "vault.sqlite"

    package let genesis: Genesis
    package let path: String
    private let kind: VaultKind
    private let queue: DatabaseQueue
    private let masterKey: VaultMasterKey

    /// Opens the vault in a directory; makes one where there is none, readable by its owner alone.
    /// - Parameters:
    ///   - path: the directory.
    ///   - kind: what sort of vault it is.
    ///   - genesis: the consortium's.
    ///   - byteCount: the most that the database may become.
    /// - Throws: ``VaultError`` or `FileError`.
    package init(_ path: String, kind: VaultKind, genesis: Genesis, byteCount: Int) throws {
        self.path = path
        self.kind = kind
        self.genesis = genesis
        let database = "\(path)/\(Self.databaseName)"
        if !ProtectedFile.exists(database) { try Self.create(path, database: database) }
        do {
            queue = try DatabaseQueue(path: database, configuration: Self.configuration(byteCount))
        } catch {
            throw VaultError(.unavailable, "the vault \(database) cannot be opened", cause: error)
        }
        masterKey = try Self.masterKey(path, kind: kind, queue: queue, genesis: genesis)
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

    private static func configuration(_ byteCount: Int) -> Configuration {
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
            try database.execute(sql: "PRAGMA max_page_count = \(max(1, byteCount / page))")
        }
        return configuration
    }

    /// The key that the database was made with, or was rotated to by an attempt that was interrupted before the file
    /// had its name.
    private static func masterKey(
        _ path: String, kind: VaultKind, queue: DatabaseQueue, genesis: Genesis
    ) throws -> VaultMasterKey {
        let current = "\(path)/\(VaultMasterKey.fileName)"
        let next = "\(path)/\(VaultMasterKey.nextFileName)"
        let key = try VaultMasterKey(path: current)
        let known = try translated {
            try queue.write { database in
                try kind.open(database, consortium: genesis.digest, masterKey: key.identifier(genesis.suite))
                return try VaultKind.masterKey(database)
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
    package func rotateMasterKey() throws {
        let fresh = VaultMasterKey()
        let next = "\(path)/\(VaultMasterKey.nextFileName)"
        try ProtectedFile.remove(next)
        try fresh.create(at: next)
        try write { database in
            for subject in try String.fetchAll(database, sql: "SELECT identifier FROM \(kind.keyTable)") {
                guard let key = try dataKey(of: subject, in: database) else { continue }
                try database.execute(
                    sql: "UPDATE \(kind.keyTable) SET wrapped = ? WHERE identifier = ?",
                    arguments: [try wrap(key, of: subject, under: fresh).blob, subject])
            }
            try database.execute(
                sql: "UPDATE vault SET masterKey = ?",
                arguments: [fresh.identifier(genesis.suite).bytes.blob])
        }
        try Self.finishRotation(from: next, to: "\(path)/\(VaultMasterKey.fileName)", key: fresh)
    }

    // MARK: Keys

    /// Makes and keeps the data key of something that is put in.
    package func makeKey(of subject: String, in database: Database) throws -> PayloadKey {
        let key = PayloadKey()
        try database.execute(
            sql: "INSERT INTO \(kind.keyTable) (identifier, wrapped) VALUES (?, ?)",
            arguments: [subject, try wrap(key, of: subject, under: masterKey).blob])
        return key
    }

    /// The data key of something; `nil` where there is none, or none any more.
    /// - Throws: ``VaultError`` with code `corrupted`.
    package func dataKey(of subject: String, in database: Database) throws -> PayloadKey? {
        let row = try Row.fetchOne(
            database, sql: "SELECT wrapped FROM \(kind.keyTable) WHERE identifier = ?", arguments: [subject])
        guard let wrapped = try row?.bytes("wrapped") else { return nil }
        do {
            let bytes = try genesis.suite.payloadCipher.open(
                wrapped, with: masterKey.key, context: context("key", subject))
            guard let key = PayloadKey(bytes) else { throw IdentityError(.sealBroken, "a key of the wrong size") }
            return key
        } catch {
            throw VaultError(.corrupted, "the key of \(subject) does not open; restore a backup", cause: error)
        }
    }

    /// Destroys a data key, and content that was sealed under it.
    package func destroyKey(of subject: String, contents addresses: [[UInt8]], in database: Database) throws {
        try database.execute(sql: "DELETE FROM \(kind.keyTable) WHERE identifier = ?", arguments: [subject])
        for address in addresses {
            try database.execute(sql: "DELETE FROM content WHERE address = ?", arguments: [address.blob])
        }
    }

    private func wrap(_ key: PayloadKey, of subject: String, under master: VaultMasterKey) throws -> [UInt8] {
        try genesis.suite.payloadCipher.seal(key.bytes, with: master.key, context: context("key", subject))
    }

    /// What something is sealed for: its use and its name, so that nothing can be put in another's place.
    private func context(_ use: String, _ subject: String) -> [UInt8] {
        Array("\(kind.purpose) \(use) 1 \(subject)".utf8)
    }

    // MARK: Content

    /// Seals and keeps content.
    /// - Returns: its address, the digest of what was sealed.
    package func store(
        _ content: [UInt8], use: String, of subject: String, key: PayloadKey, in database: Database
    ) throws -> Digest {
        let sealed = try genesis.suite.payloadCipher.seal(content, with: key, context: context(use, subject))
        let address = genesis.suite.digest(of: sealed)
        try database.execute(
            sql: "INSERT INTO content (address, sealed) VALUES (?, ?)",
            arguments: [address.bytes.blob, sealed.blob])
        return address
    }

    /// Opens content.
    /// - Throws: ``VaultError`` with code `corrupted`.
    package func open(
        _ address: [UInt8], use: String, of subject: String, key: PayloadKey, in database: Database
    ) throws -> [UInt8] {
        let row = try Row.fetchOne(
            database, sql: "SELECT sealed FROM content WHERE address = ?", arguments: [address.blob])
        guard let sealed = try row?.bytes("sealed"), genesis.suite.digest(of: sealed).bytes == address else {
            throw VaultError(
                .corrupted, "the \(use) of \(subject) are missing or were changed; restore a backup")
        }
        do {
            return try genesis.suite.payloadCipher.open(sealed, with: key, context: context(use, subject))
        } catch {
            throw VaultError(.corrupted, "the \(use) of \(subject) do not open; restore a backup", cause: error)
        }
    }

    // MARK: Access

    /// Runs `body`, with what the database throws in words of the vault.
    private static func translated<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw VaultError(.unavailable, "the vault's database failed", cause: error)
        }
    }

    package func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try Self.translated { try queue.read(body) }
    }

    package func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try Self.translated { try queue.write(body) }
    }
}
