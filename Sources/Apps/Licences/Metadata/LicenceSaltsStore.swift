public import Foundation
import GRDB

/// The salts of a department's licences between their import and their vault: one database in a directory, which only
/// the department reads.
///
/// They are made once: whoever imports a table again finds the salts of the first time and comes to the same digests.
/// Several imports may use a store at a time.
public final class LicenceSaltsStore: Sendable {
    private static let databaseName = "salts.sqlite"
    /// `PRAGMA application_id`: "ZLS1".
    private static let applicationIdentifier: Int64 = 0x5A4C_5331
    private static let version: Int64 = 1

    private let path: String
    private let queue: DatabaseQueue

    /// The store in the directory `url`.
    /// - Parameters:
    ///   - url: the directory.
    ///   - isMade: whether both are made, readable by their owner alone, where they are not there.
    /// - Throws: ``LicenceError`` with code `unwritableFile`, `unreadableFile` where it is not there and not to be
    ///   made, or `wrongSalts` where the database is another one.
    public init(_ url: URL, isMade: Bool = true) throws(LicenceError) {
        path = url.appending(path: Self.databaseName).path
        guard isMade || FileManager.default.fileExists(atPath: path) else {
            throw LicenceError(.unreadableFile, "there is no store of salts in \(url.path)")
        }
        do {
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            // Narrow permissions from the start: SQLite would make a file that others can read.
            let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
            close(file)
            queue = try DatabaseQueue(path: path, configuration: Self.configuration)
            try queue.write(Self.prepare)
        } catch let error as LicenceError {
            throw error
        } catch {
            throw LicenceError(.unwritableFile, "the store of salts \(path) cannot be opened", cause: error)
        }
    }

    private static let configuration = {
        var configuration = Configuration()
        configuration.label = "salts"
        configuration.busyMode = .timeout(30)
        configuration.prepareDatabase { database in
            // What is deleted is overwritten in the file, and the journal is cut to nothing after each commit.
            try database.execute(sql: "PRAGMA secure_delete = ON")
            try database.execute(sql: "PRAGMA journal_mode = TRUNCATE")
            try database.execute(sql: "PRAGMA synchronous = EXTRA")
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        return configuration
    }()

    private static func prepare(_ database: Database) throws {
        if try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") == 0 {
            try database.execute(
                sql: """
                    CREATE TABLE salts (identifier TEXT PRIMARY KEY, salts BLOB NOT NULL) STRICT, WITHOUT ROWID;
                    PRAGMA application_id = \(applicationIdentifier);
                    PRAGMA user_version = \(version);
                    """)
        }
        let found = try Int64.fetchOne(database, sql: "PRAGMA application_id")
        guard found == applicationIdentifier else {
            throw LicenceError(.wrongSalts, "\(databaseName) is no store of salts")
        }
        let version = try Int64.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version == Self.version else {
            throw LicenceError(
                .wrongSalts, "the store of salts is of version \(version), this software knows version \(Self.version)",
                found: "\(version)", expected: "\(Self.version)")
        }
    }

    /// The salts of licences: those that are kept, and fresh ones, which are on the disk when this returns.
    /// - Parameters:
    ///   - identifiers: versions of licences.
    ///   - generator: makes fresh ones; the system's outside of tests.
    /// - Returns: the salts of each, in the same order.
    /// - Throws: ``LicenceError`` with code `wrongSalts` or `unwritableFile`.
    package func salts(
        of identifiers: [LicenceIdentifier], using generator: inout some RandomNumberGenerator
    ) throws(LicenceError) -> [LicenceSalts] {
        try translated {
            try queue.write { database in
                let insertion = try database.cachedStatement(sql: "INSERT INTO salts VALUES (?, ?)")
                return try identifiers.map { identifier in
                    if let kept = try Self.kept(identifier, in: database) { return kept }
                    let fresh = LicenceSalts(identifier: identifier, using: &generator)
                    try insertion.execute(arguments: [identifier.text, Data(fresh.bytes)])
                    return fresh
                }
            }
        }
    }

    /// The salts that are kept for a licence.
    /// - Throws: ``LicenceError`` with code `wrongSalts` where none are, or `unwritableFile`.
    public func salts(of identifier: LicenceIdentifier) throws(LicenceError) -> LicenceSalts {
        guard let salts = try translated({ try queue.read { try Self.kept(identifier, in: $0) } }) else {
            throw LicenceError(.wrongSalts, "\(path) has no salts of \(identifier)", expected: identifier.text)
        }
        return salts
    }

    /// Deletes the salts of all versions of a licence for good.
    /// - Returns: of how many versions there were some.
    /// - Throws: ``LicenceError`` with code `unwritableFile`.
    @discardableResult
    public func removeAll(of licence: LicenceKey) throws(LicenceError) -> Int {
        let prefix = "\(LicenceIdentifier.root).\(licence.text)"
        return try translated {
            try queue.write { database in
                // What follows is a full stop in every version's identifier, and "/" is the next character after it.
                try database.execute(
                    sql: "DELETE FROM salts WHERE identifier >= ? AND identifier < ?",
                    arguments: ["\(prefix).", "\(prefix)/"])
                return database.changesCount
            }
        }
    }

    private static func kept(_ identifier: LicenceIdentifier, in database: Database) throws -> LicenceSalts? {
        let selection = try database.cachedStatement(sql: "SELECT salts FROM salts WHERE identifier = ?")
        guard let bytes = try Data.fetchOne(selection, arguments: [identifier.text]) else { return nil }
        return try LicenceSalts(identifier: identifier, bytes: Array(bytes))
    }

    private func translated<Value>(_ body: () throws -> Value) throws(LicenceError) -> Value {
        do {
            return try body()
        } catch let error as LicenceError {
            throw error
        } catch {
            throw LicenceError(.unwritableFile, "the store of salts \(path) failed", cause: error)
        }
    }
}
