import Formats
import GRDB
import Identity

/// Where a read model stands.
struct ReadModelState: Sendable {
    var position: ReadModelPosition
    /// Whether it is being filled from the present state and cannot answer yet.
    var isSeeding: Bool
}

/// The tables of every read model, and whether a file is one that can be gone on with.
///
/// Keys that grow with the chain are the tables' own; the only index in another order is that of transactions by their
/// identifier.
enum ReadModelSchema {
    /// `PRAGMA application_id`: "ZLR1".
    static let applicationIdentifier: Int64 = 0x5a4c_5231
    /// `PRAGMA user_version`. Nothing is ever migrated: a model of another version is made anew.
    static let version: Int64 = 1

    static let tables = """
        CREATE TABLE read_model (
            height INTEGER NOT NULL,
            time INTEGER NOT NULL,
            digest BLOB NOT NULL,
            first_height INTEGER NOT NULL,
            is_seeding INTEGER NOT NULL,
            consortium BLOB NOT NULL,
            channel TEXT NOT NULL,
            channel_identifier BLOB NOT NULL,
            version INTEGER NOT NULL,
            projections TEXT NOT NULL
        ) STRICT;
        CREATE TABLE blocks (
            height INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            digest BLOB NOT NULL,
            epoch INTEGER NOT NULL,
            view INTEGER NOT NULL,
            proposer TEXT NOT NULL,
            transaction_count INTEGER NOT NULL,
            rejected_count INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE members (
            number INTEGER PRIMARY KEY,
            member TEXT NOT NULL UNIQUE,
            department TEXT NOT NULL,
            role TEXT NOT NULL,
            name TEXT NOT NULL
        ) STRICT;
        CREATE TABLE dictionary (number INTEGER PRIMARY KEY, value ANY NOT NULL UNIQUE) STRICT;
        CREATE TABLE transaction_rows (
            height INTEGER NOT NULL,
            position INTEGER NOT NULL,
            identifier BLOB NOT NULL,
            submitter INTEGER,
            methods INTEGER NOT NULL,
            call_count INTEGER NOT NULL,
            is_rejected INTEGER NOT NULL,
            event_count INTEGER NOT NULL,
            PRIMARY KEY (height, position)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX transaction_rows_by_identifier ON transaction_rows (identifier);
        CREATE INDEX transaction_rows_by_submitter ON transaction_rows (submitter);
        CREATE TABLE rejections (
            height INTEGER NOT NULL,
            position INTEGER NOT NULL,
            call INTEGER NOT NULL,
            code TEXT NOT NULL,
            message TEXT NOT NULL,
            PRIMARY KEY (height, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX rejections_by_code ON rejections (code);
        CREATE VIEW transactions AS
            SELECT rows.height, rows.position, blocks.time, rows.identifier,
                members.member AS submitter, members.department,
                dictionary.value AS methods, rows.call_count,
                iif(rows.is_rejected, 'rejected', 'applied') AS status
            FROM transaction_rows AS rows
                LEFT JOIN blocks ON blocks.height = rows.height
                LEFT JOIN members ON members.number = rows.submitter
                LEFT JOIN dictionary ON dictionary.number = rows.methods;
        CREATE VIEW outcomes AS
            SELECT rows.height, rows.position, rows.identifier AS "transaction",
                iif(rows.is_rejected, 'rejected', 'applied') AS status,
                rejections.code AS error, rejections.call, rejections.message, rows.event_count
            FROM transaction_rows AS rows
                LEFT JOIN rejections ON rejections.height = rows.height AND rejections.position = rows.position;
        """

    /// Makes the tables of a new model that stands at its channel's beginning.
    static func create(
        _ database: Database,
        genesis: Genesis,
        projections: [any ReadModelProjection],
        isSeeding: Bool
    ) throws -> ReadModelState {
        try database.execute(sql: "PRAGMA application_id = \(applicationIdentifier)")
        try database.execute(sql: "PRAGMA user_version = \(version)")
        try database.execute(sql: tables)
        for projection in projections {
            try database.execute(sql: projection.schema)
        }
        let position = ReadModelPosition(
            height: .zero, digest: genesis.channel.digest, time: genesis.document.createdAt)
        try database.execute(
            sql: "INSERT INTO read_model VALUES (0, ?, ?, 1, ?, ?, ?, ?, ?, ?)",
            arguments: [
                position.time.milliseconds, position.digest.bytes.blob, isSeeding, genesis.digest.bytes.blob,
                genesis.document.channel.rawValue, genesis.channel.digest.bytes.blob, version,
                signature(of: projections),
            ])
        return ReadModelState(position: position, isSeeding: isSeeding)
    }

    /// Why the model in a file cannot be gone on with, `nil` where it can.
    /// - Throws: ``LedgerError`` with code `notALedger` for a database that is no read model: nothing of somebody
    ///   else's is ever deleted.
    static func obstacle(
        _ database: Database,
        genesis: Genesis,
        projections: [any ReadModelProjection]
    ) throws -> String? {
        if try isEmpty(database) { return "it has no tables yet" }
        try checkApplication(database)
        let found = try Int64.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard found == version else { return "it is of version \(found), this software makes version \(version)" }
        let select = "SELECT consortium, channel_identifier, projections, is_seeding FROM read_model"
        guard let row = try Row.fetchOne(database, sql: select) else { return "it does not say what it is of" }
        guard try row.digest(at: 0) == genesis.digest, try row.digest(at: 1) == genesis.channel.digest else {
            return "it is of another consortium or channel"
        }
        guard row[2] as String? == signature(of: projections) else { return "its applications' tables have changed" }
        return try row.integer(at: 3) == 0 ? nil : "it was not filled to the end"
    }

    /// Refuses a file in which there are no tables that this software knows.
    static func checkForReading(_ database: Database) throws {
        try checkApplication(database)
        let found = try Int64.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard found == version else {
            throw LedgerError(
                .newerSchema,
                "the read model is of version \(found), this software knows \(version): use the node's own version")
        }
    }

    static func state(_ database: Database) throws -> ReadModelState {
        let statement = try database.cachedStatement(sql: "SELECT height, digest, time, is_seeding FROM read_model")
        guard let row = try Row.fetchOne(statement) else {
            throw LedgerError(.corrupted, "the read model does not say where it stands; delete it, it is made anew")
        }
        return ReadModelState(
            position: ReadModelPosition(
                height: Height(rawValue: UInt64(max(0, try row.integer(at: 0)))),
                digest: try row.digest(at: 1),
                time: Timestamp(milliseconds: try row.integer(at: 2))
            ),
            isSeeding: try row.integer(at: 3) != 0
        )
    }

    private static func isEmpty(_ database: Database) throws -> Bool {
        try Int64.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
            && Int64.fetchOne(database, sql: "PRAGMA application_id") == 0
    }

    private static func checkApplication(_ database: Database) throws {
        guard try Int64.fetchOne(database, sql: "PRAGMA application_id") == applicationIdentifier else {
            throw LedgerError(.notALedger, "the file is a database, but no read model; move it away")
        }
    }

    private static func signature(of projections: [any ReadModelProjection]) -> String {
        projections.map(\.signature).sorted().joined(separator: ", ")
    }
}
