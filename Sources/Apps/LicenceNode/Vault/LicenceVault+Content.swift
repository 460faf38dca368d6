import Formats
import GRDB
public import Identity
public import Licences
public import Vault

// What goes in, what comes out, and what is destroyed.
extension LicenceVault {
    /// What became of a licence that was put in.
    public enum Deposit: Hashable, Sendable {
        case stored
        /// The vault held the very same already.
        case unchanged
    }

    /// What is put in of one version.
    public struct Content: Sendable {
        public let licence: VaultedLicence
        /// The bytes of its file; `nil` without one.
        public let file: [UInt8]?

        public init(licence: VaultedLicence, file: [UInt8]?) {
            self.licence = licence
            self.file = file
        }
    }

    /// Puts a version of a licence in; the same again changes nothing.
    /// - Parameters:
    ///   - licence: its fields and salts.
    ///   - file: the bytes of its file; `nil` without one.
    ///   - time: when, as the vault remembers it.
    /// - Throws: `VaultError` with code `conflict` where the vault holds other content of that version, `destroyed`
    ///   where it was taken down, `tooLarge` or `unavailable`.
    @discardableResult
    public func put(_ licence: VaultedLicence, file: [UInt8]?, at time: Timestamp) throws -> Deposit {
        try put([Content(licence: licence, file: file)], at: time)[0].get()
    }

    /// Puts several versions in, on the disk all at once; one that cannot go in does not hold up the others.
    /// - Returns: for each, in the same order, what became of it, or a `VaultError` as ``put(_:file:at:)`` throws it.
    /// - Throws: `VaultError` with code `unavailable`: then none of them went in.
    public func put(_ contents: [Content], at time: Timestamp) throws -> [Result<Deposit, VaultError>] {
        try write { database in
            try contents.map { content in
                do {
                    return .success(try put(content, at: time, in: database))
                } catch let error as VaultError {
                    // Thrown before anything of this licence was written.
                    return .failure(error)
                }
            }
        }
    }

    /// Everything that is of this licence alone is checked before anything is written.
    private func put(_ content: Content, at time: Timestamp, in database: Database) throws -> Deposit {
        let licence = content.licence
        let identifier = licence.identifier
        let document = VaultedLicenceDocument(licence).derBytes
        guard document.count <= limits.fieldsByteCount else {
            throw VaultError(
                .tooLarge,
                "the fields of \(identifier) take \(document.count) bytes of at most \(limits.fieldsByteCount)")
        }
        if let file = content.file, file.count > limits.fileByteCount {
            throw VaultError(
                .tooLarge,
                "the file of \(identifier) has \(file.count) bytes; a release carries at most \(limits.fileByteCount)")
        }
        if let entry = try entry(of: identifier, in: database) {
            try checkIsSame(entry, licence, content.file, in: database)
            return .unchanged
        }
        let key = try store.makeKey(of: identifier.text, in: database)
        let fields = try store.store(document, use: "fields", of: identifier.text, key: key, in: database)
        let file = try content.file.map {
            try store.store($0, use: "file", of: identifier.text, key: key, in: database)
        }
        try database.execute(
            sql: """
                INSERT INTO version (identifier, storedAt, fields, file, fileDigest, fileByteCount)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                identifier.text, time.milliseconds, fields.bytes.blob, file?.bytes.blob,
                content.file.map { genesis.suite.digest(of: $0).bytes.blob }, content.file?.count,
            ])
        return .stored
    }

    /// The fields and salts of a version.
    /// - Throws: `VaultError` with code `notFound`, `destroyed`, `corrupted` or `unavailable`.
    public func licence(_ identifier: LicenceIdentifier) throws -> VaultedLicence {
        try read { try licence(identifier, in: $0) }
    }

    /// The bytes of a version's file; `nil` where it has none.
    /// - Throws: as ``licence(_:)``.
    public func file(of identifier: LicenceIdentifier) throws -> [UInt8]? {
        try read { try file(of: identifier, in: $0) }
    }

    /// What the vault says of a version; `nil` where it has never held it.
    /// - Throws: `VaultError`.
    public func entry(of identifier: LicenceIdentifier) throws -> VaultEntry? {
        try read { try entry(of: identifier, in: $0) }
    }

    /// The next versions in order of their identifiers, those that were destroyed among them.
    /// - Parameters:
    ///   - after: where the last page ended; `nil` for the first page.
    ///   - limit: the page's length.
    /// - Throws: `VaultError`.
    public func entries(after: LicenceIdentifier?, limit: Int) throws -> [VaultEntry] {
        try read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM version WHERE identifier > ? ORDER BY identifier LIMIT ?",
                arguments: [after?.text ?? "", limit]
            ).map(Self.entry)
        }
    }

    /// What the taking down of a licence has destroyed of it in the vault.
    public struct Destruction: Hashable, Sendable {
        /// The versions that were destroyed now, in order of their identifiers.
        public var now: [LicenceIdentifier] = []
        /// Those that were destroyed before.
        public var before: [LicenceIdentifier] = []
    }

    /// Destroys the content of all versions of a licence for good (销毁): data keys, fields with their salts, files, and
    /// releases that wait to be fetched. What is on the ledger stays, and says nothing any more. The same again changes
    /// nothing.
    /// - Parameters:
    ///   - licence: the licence.
    ///   - basis: the legal basis of its taking down.
    ///   - time: when.
    /// - Returns: what was destroyed; nothing where the vault has never held a version.
    /// - Throws: `VaultError` with code `inconsistent` for a basis that is empty or too long, or `unavailable`.
    public func destroy(_ licence: LicenceKey, basis: String, at time: Timestamp) throws -> Destruction {
        try Self.check(basis)
        let prefix = "\(LicenceIdentifier.root).\(licence.text)"
        return try write { database in
            var destruction = Destruction()
            // What follows is a full stop in every version's identifier, and "/" is the next character after it.
            let rows = try Row.fetchAll(
                database, sql: "SELECT * FROM version WHERE identifier >= ? AND identifier < ? ORDER BY identifier",
                arguments: ["\(prefix).", "\(prefix)/"])
            for row in rows {
                let identifier = try Self.entry(row).identifier
                if try destroy(row, of: identifier, basis: basis, at: time, in: database) {
                    destruction.now.append(identifier)
                } else {
                    destruction.before.append(identifier)
                }
            }
            return destruction
        }
    }

    private static func check(_ basis: String) throws(VaultError) {
        guard (1...CatalogueRecord.maximumBasisByteCount).contains(basis.utf8.count) else {
            throw VaultError(
                .inconsistent, "the basis of a destruction has 1 to \(CatalogueRecord.maximumBasisByteCount) bytes")
        }
    }

    /// - Returns: `false` where it was destroyed before.
    private func destroy(
        _ row: Row, of identifier: LicenceIdentifier, basis: String, at time: Timestamp, in database: Database
    ) throws -> Bool {
        guard try Self.entry(row).destruction == nil else { return false }
        try store.destroyKey(
            of: identifier.text,
            contents: [try row.bytes("fields"), try row.bytes("file")].compactMap(\.self), in: database)
        try database.execute(
            sql: "UPDATE release SET sealed = NULL WHERE identifier = ?", arguments: [identifier.text])
        try database.execute(
            sql: """
                UPDATE version SET fields = NULL, file = NULL, fileDigest = NULL, fileByteCount = NULL,
                    destroyedAt = ?, basis = ? WHERE identifier = ?
                """,
            arguments: [time.milliseconds, basis, identifier.text])
        return true
    }

    // MARK: Within a transaction

    func licence(_ identifier: LicenceIdentifier, in database: Database) throws -> VaultedLicence {
        let key = try dataKey(of: identifier, in: database)
        guard let address = try row(of: identifier, in: database)?.bytes("fields") else {
            throw VaultError(.corrupted, "the vault has a key of \(identifier) and no fields; restore a backup")
        }
        let document = try store.open(address, use: "fields", of: identifier.text, key: key, in: database)
        let licence = try VaultedLicenceDocument(derBytes: document, limit: limits.fieldsByteCount).licence()
        guard licence.identifier == identifier else {
            throw VaultError(.corrupted, "the fields under \(identifier) are of \(licence.identifier)")
        }
        return licence
    }

    func file(of identifier: LicenceIdentifier, in database: Database) throws -> [UInt8]? {
        let key = try dataKey(of: identifier, in: database)
        guard let row = try row(of: identifier, in: database), let address = try row.bytes("file") else { return nil }
        let file = try store.open(address, use: "file", of: identifier.text, key: key, in: database)
        guard genesis.suite.digest(of: file) == (try row.digest("fileDigest")) else {
            throw VaultError(.corrupted, "the file of \(identifier) is not the one that was put in; restore a backup")
        }
        return file
    }

    func entry(of identifier: LicenceIdentifier, in database: Database) throws -> VaultEntry? {
        try row(of: identifier, in: database).map(Self.entry)
    }

    private func row(of identifier: LicenceIdentifier, in database: Database) throws -> Row? {
        try Row.fetchOne(
            database, sql: "SELECT * FROM version WHERE identifier = ?", arguments: [identifier.text])
    }

    private static func entry(_ row: Row) throws -> VaultEntry {
        guard let text = try row.text("identifier"), let storedAt = try row.integer("storedAt") else {
            throw VaultError(.corrupted, "a row of the vault names no licence")
        }
        var destruction: VaultEntry.Destruction?
        if let time = try row.integer("destroyedAt"), let basis = try row.text("basis") {
            destruction = VaultEntry.Destruction(time: Timestamp(milliseconds: time), basis: basis)
        }
        return VaultEntry(
            identifier: try LicenceIdentifier.importing(text).value,
            storedAt: Timestamp(milliseconds: storedAt),
            file: try row.digest("fileDigest"),
            fileByteCount: try row.integer("fileByteCount").map { Int($0) },
            destruction: destruction
        )
    }

    private func checkIsSame(
        _ entry: VaultEntry, _ licence: VaultedLicence, _ file: [UInt8]?, in database: Database
    ) throws {
        guard entry.destruction == nil else {
            throw VaultError(.destroyed, "\(entry.identifier) was taken down; what was destroyed does not come back")
        }
        guard try self.licence(entry.identifier, in: database) == licence,
            entry.file == file.map({ genesis.suite.digest(of: $0) })
        else {
            throw VaultError(
                .conflict, "the vault holds other content of \(entry.identifier): a change is a new version")
        }
    }
}
