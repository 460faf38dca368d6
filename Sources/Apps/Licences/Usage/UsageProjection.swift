public import Formats
import Identity
public import Ledger

/// The tables `uses`, `authorisations`, `closures`, `entitlements` and `holders` of the read model: what was done with
/// licences, and on what it relied.
public struct UsageProjection: ReadModelProjection {
    public let name = "uses"
    public let version = 3
    public let contracts = [AuthorisationContract.contractName, UsageContract.contractName]

    public init() {}

    // Departments, systems, purposes and keys are few and stand in the dictionary. A record never changes, so that its
    // row is written once; what relies on it counts on in `authority_rows`.
    public let schema = """
        CREATE TABLE use_rows (
            number INTEGER PRIMARY KEY,
            kind INTEGER NOT NULL,
            identifier BLOB NOT NULL,
            time INTEGER NOT NULL,
            height INTEGER NOT NULL,
            licence TEXT,
            owner INTEGER,
            holder BLOB,
            department INTEGER NOT NULL,
            application INTEGER,
            operator BLOB,
            action INTEGER,
            purpose INTEGER,
            item TEXT,
            case_number TEXT,
            one_thing TEXT,
            channel INTEGER,
            region TEXT,
            outcome INTEGER,
            reasons TEXT,
            fields TEXT NOT NULL,
            authority INTEGER,
            authority_record BLOB,
            agent BLOB,
            presentation BLOB,
            delivered BLOB,
            key INTEGER,
            expires_at INTEGER,
            basis TEXT
        ) STRICT;
        CREATE UNIQUE INDEX use_rows_by_identifier ON use_rows (kind, identifier);
        CREATE INDEX use_rows_by_kind ON use_rows (kind, time);
        CREATE INDEX use_rows_by_licence ON use_rows (licence, time) WHERE licence IS NOT NULL;
        CREATE INDEX use_rows_by_holder ON use_rows (holder, time) WHERE holder IS NOT NULL;
        CREATE INDEX use_rows_by_department ON use_rows (department, time);
        CREATE INDEX use_rows_by_case ON use_rows (case_number, time) WHERE case_number IS NOT NULL;
        CREATE INDEX use_rows_by_authority ON use_rows (authority_record) WHERE authority_record IS NOT NULL;
        CREATE TABLE authority_rows (
            number INTEGER PRIMARY KEY,
            kind INTEGER NOT NULL,
            identifier BLOB NOT NULL UNIQUE,
            holder BLOB,
            owner INTEGER,
            department INTEGER,
            application INTEGER,
            agent BLOB,
            actions TEXT NOT NULL,
            purposes TEXT NOT NULL,
            item TEXT,
            case_number TEXT,
            not_before INTEGER NOT NULL,
            not_after INTEGER NOT NULL,
            maximum_uses INTEGER,
            uses INTEGER NOT NULL,
            answer INTEGER,
            written_at INTEGER NOT NULL,
            ended_at INTEGER
        ) STRICT;
        CREATE TABLE entitlement_rows (
            owner INTEGER NOT NULL,
            department INTEGER NOT NULL,
            application INTEGER NOT NULL,
            type INTEGER NOT NULL,
            actions TEXT NOT NULL,
            not_before INTEGER NOT NULL,
            not_after INTEGER NOT NULL,
            ended_at INTEGER,
            PRIMARY KEY (owner, department, application, type)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE closure_rows (
            licence TEXT PRIMARY KEY NOT NULL,
            department INTEGER NOT NULL,
            basis TEXT NOT NULL,
            closed_at INTEGER NOT NULL,
            height INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE holder_rows (
            holder BLOB PRIMARY KEY NOT NULL,
            department INTEGER NOT NULL,
            level INTEGER NOT NULL,
            has_key INTEGER NOT NULL,
            bound_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        \(UsageProjection.names("use_kinds", UsageEvent.Kind.allCases.map { ($0.rawValue, "\($0)") }))
        \(UsageProjection.names("use_actions", UseAction.allCases.map { ($0.rawValue, "\($0)") }))
        \(UsageProjection.names("use_channels", UseChannel.allCases.map { ($0.rawValue, "\($0)") }))
        \(UsageProjection.names("authority_kinds", AuthorityKind.allCases.map { ($0.rawValue, "\($0)") }))
        CREATE VIEW uses AS
            SELECT use_kinds.name AS event, rows.identifier, rows.time, rows.height, rows.licence,
                owners.value AS owner, rows.holder, departments.value AS department,
                applications.value AS application, rows.operator, use_actions.name AS action,
                purposes.value AS purpose, rows.item, rows.case_number, rows.one_thing,
                use_channels.name AS channel, rows.region,
                CASE WHEN rows.kind = 0 THEN CASE rows.outcome WHEN 0 THEN 'allowed' ELSE 'denied' END
                    ELSE CAST(rows.outcome AS TEXT) END AS outcome,
                rows.reasons, rows.fields, authority_kinds.name AS authority, rows.authority_record, rows.agent,
                rows.presentation, rows.delivered, keys.value AS key, rows.expires_at, rows.basis
            FROM use_rows AS rows
                LEFT JOIN use_kinds ON use_kinds.number = rows.kind
                LEFT JOIN use_actions ON use_actions.number = rows.action
                LEFT JOIN use_channels ON use_channels.number = rows.channel
                LEFT JOIN authority_kinds ON authority_kinds.number = rows.authority
                LEFT JOIN dictionary AS owners ON owners.number = rows.owner
                LEFT JOIN dictionary AS departments ON departments.number = rows.department
                LEFT JOIN dictionary AS applications ON applications.number = rows.application
                LEFT JOIN dictionary AS purposes ON purposes.number = rows.purpose
                LEFT JOIN dictionary AS keys ON keys.number = rows.key;
        CREATE VIEW authorisations AS
            SELECT authority_kinds.name AS kind, rows.identifier, rows.holder, owners.value AS owner,
                departments.value AS department, applications.value AS application, rows.agent, rows.actions,
                rows.purposes, rows.item, rows.case_number, rows.not_before, rows.not_after, rows.maximum_uses,
                rows.uses, CASE rows.answer WHEN 0 THEN 'granted' WHEN 1 THEN 'denied' END AS answer,
                rows.written_at, rows.ended_at
            FROM authority_rows AS rows
                LEFT JOIN authority_kinds ON authority_kinds.number = rows.kind
                LEFT JOIN dictionary AS owners ON owners.number = rows.owner
                LEFT JOIN dictionary AS departments ON departments.number = rows.department
                LEFT JOIN dictionary AS applications ON applications.number = rows.application;
        CREATE VIEW entitlements AS
            SELECT owners.value AS owner, departments.value AS department, applications.value AS application,
                types.value AS type, rows.actions, rows.not_before, rows.not_after, rows.ended_at
            FROM entitlement_rows AS rows
                LEFT JOIN dictionary AS owners ON owners.number = rows.owner
                LEFT JOIN dictionary AS departments ON departments.number = rows.department
                LEFT JOIN dictionary AS applications ON applications.number = rows.application
                LEFT JOIN dictionary AS types ON types.number = rows.type;
        CREATE VIEW closures AS
            SELECT rows.licence, departments.value AS department, rows.basis, rows.closed_at, rows.height
            FROM closure_rows AS rows LEFT JOIN dictionary AS departments ON departments.number = rows.department;
        CREATE VIEW holders AS
            SELECT rows.holder, departments.value AS department, rows.level, rows.has_key, rows.bound_at
            FROM holder_rows AS rows LEFT JOIN dictionary AS departments ON departments.number = rows.department;
        """

    /// The numbers by which the tables call what an ``Authority`` can be, and a grant to an agent.
    private enum AuthorityKind: Int64, CaseIterable {
        case grant = 0
        case statutoryBasis = 1
        case answeredRequest = 2
        case holder = 3
        case agentGrant = 4
    }

    public func apply(
        _ changes: ArraySlice<StateChange>,
        of block: ReadModelPosition,
        to tables: ReadModelTables
    ) throws(LedgerError) {
        for change in changes {
            guard let value = change.value else { continue }
            if change.contract == UsageContract.contractName {
                try applyUsage(change.key, value, to: tables)
            } else {
                try applyAuthorisation(change.key, value, to: tables)
            }
        }
    }

    private func applyUsage(_ key: [UInt8], _ value: [UInt8], to tables: ReadModelTables) throws(LedgerError) {
        if let kind = UsageKeys.kind(ofRecord: key) {
            try insert(
                try Self.read { () throws(FormatError) in try UsageEvent(kind: kind, recordBytes: value) }, into: tables
            )
        } else if let authority = UsageKeys.authority(ofUses: key) {
            let count = try Self.read { () throws(FormatError) in
                try WindowCount(derBytes: value, limit: ExecutionLimits.valueBytes)
            }
            try tables.execute(
                "UPDATE authority_rows SET uses = ?2 WHERE identifier = ?1", [.blob(authority), .integer(count.count)])
        }
    }

    private func applyAuthorisation(
        _ key: [UInt8], _ value: [UInt8], to tables: ReadModelTables
    ) throws(LedgerError) {
        let limit = ExecutionLimits.valueBytes
        switch AuthorisationKeys.kind(of: key) {
        case "grant":
            let grant = try Self.read { () throws(FormatError) in try Grant(derBytes: value, limit: limit) }
            try upsert(grant, into: tables)
        case "basis":
            let basis = try Self.read { () throws(FormatError) in try StatutoryBasis(derBytes: value, limit: limit) }
            try upsert(
                .statutoryBasis, basis.identifier.digest, scope: basis.scope,
                [
                    .null, try tables.text(basis.owner.rawValue), try tables.text(basis.department.rawValue),
                    try tables.text(basis.application?.text), .null,
                ],
                answer: .null, writtenAt: basis.declaredAt, endedAt: basis.withdrawal?.at, into: tables)
        case "request":
            let request = try Self.read { () throws(FormatError) in try AccessRequest(derBytes: value, limit: limit) }
            try upsert(
                .answeredRequest, request.identifier.digest, scope: request.scope,
                [
                    .null, try tables.text(request.owner.rawValue), try tables.text(request.department.rawValue),
                    try tables.text(request.application.text), .null,
                ],
                answer: SQLValue(request.answer?.outcome.rawValue), writtenAt: request.requestedAt,
                endedAt: request.withdrawal?.at, into: tables)
        case "entitlement":
            let entitlement = try Self.read { () throws(FormatError) in try Entitlement(derBytes: value, limit: limit) }
            try insert(entitlement, into: tables)
        case "closure":
            let closure = try Self.read { () throws(FormatError) in
                try AuthorisationClosure(derBytes: value, limit: limit)
            }
            try tables.execute(
                "INSERT OR REPLACE INTO closure_rows VALUES (?, ?, ?, ?, ?)",
                [
                    .text(LicenceKey(closure.licence).text), try tables.text(closure.department.rawValue),
                    .text(closure.basis), .integer(closure.closedAt.milliseconds),
                    .integer(Int64(clamping: closure.height.rawValue)),
                ])
        case "holder":
            let binding = try Self.read { () throws(FormatError) in try HolderBinding(derBytes: value, limit: limit) }
            try tables.execute(
                "INSERT OR REPLACE INTO holder_rows VALUES (?, ?, ?, ?, ?)",
                [
                    .blob(binding.holder.bytes), try tables.text(binding.department.rawValue),
                    .integer(binding.level.rawValue), .integer(binding.key == nil ? 0 : 1),
                    .integer(binding.boundAt.milliseconds),
                ])
        default:
            return
        }
    }

    private static func read<Value>(_ body: () throws(FormatError) -> Value) throws(LedgerError) -> Value {
        do throws(FormatError) {
            return try body()
        } catch {
            throw LedgerError(.corrupted, "a record of authorisation or use cannot be read", cause: error)
        }
    }
}

extension UsageProjection {
    private func upsert(_ grant: Grant, into tables: ReadModelTables) throws(LedgerError) {
        let kind: AuthorityKind
        let parties: [SQLValue]
        switch grant.recipient {
        case .agent(let agent):
            kind = .agentGrant
            parties = [.blob(grant.grantor.bytes), .null, .null, .null, .blob(agent.bytes)]
        case .department(let department, let application):
            kind = .grant
            parties = [
                .blob(grant.grantor.bytes), .null, try tables.text(department.rawValue),
                try tables.text(application?.text), .null,
            ]
        }
        try upsert(
            kind, grant.identifier.digest, scope: grant.scope, parties, answer: .null, writtenAt: grant.writtenAt,
            endedAt: grant.withdrawal?.at, into: tables)
    }

    /// - Parameter parties: holder, owner, department, application and agent.
    private func upsert(
        _ kind: AuthorityKind, _ identifier: Digest, scope: UseScope, _ parties: [SQLValue], answer: SQLValue,
        writtenAt: Timestamp, endedAt: Timestamp?, into tables: ReadModelTables
    ) throws(LedgerError) {
        try tables.execute(
            """
            INSERT INTO authority_rows VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)
            ON CONFLICT (identifier) DO UPDATE SET answer = excluded.answer, ended_at = excluded.ended_at
            """,
            [.integer(kind.rawValue), .blob(identifier.bytes)] + parties + [
                .text(scope.actions.map { "\($0)" }.joined(separator: " ")),
                .text(scope.purposes.map(\.text).joined(separator: " ")), SQLValue(scope.item?.text),
                SQLValue(scope.caseNumber?.text), .integer(scope.notBefore.milliseconds),
                .integer(scope.notAfter.milliseconds), SQLValue(scope.maximumUses), answer,
                .integer(writtenAt.milliseconds), SQLValue(endedAt?.milliseconds),
            ])
    }

    private func insert(_ entitlement: Entitlement, into tables: ReadModelTables) throws(LedgerError) {
        try tables.execute(
            "INSERT OR REPLACE INTO entitlement_rows VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                try tables.text(entitlement.owner.rawValue), try tables.text(entitlement.department.rawValue),
                try tables.text(entitlement.application.text), try tables.text(entitlement.type.text),
                .text(entitlement.actions.map { "\($0)" }.joined(separator: " ")),
                .integer(entitlement.notBefore.milliseconds), .integer(entitlement.notAfter.milliseconds),
                SQLValue(entitlement.withdrawal?.at.milliseconds),
            ])
    }

    private func insert(_ event: UsageEvent, into tables: ReadModelTables) throws(LedgerError) {
        var decision: Decision?
        var release: Release?
        var verification: VerificationUse?
        var presentation: PresentationUse?
        var resolution: ResolutionUse?
        switch event {
        case .decision(let event): decision = event
        case .release(let event): release = event
        case .presentation(let event): presentation = event
        case .verification(let event): verification = event
        case .resolution(let event): resolution = event
        }
        let fields = decision?.fields ?? release?.fields ?? presentation?.fields ?? []
        let authority: AuthorityKind? = decision.map { decision in
            switch decision.authority {
            case .grant: .grant
            case .statutoryBasis: .statutoryBasis
            case .answeredRequest: .answeredRequest
            case .holder: .holder
            }
        }
        let key =
            decision?.requesterKey ?? release?.releaser ?? verification?.verifierKey ?? resolution?.resolverKey
        let application = decision?.application ?? verification?.application ?? resolution?.application
        let channel = decision?.channel ?? verification?.channel ?? resolution?.channel
        let context = event.context
        try tables.execute(
            """
            INSERT OR REPLACE INTO use_rows VALUES
                (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(event.kind.rawValue), .blob(event.identifier.bytes), .integer(event.time.milliseconds),
                .integer(Int64(event.height.rawValue)),
                SQLValue(event.licence.map { LicenceKey($0).text }),
                try tables.text(event.owner?.rawValue), SQLValue(event.holder?.bytes),
                try tables.text(event.department.rawValue),
                try tables.text(application?.text),
                SQLValue((decision?.operatorDigest ?? resolution?.operatorDigest)?.bytes),
                SQLValue(event.action?.rawValue),
                try tables.text(event.purpose?.text), SQLValue(context?.item?.text),
                SQLValue(context?.caseNumber?.text), SQLValue(context?.oneThing?.text),
                SQLValue(channel?.rawValue), SQLValue(decision?.region?.text),
                SQLValue(decision?.outcome.rawValue ?? verification?.outcome.rawValue),
                SQLValue(decision.map { $0.reasons.map(\.word).joined(separator: " ") }),
                .text(fields.map(\.rawValue).joined(separator: " ")), SQLValue(authority?.rawValue),
                SQLValue(decision?.authority.record?.bytes), SQLValue(decision?.agent?.digest.bytes),
                SQLValue((decision?.presentation ?? presentation?.presentation)?.bytes),
                SQLValue(release?.delivered.bytes), try tables.blob(key?.digest.bytes),
                SQLValue((decision?.expiresAt ?? presentation?.expiresAt)?.milliseconds), SQLValue(resolution?.basis),
            ])
    }
}

extension ReadModelTables {
    /// The dictionary's number of bytes that may be absent.
    fileprivate func blob(_ bytes: [UInt8]?) throws(LedgerError) -> SQLValue {
        guard let bytes else { return .null }
        return .integer(try number(of: .blob(bytes)))
    }
}
