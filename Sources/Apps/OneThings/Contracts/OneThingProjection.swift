public import Formats
import Identity
public import Ledger
import Licences

/// The tables `cases`, `case_steps` and `case_events` of the read model: how every case stands by what blocks have
/// recorded, and all that has happened in it.
public struct OneThingProjection: ReadModelProjection {
    public let name = "one-things"
    public let version = 1
    public let contracts = [CasesContract.contractName, DefinitionsContract.contractName]

    public init() {}

    public let schema = """
        CREATE TABLE case_matters (
            number INTEGER PRIMARY KEY,
            matter TEXT NOT NULL,
            version INTEGER NOT NULL,
            lead INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX case_matters_by_version ON case_matters (matter, version);
        CREATE TABLE case_matter_steps (
            matter INTEGER NOT NULL,
            place INTEGER NOT NULL,
            step TEXT NOT NULL,
            department INTEGER NOT NULL,
            is_window INTEGER NOT NULL,
            PRIMARY KEY (matter, place)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE case_rows (
            number INTEGER PRIMARY KEY,
            code TEXT NOT NULL,
            matter INTEGER NOT NULL,
            options TEXT NOT NULL,
            opened_at INTEGER NOT NULL,
            status INTEGER NOT NULL,
            ending INTEGER,
            ended_at INTEGER,
            licence TEXT,
            rating INTEGER,
            archived_at INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX case_rows_by_code ON case_rows (code);
        CREATE INDEX case_rows_by_opening ON case_rows (opened_at);
        CREATE TABLE case_step_rows (
            case_number INTEGER NOT NULL,
            place INTEGER NOT NULL,
            status INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            begun_at INTEGER,
            acknowledged_at INTEGER,
            ended_at INTEGER,
            answer INTEGER,
            is_overdue INTEGER NOT NULL,
            objections INTEGER NOT NULL,
            PRIMARY KEY (case_number, place)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE case_event_rows (
            case_number INTEGER NOT NULL,
            number INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            at INTEGER NOT NULL,
            recorded_at INTEGER NOT NULL,
            height INTEGER NOT NULL,
            department INTEGER,
            step TEXT,
            attempt INTEGER NOT NULL,
            answer INTEGER,
            reason INTEGER,
            PRIMARY KEY (case_number, number)
        ) STRICT, WITHOUT ROWID;
        \(OneThingProjection.names("case_statuses", of: CaseStatus.self))
        \(OneThingProjection.names("step_statuses", of: StepStatus.self))
        \(OneThingProjection.names("case_event_kinds", of: CaseEvent.Kind.self))
        CREATE VIEW cases AS
            SELECT rows.code, matters.matter, matters.version, leads.value AS lead, rows.options, rows.opened_at,
                case_statuses.name AS status, endings.value AS ending, rows.ended_at, rows.licence, rows.rating,
                rows.archived_at
            FROM case_rows AS rows
                LEFT JOIN case_matters AS matters ON matters.number = rows.matter
                LEFT JOIN case_statuses ON case_statuses.number = rows.status
                LEFT JOIN dictionary AS leads ON leads.number = matters.lead
                LEFT JOIN dictionary AS endings ON endings.number = rows.ending;
        CREATE VIEW case_steps AS
            SELECT cases.code, matters.matter, defined.step, departments.value AS department, defined.is_window,
                step_statuses.name AS status, rows.attempt, rows.begun_at, rows.acknowledged_at, rows.ended_at,
                answers.value AS answer, rows.is_overdue, rows.objections
            FROM case_step_rows AS rows
                JOIN case_rows AS cases ON cases.number = rows.case_number
                LEFT JOIN case_matters AS matters ON matters.number = cases.matter
                LEFT JOIN case_matter_steps AS defined
                    ON defined.matter = cases.matter AND defined.place = rows.place
                LEFT JOIN step_statuses ON step_statuses.number = rows.status
                LEFT JOIN dictionary AS departments ON departments.number = defined.department
                LEFT JOIN dictionary AS answers ON answers.number = rows.answer;
        CREATE VIEW case_events AS
            SELECT cases.code, rows.number, kinds.name AS kind, rows.at, rows.recorded_at, rows.height,
                departments.value AS department, rows.step, rows.attempt, answers.value AS answer,
                reasons.value AS reason
            FROM case_event_rows AS rows
                JOIN case_rows AS cases ON cases.number = rows.case_number
                LEFT JOIN case_event_kinds AS kinds ON kinds.number = rows.kind
                LEFT JOIN dictionary AS departments ON departments.number = rows.department
                LEFT JOIN dictionary AS answers ON answers.number = rows.answer
                LEFT JOIN dictionary AS reasons ON reasons.number = rows.reason;
        """

    private static func names<Name: NumberedName>(_ table: String, of _: Name.Type) -> String {
        names(table, Name.allCases.map { ($0.rawValue, "\($0)") })
    }

    public func apply(
        _ changes: ArraySlice<StateChange>,
        of block: ReadModelPosition,
        to tables: ReadModelTables
    ) throws(LedgerError) {
        for change in changes {
            guard let value = change.value else { continue }
            if change.contract == DefinitionsContract.contractName {
                guard DefinitionKeys.isDefinition(change.key) else { continue }
                try write(try Self.read(value, as: OneThingDefinition.self), to: tables)
            } else if CaseKeys.code(ofRecord: change.key) != nil {
                // A case's key orders before those of its events.
                try write(try Self.read(value, as: OneThingCase.self), to: tables)
            } else if let (code, number) = CaseKeys.event(ofElement: change.key) {
                try write(try Self.read(value, as: RecordedCaseEvent.self), number, of: code, to: tables)
            }
        }
    }

    private static func read<Value: DERSequence>(_ bytes: [UInt8], as _: Value.Type) throws(LedgerError) -> Value {
        do throws(FormatError) {
            return try Value(derBytes: bytes, limit: ExecutionLimits.valueBytes)
        } catch {
            throw LedgerError(.corrupted, "a record of a one-thing cannot be read", cause: error)
        }
    }
}

extension OneThingProjection {
    /// Definitions never change: one that comes again is there.
    private func write(_ definition: OneThingDefinition, to tables: ReadModelTables) throws(LedgerError) {
        let version = Int64(definition.version)
        let known = try number(of: definition.matter, version, in: tables)
        guard known == nil else { return }
        let number = try tables.insert(
            "INSERT INTO case_matters (matter, version, lead) VALUES (?, ?, ?)",
            [
                .text(definition.matter.rawValue), .integer(version),
                .integer(try tables.number(of: .text(definition.leadDepartment.rawValue))),
            ])
        for (place, step) in definition.steps.enumerated() {
            try tables.execute(
                "INSERT INTO case_matter_steps VALUES (?, ?, ?, ?, ?)",
                [
                    .integer(number), .integer(Int64(place)), .text(step.name.rawValue),
                    .integer(try tables.number(of: .text(definition.department(of: step.role).rawValue))),
                    .integer(step.window == nil ? 0 : 1),
                ])
        }
    }

    private func number(of matter: Label, _ version: Int64, in tables: ReadModelTables) throws(LedgerError) -> Int64? {
        try tables.integer(
            "SELECT number FROM case_matters WHERE matter = ? AND version = ?",
            [.text(matter.rawValue), .integer(version)])
    }

    private func write(_ known: OneThingCase, to tables: ReadModelTables) throws(LedgerError) {
        guard let matter = try number(of: known.matter, Int64(known.definition), in: tables) else {
            throw LedgerError(.corrupted, "\(known.code) is of a definition that the ledger does not have")
        }
        try tables.execute(
            """
            INSERT INTO case_rows VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (code) DO UPDATE SET status = excluded.status, ending = excluded.ending,
                ended_at = excluded.ended_at, licence = excluded.licence, rating = excluded.rating,
                archived_at = excluded.archived_at
            """,
            [
                .text(known.code.text), .integer(matter), .text(known.options.map(\.rawValue).joined(separator: " ")),
                .integer(known.openedAt.milliseconds), .integer(known.status.rawValue),
                try tables.text(known.end?.rawValue), SQLValue(known.endedAt?.milliseconds),
                SQLValue(known.anyLicence?.text), SQLValue(known.rating), SQLValue(known.archivedAt?.milliseconds),
            ])
        guard let number = try self.number(of: known.code.text, in: tables) else { return }
        for (place, step) in known.steps.enumerated() {
            try tables.execute(
                "INSERT OR REPLACE INTO case_step_rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    .integer(number), .integer(Int64(place)), .integer(step.status.rawValue), .integer(step.attempt),
                    SQLValue(step.begunAt?.milliseconds), SQLValue(step.acknowledgedAt?.milliseconds),
                    SQLValue(step.endedAt?.milliseconds), try tables.text(step.answer?.rawValue),
                    .integer(step.isOverdue ? 1 : 0), .integer(Int64(step.objections.count)),
                ])
        }
    }

    private func write(
        _ recorded: RecordedCaseEvent, _ place: UInt64, of code: String, to tables: ReadModelTables
    ) throws(LedgerError) {
        guard let number = try self.number(of: code, in: tables) else {
            throw LedgerError(.corrupted, "the ledger has an event of \(code), and no such case")
        }
        let event = recorded.event
        try tables.execute(
            "INSERT OR REPLACE INTO case_event_rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .integer(number), .integer(Int64(place)), .integer(event.kind.rawValue),
                .integer(event.at.milliseconds), .integer(recorded.recordedAt.milliseconds),
                .integer(Int64(recorded.height.rawValue)), try tables.text(event.department?.rawValue),
                SQLValue(event.step?.rawValue), .integer(event.attempt), try tables.text(event.answer?.rawValue),
                try tables.text(event.reason?.text),
            ])
    }

    private func number(of code: String, in tables: ReadModelTables) throws(LedgerError) -> Int64? {
        try tables.integer("SELECT number FROM case_rows WHERE code = ?", [.text(code)])
    }
}
