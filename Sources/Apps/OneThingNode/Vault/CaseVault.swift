public import Formats
import GRDB
public import Identity
public import OneThings
import Vault

/// What a department keeps of the cases that it has part in (办件保险库): items with their salts, and the files of papers,
/// encrypted, each list of content under the root that the ledger has of it.
public final class CaseVault: Sendable {
    static let kind = VaultKind(
        applicationIdentifier: 0x5A4C_4331,  // "ZLC1"
        version: 1, contents: "cases", purpose: "zhenglian case vault", keyTable: "listKey",
        tables: """
            CREATE TABLE list (
                root TEXT PRIMARY KEY, storedAt INTEGER NOT NULL, items BLOB, destroyedAt INTEGER, basis TEXT
            ) STRICT;
            CREATE TABLE file (
                root TEXT NOT NULL, paper TEXT NOT NULL, address BLOB NOT NULL, PRIMARY KEY (root, paper)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE release (
                request BLOB PRIMARY KEY, root TEXT NOT NULL, expiresAt INTEGER NOT NULL, delivered BLOB NOT NULL,
                sealed BLOB NOT NULL
            ) STRICT;
            CREATE INDEX releaseByExpiry ON release (expiresAt);
            """)

    let limits: CaseVaultLimits
    let store: VaultDatabase

    public var genesis: Genesis { store.genesis }
    public var path: String { store.path }

    /// Opens the vault in a directory; makes one where there is none, readable by its owner alone.
    /// - Throws: `VaultError` or `FileError`.
    public init(_ path: String, genesis: Genesis, limits: CaseVaultLimits = CaseVaultLimits()) throws {
        self.limits = limits
        store = try VaultDatabase(path, kind: Self.kind, genesis: genesis, byteCount: limits.databaseByteCount)
    }

    /// Wraps all data keys anew under a fresh master key (主密钥轮换). The vault has to be opened again after it.
    /// - Throws: `VaultError` or `FileError`.
    public func rotateMasterKey() throws { try store.rotateMasterKey() }

    /// Puts items in, with some or all of the files of their papers; what is there already stays as it is.
    /// - Parameters:
    ///   - items: the list.
    ///   - files: of papers among them.
    ///   - time: when, as the vault remembers it.
    /// - Returns: the papers whose files are not there yet.
    /// - Throws: `VaultError` with code `inconsistent` where a file is not that of a paper of the list, `tooLarge`,
    ///   `destroyed` or `unavailable`.
    public func put(_ items: CaseItems, files: [CaseFile], at time: Timestamp) throws -> [Label] {
        for file in files { try check(file, of: items) }
        let root = items.content(suite: genesis.suite).root.hexadecimal
        return try store.write { database in
            let key = try prepare(root, items, at: time, in: database)
            for file in files where try address(of: file.paper, root, in: database) == nil {
                let address = try store.store(
                    file.bytes, use: "file \(file.paper)", of: root, key: key, in: database)
                try database.execute(
                    sql: "INSERT INTO file (root, paper, address) VALUES (?, ?, ?)",
                    arguments: [root, file.paper.rawValue, address.bytes.blob])
            }
            return try items.items.filter { item in
                try item.kind == .paper && address(of: item.name, root, in: database) == nil
            }.map(\.name)
        }
    }

    private func check(_ file: CaseFile, of items: CaseItems) throws(VaultError) {
        guard file.bytes.count <= limits.fileByteCount else {
            throw VaultError(
                .tooLarge,
                "the file of '\(file.paper)' has \(file.bytes.count) bytes; a release carries at most "
                    + "\(limits.fileByteCount)")
        }
        guard let item = items[file.paper], item.kind == .paper, item.file == genesis.suite.digest(of: file.bytes)
        else { throw VaultError(.inconsistent, "the file of '\(file.paper)' is not the one that the items name") }
    }

    /// The data key of a list, which is put in where it is not there.
    private func prepare(
        _ root: String, _ items: CaseItems, at time: Timestamp, in database: Database
    ) throws -> PayloadKey {
        if try row(of: root, in: database) != nil { return try dataKey(of: root, in: database) }
        let key = try store.makeKey(of: root, in: database)
        let address = try store.store(items.derBytes, use: "items", of: root, key: key, in: database)
        try database.execute(
            sql: "INSERT INTO list (root, storedAt, items) VALUES (?, ?, ?)",
            arguments: [root, time.milliseconds, address.bytes.blob])
        return key
    }

    /// The items of a list, by the root that the ledger has of it.
    /// - Throws: `VaultError` with code `notFound`, `destroyed`, `corrupted` or `unavailable`.
    public func items(of root: Digest) throws -> CaseItems {
        let text = root.hexadecimal
        return try store.read { database in
            let key = try dataKey(of: text, in: database)
            guard let address = try row(of: text, in: database)?.bytes("items") else {
                throw VaultError(.corrupted, "the vault has a key of \(text) and no items; restore a backup")
            }
            let bytes = try store.open(address, use: "items", of: text, key: key, in: database)
            return try CaseItems(derBytes: bytes, limit: CaseItems.maximumByteCount)
        }
    }

    /// The file of a paper.
    /// - Throws: as ``items(of:)``; with code `notFound` also where the file has not come.
    public func file(of paper: Label, in root: Digest) throws -> [UInt8] {
        let text = root.hexadecimal
        return try store.read { database in
            let key = try dataKey(of: text, in: database)
            guard let address = try address(of: paper, text, in: database) else {
                throw VaultError(.notFound, "the vault holds no file of '\(paper)'")
            }
            return try store.open(address, use: "file \(paper)", of: text, key: key, in: database)
        }
    }

    /// Destroys a list for good (销毁): its data key, its items with their salts, its files, and releases that wait to be
    /// fetched again. What is on the ledger stays, and says nothing any more.
    /// - Parameters:
    ///   - root: the list's root.
    ///   - basis: the rule by which it is destroyed.
    ///   - time: when.
    /// - Returns: `false` where it was destroyed before.
    /// - Throws: `VaultError` with code `notFound`, `inconsistent` for a basis that is empty or longer than 200
    ///   characters, or `unavailable`.
    @discardableResult
    public func destroy(_ root: Digest, basis: String, at time: Timestamp) throws -> Bool {
        guard !basis.isEmpty, basis.count <= 200 else {
            throw VaultError(.inconsistent, "the basis of a destruction has 1 to 200 characters")
        }
        let text = root.hexadecimal
        return try store.write { database in
            guard let row = try row(of: text, in: database) else {
                throw VaultError(.notFound, "the vault holds nothing of \(text)")
            }
            guard try row.integer("destroyedAt") == nil else { return false }
            let files = try Row.fetchAll(database, sql: "SELECT address FROM file WHERE root = ?", arguments: [text])
            let addresses = try [row.bytes("items")] + files.map { try $0.bytes("address") }
            try store.destroyKey(of: text, contents: addresses.compactMap(\.self), in: database)
            for table in ["file", "release"] {
                try database.execute(sql: "DELETE FROM \(table) WHERE root = ?", arguments: [text])
            }
            try database.execute(
                sql: "UPDATE list SET items = NULL, destroyedAt = ?, basis = ? WHERE root = ?",
                arguments: [time.milliseconds, basis, text])
            return true
        }
    }

    // MARK: Within a transaction

    private func row(of root: String, in database: Database) throws -> Row? {
        try Row.fetchOne(database, sql: "SELECT * FROM list WHERE root = ?", arguments: [root])
    }

    private func address(of paper: Label, _ root: String, in database: Database) throws -> [UInt8]? {
        try Row.fetchOne(
            database, sql: "SELECT address FROM file WHERE root = ? AND paper = ?",
            arguments: [root, paper.rawValue]
        )?.bytes("address")
    }

    private func dataKey(of root: String, in database: Database) throws -> PayloadKey {
        if let key = try store.dataKey(of: root, in: database) { return key }
        guard try row(of: root, in: database) != nil else {
            throw VaultError(.notFound, "the vault holds nothing of \(root)")
        }
        throw VaultError(.destroyed, "what the vault held of \(root) was destroyed")
    }
}

extension Digest {
    var hexadecimal: String { bytes.hexadecimal }
}
