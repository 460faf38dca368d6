import Formats
import Identity
import Ledger
import Licences

/// Events of a trace, as a node states them, and where to go on.
struct TracePageFacts: Encodable, Sendable {
    let height: Height
    let time: String
    let subject: String
    /// How many events the trace has in all, those that a filter leaves out among them.
    let eventCount: UInt64
    let elements: [TraceRow]
    let next: String?

    static let schema = Schema.object(
        .required("height", .height), .required("time", .time), .required("subject", .text()),
        .required("eventCount", .integer()),
        .required("elements", .array(of: TraceRowSchema.schema, 0...GatewayLimits.pageCount)),
        .optional("next", Schema.string(.cursor, 1...40).described("where the next page begins", "下一页起点，末页没有"))
    ).named("TracePage").described("events of a trace; getTraceProof proves that none is missing", "用证轨迹；完整性由证明给出")
}

/// What an event of a trace looks like.
enum TraceRowSchema {
    static let schema = Schema.object(
        .required("event", .choice(of: UsageEvent.Kind.self)), .required("time", .time), .required("height", .height),
        .optional("licence", .licence), .optional("owner", .department), .optional("holder", .pseudonym),
        .required("department", .department), .optional("application", .application),
        .optional("operatorDigest", .digest), .optional("action", .choice(of: UseAction.self)),
        .optional("purpose", .purpose), .optional("item", .item), .optional("caseNumber", .caseNumber),
        .optional("oneThing", .caseCode), .optional("channel", .choice(of: UseChannel.self)),
        .optional("region", .region),
        .optional("outcome", .text(1...32)), .required("reasons", .array(of: .text(1...64), 0...64)),
        .required("fields", .array(of: .text(1...64), 0...32)), .optional("authority", .choice(AuthorityBody.kinds)),
        .optional("authorityRecord", .digest), .optional("agent", .digest), .optional("presentation", .digest),
        .optional("decision", .digest), .optional("delivered", .digest), .optional("key", .digest),
        .optional("basis", .text())
    ).named("TraceEvent").described("an event of a trace", "用证记录")
}

/// One of the auditors' standing questions.
struct QuestionEntry: Encodable, Sendable {
    let name: String
    let asks: BilingualFacts
    /// What it needs besides the period.
    let needs: String?

    init(_ question: AuditQuestion) {
        name = question.rawValue
        asks = BilingualFacts(question.title)
        needs = question.parameter.map { $0 == .caseNumber ? "case" : $0.rawValue }
    }

    static let schema = Schema.object(
        .required("name", .choice(AuditQuestion.allCases.map(\.rawValue))), .required("asks", .bilingual),
        .optional("needs", .choice(["licence", "holder", "department", "case"]))
    ).named("Question").described("a standing question", "常设审计查询")
}

/// The answer to a standing question: as good as the node is.
struct QuestionAnswer: Encodable, Sendable {
    let height: Height
    let time: String
    let columns: [String]
    let rows: [[JSONValue]]
    /// Whether there are more rows than were asked for.
    let isTruncated: Bool

    init(_ answer: SQLAnswer) {
        height = answer.height
        time = answer.time.description
        columns = answer.columns
        rows = answer.rows.map { $0.map(JSONValue.init) }
        isTruncated = answer.isTruncated
    }

    static let schema = Schema.object(
        .required("height", .height), .required("time", .time),
        .required("columns", .array(of: .text(1...128), 0...64)),
        .required("rows", .array(of: .array(of: .anything, 0...64), 0...GatewayLimits.rowCount)),
        .required("isTruncated", .boolean)
    ).named("QuestionAnswer").described("rows of the read model", "查询结果")
}

extension JSONValue {
    /// A value of the read model: bytes in hexadecimal, fractions in their digits.
    init(_ value: SQLValue) {
        self =
            switch value {
            case .null: .null
            case .integer(let number): .integer(number)
            case .real(let digits): .string(digits)
            case .text(let text): .string(text)
            case .blob(let bytes): .string(bytes.hexadecimal)
            }
    }
}
