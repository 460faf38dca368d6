public import Formats
import Foundation
import GRDB
import Identity
import Nodes
import Synchronization

/// The subscriptions of a node, with their cursors and what was put aside: a database of the node's own.
///
/// It is readable by its owner alone, and secrets in it are sealed under a key in a file beside it, so that a copy of
/// the database by itself opens none. A cursor moves in the transaction that says what has become of its delivery:
/// whatever the node is killed in the middle of is delivered once more, and nothing never.
public final class WebhookStore: Sendable {
    static let databaseName = "webhooks.sqlite"
    static let keyName = "webhooks.key"
    /// `PRAGMA application_id`: "ZLW1".
    static let applicationIdentifier: Int64 = 0x5a4c_5731
    static let version: Int64 = 1

    let limits: WebhookLimits
    let changes = Signal<Void>()
    private let queue: DatabaseQueue
    private let key: PayloadKey
    private let cipher: any PayloadCipher

    /// Opens the subscriptions of a node; makes the database where there is none.
    /// - Parameters:
    ///   - path: the directory of the database.
    ///   - genesis: the consortium's.
    ///   - limits: how much it may take.
    /// - Throws: ``WebhookError``.
    public init(_ path: String, genesis: Genesis, limits: WebhookLimits = WebhookLimits()) throws(WebhookError) {
        self.limits = limits
        cipher = genesis.suite.payloadCipher
        let database = "\(path)/\(Self.databaseName)"
        let keyFile = "\(path)/\(Self.keyName)"
        key = try Self.prepare(path, database: database, keyFile: keyFile)
        do {
            queue = try DatabaseQueue(path: database, configuration: Self.configuration(limits))
            try queue.write { try Self.open($0, consortium: genesis.digest) }
        } catch {
            throw Self.translated(error)
        }
    }

    private static func prepare(_ path: String, database: String, keyFile: String) throws(WebhookError) -> PayloadKey {
        do throws(FileError) {
            try ProtectedFile.createDirectory(path)
            if !ProtectedFile.exists(database) {
                // An attempt that was interrupted here has left a key and no database: it is as good as a new one.
                if !ProtectedFile.exists(keyFile) {
                    try ProtectedFile.create(
                        at: keyFile, with: Array("\(PayloadKey().bytes.hexadecimal)\n".utf8), access: .secret)
                }
                // Made by hand, because SQLite would make it readable by others.
                try ProtectedFile.create(at: database, with: [], access: .secret)
            }
            let text = try ProtectedFile.text(of: keyFile, limit: 128).prefix { !$0.isNewline }
            guard let bytes = [UInt8](hexadecimal: text), let key = PayloadKey(bytes) else {
                throw FileError(.unreadable, "\(keyFile) is no key: restore the one that belongs to the database")
            }
            return key
        } catch {
            throw WebhookError(.wrongKey, "the webhooks in \(path) cannot be opened: \(error.message)", cause: error)
        }
    }

    private static func configuration(_ limits: WebhookLimits) -> Configuration {
        var configuration = Configuration()
        configuration.label = "webhooks"
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            // What is deleted, secrets among it, is overwritten in the file.
            try database.execute(sql: "PRAGMA secure_delete = ON")
            try database.execute(sql: "PRAGMA journal_mode = TRUNCATE")
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
            let page = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 4_096
            try database.execute(sql: "PRAGMA max_page_count = \(max(1, limits.databaseByteCount / page))")
        }
        return configuration
    }

    private static func open(_ database: Database, consortium: Digest) throws {
        if try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") == 0 {
            try database.execute(sql: schema)
            try database.execute(
                sql: "INSERT INTO webhooks (only, consortium) VALUES (1, ?)", arguments: [Data(consortium.bytes)])
        }
        guard try Int64.fetchOne(database, sql: "PRAGMA application_id") == applicationIdentifier else {
            throw WebhookError(.wrongDatabase, "the database is none of webhooks")
        }
        let found = try Int64.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard found == version else {
            throw WebhookError(
                .wrongDatabase, "the webhooks are of version \(found), this software knows version \(version)")
        }
        guard try Data.fetchOne(database, sql: "SELECT consortium FROM webhooks") == Data(consortium.bytes) else {
            throw WebhookError(.wrongDatabase, "the webhooks belong to another consortium than the genesis file")
        }
    }

    private static let schema = """
        CREATE TABLE webhooks (only INTEGER PRIMARY KEY CHECK (only = 1), consortium BLOB NOT NULL) STRICT;
        CREATE TABLE subscription (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            identifier TEXT NOT NULL UNIQUE,
            department TEXT NOT NULL,
            principal TEXT NOT NULL,
            address TEXT NOT NULL,
            filter TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'disabled')),
            reason TEXT,
            cursor TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            failing_since INTEGER,
            next_attempt INTEGER,
            last_failure TEXT,
            created_at INTEGER NOT NULL,
            delivered_at INTEGER,
            secret BLOB NOT NULL,
            previous_secret BLOB,
            previous_until INTEGER
        ) STRICT;
        CREATE INDEX subscription_by_department ON subscription (department);
        CREATE TABLE dead_letter (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            subscription INTEGER NOT NULL REFERENCES subscription ON DELETE CASCADE,
            cursor TEXT NOT NULL,
            type TEXT NOT NULL,
            body BLOB NOT NULL,
            failure TEXT NOT NULL,
            put_aside_at INTEGER NOT NULL,
            is_queued INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX dead_letter_by_subscription ON dead_letter (subscription, is_queued, number);
        PRAGMA application_id = \(applicationIdentifier);
        PRAGMA user_version = \(version);
        """

    // MARK: Access

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(WebhookError) -> Value {
        do {
            return try await queue.read(body)
        } catch {
            throw Self.translated(error)
        }
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(WebhookError) -> Value {
        do {
            return try await queue.write(body)
        } catch {
            throw Self.translated(error)
        }
    }

    private static func translated(_ error: any Error) -> WebhookError {
        if let error = error as? WebhookError { return error }
        let code = (error as? DatabaseError)?.resultCode
        if code == .SQLITE_NOTADB || code == .SQLITE_CORRUPT {
            return WebhookError(.corrupted, "the database of webhooks is damaged: restore a backup", cause: error)
        }
        return WebhookError(.unavailable, "the database of webhooks failed: look at the disk", cause: error)
    }

    // MARK: Secrets

    func seal(_ secret: WebhookSecret, of identifier: WebhookIdentifier) throws(WebhookError) -> Data {
        do throws(IdentityError) {
            return Data(try cipher.seal(Array(secret.text.utf8), with: key, context: Self.context(identifier)))
        } catch {
            throw WebhookError(.unavailable, "the secret cannot be sealed", cause: error)
        }
    }

    func open(_ sealed: Data, of identifier: WebhookIdentifier) throws(WebhookError) -> WebhookSecret {
        do {
            let bytes = try cipher.open([UInt8](sealed), with: key, context: Self.context(identifier))
            guard let secret = WebhookSecret(String(decoding: bytes, as: UTF8.self)) else {
                throw IdentityError(.sealBroken, "it is no secret")
            }
            return secret
        } catch {
            throw WebhookError(
                .wrongKey, "the secret of webhook \(identifier) does not open: restore key and database together",
                cause: error)
        }
    }

    private static func context(_ identifier: WebhookIdentifier) -> [UInt8] {
        Array("zhenglian webhook secret 1 \(identifier)".utf8)
    }
}
