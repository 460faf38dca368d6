public import Formats
import Identity
public import Ledger

/// The table `licences` of the read model: every version of every licence as the evidence ledger has it now.
public struct EvidenceProjection: ReadModelProjection {
    public let name = "licences"
    public let version = 1
    public let contracts = [EvidenceContract.contractName]

    public init() {}

    // Kinds, departments and keys are few and stand in the dictionary; the licences of one import share a transaction.
    // An identifier is read by position: its parts have fixed lengths but for the serial number.
    public let schema = """
        CREATE TABLE licence_statuses (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        INSERT INTO licence_statuses VALUES (0, 'valid'), (1, 'superseded'), (2, 'revoked');
        CREATE TABLE licence_transactions (number INTEGER PRIMARY KEY, identifier BLOB NOT NULL) STRICT;
        CREATE TABLE licence_rows (
            number INTEGER PRIMARY KEY,
            identifier TEXT NOT NULL,
            type INTEGER NOT NULL,
            department INTEGER NOT NULL,
            status INTEGER NOT NULL,
            file BLOB,
            metadata_root BLOB NOT NULL,
            seal BLOB,
            issued_at INTEGER NOT NULL,
            issued_height INTEGER NOT NULL,
            issued_by INTEGER NOT NULL,
            issuer_key INTEGER NOT NULL,
            changed_height INTEGER NOT NULL,
            supersedes TEXT,
            superseded_by TEXT,
            end_status TEXT,
            end_basis TEXT,
            ended_at INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX licence_rows_by_identifier ON licence_rows (identifier);
        CREATE INDEX licence_rows_by_file ON licence_rows (file) WHERE file IS NOT NULL;
        CREATE INDEX licence_rows_by_type ON licence_rows (type, status);
        CREATE INDEX licence_rows_by_department ON licence_rows (department, status);
        CREATE INDEX licence_rows_by_change ON licence_rows (changed_height);
        CREATE VIEW licences AS
            SELECT rows.identifier, types.value AS type, substr(rows.identifier, 38, 18) AS issuer,
                substr(rows.identifier, 57, length(rows.identifier) - 62) AS serial,
                CAST(substr(rows.identifier, -5, 3) AS INTEGER) AS version,
                departments.value AS department, licence_statuses.name AS status,
                rows.file, rows.metadata_root, rows.seal,
                rows.issued_at, rows.issued_height, licence_transactions.identifier AS "transaction",
                keys.value AS issuer_key, rows.changed_height, rows.supersedes, rows.superseded_by,
                rows.end_status, rows.end_basis, rows.ended_at
            FROM licence_rows AS rows
                LEFT JOIN licence_statuses ON licence_statuses.number = rows.status
                LEFT JOIN licence_transactions ON licence_transactions.number = rows.issued_by
                LEFT JOIN dictionary AS types ON types.number = rows.type
                LEFT JOIN dictionary AS departments ON departments.number = rows.department
                LEFT JOIN dictionary AS keys ON keys.number = rows.issuer_key;
        """

    public func apply(
        _ changes: ArraySlice<StateChange>,
        of block: ReadModelPosition,
        to tables: ReadModelTables
    ) throws(LedgerError) {
        // Records of one block that share a transaction share its row; those of another block never do.
        var transactions: [TransactionIdentifier: Int64] = [:]
        for change in changes {
            guard let identifier = EvidenceKeys.identifier(ofRecord: change.key) else { continue }
            guard let value = change.value else {
                try tables.execute("DELETE FROM licence_rows WHERE identifier = ?", [.text(identifier)])
                continue
            }
            let record = try Self.record(value, of: identifier)
            // A record is of the block that issued it, or of a later one before which the table has it already,
            // unless it is filled from the state alone.
            if record.issuedHeight < block.height, try update(identifier, record, of: block, in: tables) { continue }
            try insert(identifier, record, of: block, into: tables, transactions: &transactions)
        }
    }

    private static func record(_ value: [UInt8], of identifier: String) throws(LedgerError) -> EvidenceRecord {
        do {
            return try EvidenceRecord(derBytes: value, limit: ExecutionLimits.valueBytes)
        } catch {
            throw LedgerError(.corrupted, "the ledger's record of \(identifier) cannot be read", cause: error)
        }
    }

    /// Carries in what can change of a record.
    /// - Returns: whether the table has it.
    private func update(
        _ identifier: String,
        _ record: EvidenceRecord,
        of block: ReadModelPosition,
        in tables: ReadModelTables
    ) throws(LedgerError) -> Bool {
        let count = try tables.execute(
            """
            UPDATE licence_rows SET status = ?2, changed_height = ?3, superseded_by = ?4,
                end_status = ?5, end_basis = ?6, ended_at = ?7
            WHERE identifier = ?1
            """,
            [
                .text(identifier), .integer(record.status.rawValue),
                .integer(Int64(block.height.rawValue)), SQLValue(record.supersededBy?.text),
                SQLValue(record.revocation?.status.text), SQLValue(record.revocation?.basis),
                SQLValue(record.revocation?.revokedAt.milliseconds),
            ])
        return count > 0
    }

    /// Puts a record in; where its block comes again, it is there as it was.
    private func insert(
        _ identifier: String,
        _ record: EvidenceRecord,
        of block: ReadModelPosition,
        into tables: ReadModelTables,
        transactions: inout [TransactionIdentifier: Int64]
    ) throws(LedgerError) {
        let transaction: Int64
        if let known = transactions[record.transaction] {
            transaction = known
        } else {
            transaction = try tables.insert(
                "INSERT INTO licence_transactions (identifier) VALUES (?)", [.blob(record.transaction.digest.bytes)])
            transactions[record.transaction] = transaction
        }
        // Of a state that was carried in at once, no record says when it last changed; a valid one never did.
        let changedHeight = record.status == .valid ? record.issuedHeight : block.height
        try tables.execute(
            """
            INSERT INTO licence_rows VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (identifier) DO UPDATE SET status = excluded.status, changed_height = excluded.changed_height,
                superseded_by = excluded.superseded_by, end_status = excluded.end_status,
                end_basis = excluded.end_basis, ended_at = excluded.ended_at
            """,
            [
                .text(identifier),
                .integer(try tables.number(of: .text(record.identifier.typeCode.text))),
                .integer(try tables.number(of: .text(record.department.rawValue))),
                .integer(record.status.rawValue),
                SQLValue(record.content.file?.bytes), .blob(record.content.metadataRoot.bytes),
                SQLValue(record.content.seal?.bytes),
                .integer(record.issuedAt.milliseconds), .integer(Int64(record.issuedHeight.rawValue)),
                .integer(transaction), .integer(try tables.number(of: .blob(record.issuerKey.digest.bytes))),
                .integer(Int64(changedHeight.rawValue)),
                SQLValue(record.supersedes?.text), SQLValue(record.supersededBy?.text),
                SQLValue(record.revocation?.status.text), SQLValue(record.revocation?.basis),
                SQLValue(record.revocation?.revokedAt.milliseconds),
            ])
    }
}
