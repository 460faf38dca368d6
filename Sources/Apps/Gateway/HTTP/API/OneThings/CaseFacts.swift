import Formats
import Identity
import Ledger
import Licences
import OneThings
import ZhenglianClient

/// A case in a list, by what blocks have recorded.
struct CaseEntry: Encodable, Sendable {
    let code: String
    let matter: String
    let definition: Int64
    let lead: String?
    let status: String
    let end: String?
    let openedAt: String
    let endedAt: String?
    let licence: String?
    let number: Int64

    private enum CodingKeys: String, CodingKey {
        case code, matter, definition, lead, status, end, openedAt, endedAt, licence
    }

    /// The newest first. The cases in which a department has a part, and of those what the other conditions leave.
    static let query = """
        SELECT rows.number, rows.code, matters.matter, matters.version, leads.value, case_statuses.name, endings.value,
            rows.opened_at, rows.ended_at, rows.licence
        FROM case_rows AS rows
            JOIN case_matters AS matters ON matters.number = rows.matter
            LEFT JOIN case_statuses ON case_statuses.number = rows.status
            LEFT JOIN dictionary AS leads ON leads.number = matters.lead
            LEFT JOIN dictionary AS endings ON endings.number = rows.ending
        WHERE rows.number < ?1 AND (?2 IS NULL OR matters.matter = ?2)
            AND (?3 IS NULL OR case_statuses.name = ?3)
            AND (leads.value = ?4 OR EXISTS (
                SELECT 1 FROM case_matter_steps AS steps JOIN dictionary ON dictionary.number = steps.department
                WHERE steps.matter = rows.matter AND dictionary.value = ?4))
            AND (?5 IS NULL OR leads.value = ?5 OR EXISTS (
                SELECT 1 FROM case_matter_steps AS steps JOIN dictionary ON dictionary.number = steps.department
                WHERE steps.matter = rows.matter AND dictionary.value = ?5))
            AND (?6 IS NULL OR rows.opened_at >= ?6) AND (?7 IS NULL OR rows.opened_at <= ?7)
        ORDER BY rows.number DESC LIMIT ?8
        """

    init(_ values: [SQLValue]) throws {
        var row = SQLRow(values)
        number = try row.integer()
        code = try row.text()
        matter = try row.text()
        definition = try row.integer()
        lead = row.optionalText()
        status = try row.text()
        end = row.optionalText()
        openedAt = try row.time()
        endedAt = row.optionalInteger().map { Timestamp(milliseconds: $0).description }
        licence = row.optionalText()
    }

    static let schema = Schema.object(
        .required("code", .caseCode), .required("matter", .string(.label, 1...32)), .required("definition", .integer()),
        .optional("lead", .department), .required("status", .choice(of: CaseStatus.self)),
        .optional("end", .text(1...64)),
        .required("openedAt", .time), .optional("endedAt", .time), .optional("licence", .text(1...128))
    ).named("CaseEntry").described("a case in a list", "办件列表项")
}

/// How far a case has come.
struct CaseProgressFacts: Encodable, Sendable {
    struct Reply: Encodable, Sendable {
        let department: Label
        let reply: String
    }

    struct Step: Encodable, Sendable {
        let name: Label
        let title: BilingualFacts
        let department: Label
        let status: String
        let attempt: Int64
        let begunAt: String?
        let acknowledgedAt: String?
        let endedAt: String?
        let answer: Label?
        let promise: String?
        let due: String?
        let urgency: String?
        let isOverdue: Bool
        let replies: [Reply]

        init(_ step: CaseProgress.Step) {
            (name, title, department) = (step.name, BilingualFacts(step.title), step.department)
            (status, attempt, isOverdue) = ("\(step.state.status)", step.state.attempt, step.state.isOverdue)
            begunAt = step.state.begunAt?.description
            acknowledgedAt = step.state.acknowledgedAt?.description
            endedAt = step.state.endedAt?.description
            answer = step.state.answer
            promise = step.promise.map { "\($0)" }
            due = step.due?.description
            urgency = step.urgency?.rawValue
            replies = step.replies.map { Reply(department: $0.department, reply: $0.kind.rawValue) }
        }

        static let schema = Schema.object(
            .required("name", .string(.label, 1...32)), .required("title", .bilingual),
            .required("department", .department), .required("status", .choice(of: StepStatus.self)),
            .required("attempt", .integer()), .optional("begunAt", .time), .optional("acknowledgedAt", .time),
            .optional("endedAt", .time), .optional("answer", .text(1...64)), .optional("promise", .text(1...64)),
            .optional("due", .time), .optional("urgency", .choice(["green", "amber", "red"])),
            .required("isOverdue", .boolean),
            .required(
                "replies",
                .array(
                    of: .object(
                        .required("department", .department),
                        .required("reply", .choice(["noObjection", "objection", "lifted", "silence"]))))))
    }

    let code: OneThingCode
    let matter: Label
    let definition: UInt64
    let title: BilingualFacts
    let lead: Label
    let status: String
    let end: Label?
    let licence: LicenceIdentifier?
    let values: [NamedValue]
    let time: String
    let steps: [Step]

    init(_ progress: CaseProgress) {
        let known = progress.known
        (code, matter, definition) = (known.code, known.matter, known.definition)
        (title, lead) = (BilingualFacts(progress.title), progress.lead)
        (status, end, licence) = ("\(known.status)", known.end, known.anyLicence)
        values = known.values.map(NamedValue.init)
        time = progress.time.description
        steps = progress.steps.map(Step.init)
    }

    static let schema = Schema.object(
        .required("code", .caseCode), .required("matter", .string(.label, 1...32)), .required("definition", .integer()),
        .required("title", .bilingual), .required("lead", .department),
        .required("status", .choice(of: CaseStatus.self)),
        .optional("end", .text(1...64)), .optional("licence", .licence),
        .required("values", .array(of: NamedValue.schema)), .required("time", .time),
        .required("steps", .array(of: Step.schema))
    ).named("Case").described("how far a case has come, by ledger time", "办理进度")
}

/// A value of a case that stands on the ledger.
struct NamedValue: Encodable, Sendable {
    let field: Label
    let value: String

    init(_ value: CaseValue) { (field, self.value) = (value.field, value.value) }

    static let schema = Schema.object(.required("field", .string(.label, 1...32)), .required("value", .text(1...128)))
}

/// Who had a case when, and for how long against the promise.
struct HandoffFacts: Encodable, Sendable {
    let step: Label
    let title: BilingualFacts
    let attempt: Int64
    let department: Label
    let begunAt: String
    let acknowledgedAt: String?
    let endedAt: String?
    let end: String?
    let answer: Label?
    let tookSeconds: Int64
    let promise: String?
    let due: String?
    let isLate: Bool

    init(_ handoff: CaseTimeline.Handoff) {
        (step, title, attempt) = (handoff.step, BilingualFacts(handoff.title), handoff.attempt)
        department = handoff.department
        begunAt = handoff.begunAt.description
        acknowledgedAt = handoff.acknowledgedAt?.description
        endedAt = handoff.endedAt?.description
        end = handoff.end.map { "\($0)" }
        answer = handoff.answer
        tookSeconds = Int64(handoff.took / .seconds(1))
        promise = handoff.promise.map { "\($0)" }
        due = handoff.due?.description
        isLate = handoff.isLate
    }

    static let schema = Schema.object(
        .required("step", .string(.label, 1...32)), .required("title", .bilingual), .required("attempt", .integer()),
        .required("department", .department), .required("begunAt", .time), .optional("acknowledgedAt", .time),
        .optional("endedAt", .time), .optional("end", .choice(of: CaseEvent.Kind.self)),
        .optional("answer", .text(1...64)),
        .required("tookSeconds", .integer()), .optional("promise", .text(1...64)), .optional("due", .time),
        .required("isLate", .boolean)
    ).named("Handoff").described("a handoff of a case", "办理环节时效")
}

/// Something that happened in a case, with the block that recorded it.
struct CaseEventFacts: Encodable, Sendable {
    let kind: String
    let at: String
    let recordedAt: String
    let height: Height
    let transaction: TransactionIdentifier
    let department: Label?
    let step: Label?
    let attempt: Int64
    let answer: Label?
    let reason: ReasonCode?
    let values: [NamedValue]
    let content: Int64?
    let items: [Label]
    let digest: Digest?
    let number: Int64?
    let licence: LicenceIdentifier?

    init(_ recorded: RecordedCaseEvent) {
        let event = recorded.event
        (kind, at, recordedAt) = ("\(event.kind)", event.at.description, recorded.recordedAt.description)
        (height, transaction) = (recorded.height, recorded.transaction)
        (department, step, attempt) = (event.department, event.step, event.attempt)
        (answer, reason) = (event.answer, event.reason)
        values = event.values.map(NamedValue.init)
        (content, items, digest) = (event.content, event.items, event.digest)
        (number, licence) = (event.number, event.licence)
    }

    static let schema = Schema.object(
        .required("kind", .choice(of: CaseEvent.Kind.self)), .required("at", .time), .required("recordedAt", .time),
        .required("height", .height), .required("transaction", .digest), .optional("department", .department),
        .optional("step", .string(.label, 1...32)), .required("attempt", .integer()),
        .optional("answer", .text(1...64)),
        .optional("reason", .string(.reason, 1...32)), .required("values", .array(of: NamedValue.schema)),
        .optional("content", .integer()), .required("items", .array(of: .string(.label, 1...32))),
        .optional("digest", .digest), .optional("number", .integer()), .optional("licence", .licence)
    ).named("CaseEvent").described("an event of a case", "办件事件")
}

/// What waits for a department.
struct DutyFacts: Encodable, Sendable {
    let code: OneThingCode
    let matter: Label
    let step: Label
    let attempt: Int64
    let duty: String
    let status: String
    let since: String
    let due: String?
    let urgency: String

    init(_ entry: InboxEntry, at time: Timestamp) {
        (code, matter, step) = (entry.duty.code, entry.matter, entry.duty.step)
        (attempt, duty, status) = (entry.attempt, "\(entry.duty.kind)", "\(entry.status)")
        (since, due) = (entry.since.description, entry.end?.description)
        urgency = entry.urgency(at: time).rawValue
    }

    static let schema = Schema.object(
        .required("code", .caseCode), .required("matter", .string(.label, 1...32)),
        .required("step", .string(.label, 1...32)), .required("attempt", .integer()),
        .required("duty", .choice(of: CaseDuty.Kind.self)), .required("status", .choice(of: StepStatus.self)),
        .required("since", .time), .optional("due", .time), .required("urgency", .choice(["green", "amber", "red"]))
    ).named("Duty").described("what waits for a department", "待办")
}

/// Something that concerns a department.
struct NoticeFacts: Encodable, Sendable {
    /// Where the next question goes on.
    let cursor: String
    let code: OneThingCode
    /// Which event of the case it is, from 0.
    let number: UInt64
    let event: String
    let step: Label?
    let attempt: Int64

    init(_ notice: CaseNotice, cursor: UInt64) {
        self.cursor = "\(cursor)"
        (code, number, event) = (notice.code, notice.number, "\(notice.kind)")
        (step, attempt) = (notice.step, notice.attempt)
    }

    static let schema = Schema.object(
        .required("cursor", .string(.cursor, 1...40)), .required("code", .caseCode), .required("number", .integer()),
        .required("event", .choice(of: CaseEvent.Kind.self)), .optional("step", .string(.label, 1...32)),
        .required("attempt", .integer())
    ).named("Notice").described("something that concerns the department", "事件通知")
}
