public import Formats
import Identity
public import Ledger

/// The tables `catalogue`, `licences` and `licence_changes` of the read model: what the catalogue has now, every
/// version of every licence with its evidence, and what became of licences after they were issued.
public struct LicenceProjection: ReadModelProjection {
    public let name = "licences"
    public let version = 3
    public let contracts = [CatalogueContract.contractName, EvidenceContract.contractName]

    public init() {}

    // Kinds, departments and keys are few and stand in the dictionary; the licences of one import share a transaction.
    // Codes and days are integers, which take a byte to four. An identifier is read by position: its parts have fixed
    // lengths but for the serial number. A licence that nothing has happened to has no change, and costs nothing there.
    public let schema = """
        CREATE TABLE licence_transactions (number INTEGER PRIMARY KEY, identifier BLOB NOT NULL) STRICT;
        CREATE TABLE catalogue_rows (
            number INTEGER PRIMARY KEY,
            licence TEXT NOT NULL,
            ending TEXT NOT NULL,
            type INTEGER NOT NULL,
            department INTEGER NOT NULL,
            region INTEGER NOT NULL,
            issued_on INTEGER NOT NULL,
            valid_from INTEGER NOT NULL,
            valid_until INTEGER,
            status INTEGER NOT NULL,
            operation INTEGER NOT NULL,
            basis TEXT,
            holder BLOB,
            metadata_root BLOB,
            locator TEXT,
            related TEXT,
            taken_down_at INTEGER,
            revision INTEGER NOT NULL,
            issued_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            changed_height INTEGER NOT NULL,
            changed_by INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX catalogue_rows_by_licence ON catalogue_rows (licence);
        CREATE INDEX catalogue_rows_by_bucket ON catalogue_rows (type, region, issued_on);
        CREATE INDEX catalogue_rows_by_region ON catalogue_rows (region, status);
        CREATE INDEX catalogue_rows_by_department ON catalogue_rows (department, status);
        CREATE INDEX catalogue_rows_by_holder ON catalogue_rows (holder) WHERE holder IS NOT NULL;
        CREATE INDEX catalogue_rows_by_change ON catalogue_rows (changed_height);
        CREATE TABLE evidence_rows (
            number INTEGER PRIMARY KEY,
            identifier TEXT NOT NULL,
            department INTEGER NOT NULL,
            file BLOB,
            metadata_root BLOB NOT NULL,
            seal BLOB,
            issued_at INTEGER NOT NULL,
            issued_height INTEGER NOT NULL,
            issued_by INTEGER NOT NULL,
            issuer_key INTEGER NOT NULL,
            supersedes TEXT
        ) STRICT;
        CREATE UNIQUE INDEX evidence_rows_by_identifier ON evidence_rows (identifier);
        CREATE INDEX evidence_rows_by_file ON evidence_rows (file) WHERE file IS NOT NULL;
        CREATE TABLE licence_change_rows (
            licence INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            ending TEXT NOT NULL,
            status INTEGER NOT NULL,
            operation INTEGER NOT NULL,
            basis TEXT,
            changed_at INTEGER NOT NULL,
            changed_height INTEGER NOT NULL,
            changed_by INTEGER NOT NULL,
            PRIMARY KEY (licence, revision)
        ) STRICT, WITHOUT ROWID;
        CREATE VIEW catalogue AS
            SELECT rows.licence, '1.2.156.3005.2.' || rows.licence || '.' || rows.ending AS identifier,
                types.value AS type, departments.value AS department, rows.holder,
                printf('%06d', rows.region) AS region, rows.issued_on, rows.valid_from, rows.valid_until,
                printf('%02d', rows.status) AS status, printf('%02d', rows.operation) AS operation, rows.basis,
                rows.metadata_root, rows.locator, rows.related, rows.taken_down_at, rows.revision, rows.issued_at,
                rows.changed_at, rows.changed_height, licence_transactions.identifier AS "transaction"
            FROM catalogue_rows AS rows
                LEFT JOIN licence_transactions ON licence_transactions.number = rows.changed_by
                LEFT JOIN dictionary AS types ON types.number = rows.type
                LEFT JOIN dictionary AS departments ON departments.number = rows.department;
        CREATE VIEW licences AS
            SELECT rows.identifier, substr(rows.identifier, 16, 21) AS type,
                substr(rows.identifier, 38, 18) AS issuer,
                substr(rows.identifier, 57, length(rows.identifier) - 62) AS serial,
                CAST(substr(rows.identifier, -5, 3) AS INTEGER) AS version,
                departments.value AS department,
                CASE WHEN current.taken_down_at IS NOT NULL THEN 'takenDown'
                    WHEN current.ending <> substr(rows.identifier, -5) THEN 'superseded'
                    ELSE printf('%02d', current.status) END AS status,
                rows.file, rows.metadata_root, rows.seal,
                rows.issued_at, rows.issued_height, licence_transactions.identifier AS "transaction",
                keys.value AS issuer_key, rows.supersedes, current.changed_at, current.changed_height, current.basis
            FROM evidence_rows AS rows
                LEFT JOIN catalogue_rows AS current
                    ON current.licence = substr(rows.identifier, 16, length(rows.identifier) - 21)
                LEFT JOIN licence_transactions ON licence_transactions.number = rows.issued_by
                LEFT JOIN dictionary AS departments ON departments.number = rows.department
                LEFT JOIN dictionary AS keys ON keys.number = rows.issuer_key;
        CREATE VIEW licence_changes AS
            SELECT rows.licence, changes.revision,
                '1.2.156.3005.2.' || rows.licence || '.' || changes.ending AS identifier,
                printf('%02d', changes.status) AS status, printf('%02d', changes.operation) AS operation, changes.basis,
                changes.changed_at, changes.changed_height, licence_transactions.identifier AS "transaction"
            FROM licence_change_rows AS changes
                JOIN catalogue_rows AS rows ON rows.number = changes.licence
                LEFT JOIN licence_transactions ON licence_transactions.number = changes.changed_by;
        """

    public func apply(
        _ changes: ArraySlice<StateChange>,
        of block: ReadModelPosition,
        to tables: ReadModelTables
    ) throws(LedgerError) {
        var writer = Writer(tables: tables)
        for change in changes {
            switch change.contract {
            case CatalogueContract.contractName:
                guard let licence = CatalogueKeys.licence(ofRecord: change.key), let value = change.value else {
                    continue
                }
                try writer.write(try Self.record(value, of: licence, as: CatalogueRecord.self), licence)
            default:
                guard let identifier = EvidenceKeys.identifier(ofRecord: change.key), let value = change.value else {
                    continue
                }
                try writer.write(try Self.record(value, of: identifier, as: EvidenceRecord.self))
            }
        }
    }

    private static func record<Record: DERSequence>(
        _ value: [UInt8], of name: String, as _: Record.Type
    ) throws(LedgerError) -> Record {
        do {
            return try Record(derBytes: value, limit: ExecutionLimits.valueBytes)
        } catch {
            throw LedgerError(.corrupted, "the ledger's record of \(name) cannot be read", cause: error)
        }
    }
}

extension LicenceProjection {
    /// Writes records of one block. Neither contract ever removes one.
    private struct Writer {
        let tables: ReadModelTables
        // Records of one block that share a transaction share its row; those of another block never do.
        private var transactions: [TransactionIdentifier: Int64] = [:]

        init(tables: ReadModelTables) { self.tables = tables }

        /// Puts the entry of a licence in the place of the one before.
        mutating func write(_ record: CatalogueRecord, _ licence: String) throws(LedgerError) {
            try tables.execute(
                """
                INSERT INTO catalogue_rows
                    VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (licence) DO UPDATE SET ending = excluded.ending, region = excluded.region,
                    issued_on = excluded.issued_on, valid_from = excluded.valid_from,
                    valid_until = excluded.valid_until, status = excluded.status, operation = excluded.operation,
                    basis = excluded.basis, holder = excluded.holder, metadata_root = excluded.metadata_root,
                    locator = excluded.locator, related = excluded.related, taken_down_at = excluded.taken_down_at,
                    revision = excluded.revision, issued_at = excluded.issued_at, changed_at = excluded.changed_at,
                    changed_height = excluded.changed_height, changed_by = excluded.changed_by
                """,
                [
                    .text(licence), .text(String(record.identifier.text.suffix(5))),
                    .integer(try tables.number(of: .text(record.identifier.typeCode.text))),
                    .integer(try tables.number(of: .text(record.department.rawValue))),
                    Self.code(record.region.text), .integer(record.issuedOn.number),
                    .integer(record.validity.from.number), SQLValue(record.validity.until?.number),
                    Self.code(record.status.text), Self.code(record.operation.text), SQLValue(record.basis),
                    SQLValue(record.holder?.bytes), SQLValue(record.metadataRoot?.bytes), SQLValue(record.locator),
                    SQLValue(record.related?.text), SQLValue(record.tombstone?.takenDownAt.milliseconds),
                    .integer(Int64(record.revision)), .integer(record.issuedAt.milliseconds),
                    .integer(record.changedAt.milliseconds), .integer(Int64(record.changedHeight.rawValue)),
                    .integer(try number(of: record.transaction)),
                ])
            if record.revision > 1 { try writeChange(record, licence) }
        }

        /// Notes what has become of a licence; where its block comes again, it is there as it was.
        private mutating func writeChange(_ record: CatalogueRecord, _ licence: String) throws(LedgerError) {
            try tables.execute(
                """
                INSERT INTO licence_change_rows
                    VALUES ((SELECT number FROM catalogue_rows WHERE licence = ?), ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (licence, revision) DO NOTHING
                """,
                [
                    .text(licence), .integer(Int64(record.revision)), .text(String(record.identifier.text.suffix(5))),
                    Self.code(record.status.text), Self.code(record.operation.text), SQLValue(record.basis),
                    .integer(record.changedAt.milliseconds), .integer(Int64(record.changedHeight.rawValue)),
                    .integer(try number(of: record.transaction)),
                ])
        }

        /// Puts a record in; where its block comes again, it is there as it was.
        mutating func write(_ record: EvidenceRecord) throws(LedgerError) {
            try tables.execute(
                """
                INSERT INTO evidence_rows VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (identifier) DO NOTHING
                """,
                [
                    .text(record.identifier.text),
                    .integer(try tables.number(of: .text(record.department.rawValue))),
                    SQLValue(record.content.file?.bytes), .blob(record.content.metadataRoot.bytes),
                    SQLValue(record.content.seal?.bytes),
                    .integer(record.issuedAt.milliseconds), .integer(Int64(record.issuedHeight.rawValue)),
                    .integer(try number(of: record.transaction)),
                    .integer(try tables.number(of: .blob(record.issuerKey.digest.bytes))),
                    SQLValue(record.supersedes?.text),
                ])
        }

        private mutating func number(of transaction: TransactionIdentifier) throws(LedgerError) -> Int64 {
            if let known = transactions[transaction] { return known }
            let number = try tables.insert(
                "INSERT INTO licence_transactions (identifier) VALUES (?)", [.blob(transaction.digest.bytes)])
            transactions[transaction] = number
            return number
        }

        /// A code of digits, which parsing has let through.
        private static func code(_ digits: String) -> SQLValue { .integer(Int64(digits) ?? 0) }
    }
}
