import Formats
import Identity
import Licences

/// A decision on a use, as the ledger made it: an answer, whatever it is.
struct DecisionAnswer: Encodable, Sendable {
    struct Reason: Encodable, Sendable {
        let code: String
        let en: String
        let zh: String

        init(_ reason: DenialReason) {
            (code, en, zh) = (reason.word, reason.sentence.english, reason.sentence.chinese)
        }
    }

    let decision: DecisionIdentifier
    let outcome: String
    let reasons: [Reason]
    let licence: LicenceIdentifier
    let owner: Label
    let holder: HolderPseudonym?
    let requester: Label
    let application: ApplicationName
    let action: String
    let purpose: PurposeCode
    let item: ItemCode?
    let caseNumber: CaseNumber?
    let oneThing: OneThingCode?
    let authority: String
    let authorityRecord: Digest?
    let agent: GrantIdentifier?
    let fields: [String]
    let region: RegionCode?
    let channel: String
    let ruleVersion: UInt64
    let decidedAt: String
    let expiresAt: String?
    let height: Height

    private enum CodingKeys: String, CodingKey {
        case decision, outcome, reasons, licence, owner, holder, requester, application, action, purpose, item
        case caseNumber = "case"
        case oneThing, authority, authorityRecord, agent, fields, region, channel, ruleVersion, decidedAt, expiresAt
        case height
    }

    init(_ decision: Decision) {
        self.decision = decision.identifier
        outcome = "\(decision.outcome)"
        reasons = decision.reasons.map(Reason.init)
        licence = decision.licence
        owner = decision.owner
        holder = decision.holder
        requester = decision.requester
        application = decision.application
        action = "\(decision.action)"
        purpose = decision.context.purpose
        item = decision.context.item
        caseNumber = decision.context.caseNumber
        oneThing = decision.context.oneThing
        authority = decision.authority.kind
        authorityRecord = decision.authority.record
        agent = decision.agent
        fields = decision.fields.map(\.rawValue)
        region = decision.region
        channel = "\(decision.channel)"
        ruleVersion = decision.ruleVersion
        decidedAt = decision.decidedAt.description
        expiresAt = decision.isAllowed ? decision.expiresAt.description : nil
        height = decision.height
    }

    static let schema = Schema.object(
        .required("decision", .digest), .required("outcome", .choice(["allowed", "denied"])),
        .required(
            "reasons",
            Schema.array(
                of: .object(
                    .required("code", .choice(DenialReason.allCases.map(\.word))), .required("en", .text()),
                    .required("zh", .text())), 0...DenialReason.allCases.count
            ).described("why it is denied; none where it is allowed", "拒绝原因；允许时为空")),
        .required("licence", .licence), .required("owner", .department), .optional("holder", .pseudonym),
        .required("requester", .department), .required("application", .application),
        .required("action", .choice(of: UseAction.self)), .required("purpose", .purpose), .optional("item", .item),
        .optional("case", .caseNumber), .optional("oneThing", .caseCode),
        .required("authority", .choice(AuthorityBody.kinds)), .optional("authorityRecord", .digest),
        .optional("agent", .digest),
        .required(
            "fields", .array(of: .choice(LicenceColumn.allCases.map(\.rawValue)), 0...LicenceColumn.allCases.count)),
        .optional("region", .region), .required("channel", .choice(of: UseChannel.self)),
        .required("ruleVersion", .integer()), .required("decidedAt", .time),
        .optional("expiresAt", Schema.time.described("until when the ticket may be used", "凭据有效至")),
        .required("height", .height)
    ).named("Decision").described("a decision on a use", "用证决定")
}

/// What a use relies on, as a body says it.
enum AuthorityBody {
    static let kinds = ["grant", "statutoryBasis", "answeredRequest", "holder"]

    static let schema = Schema.object(
        .required(
            "kind",
            Schema.choice(kinds).described(
                "the holder's grant, a rule, an answered request, or the holder in person", "授权、法定依据、已答复申请或本人")),
        .optional("record", Schema.digest.described("which one; not for 'holder'", "依据编号；本人时不填"))
    ).named("Authority").described("what a use relies on", "用证依据")

    /// - Throws: ``Problem`` with code `invalidValue`.
    static func read(_ value: JSONValue?) throws(Problem) -> Authority {
        let record = value?.digest("record")
        switch (value?["kind"]?.string, record) {
        case ("grant", let record?): return .grant(GrantIdentifier(record))
        case ("statutoryBasis", let record?): return .statutoryBasis(BasisIdentifier(record))
        case ("answeredRequest", let record?): return .answeredRequest(AccessRequestIdentifier(record))
        case ("holder", nil): return .holder
        default:
            throw Problem(
                .invalidValue, "/authority/record: names the grant, the basis or the request, and nothing for 'holder'")
        }
    }
}

/// What a use is for, as a body says it.
enum UseContextBody {
    static let properties: [Schema.Property] = [
        .required("purpose", .purpose), .optional("item", .item), .optional("case", .caseNumber),
        .optional("oneThing", .caseCode), .required("application", .application),
        .optional("channel", Schema.choice(of: UseChannel.self).described("'interface' where it is missing", "缺省为接口")),
    ]

    static func context(_ body: JSONValue) throws -> UseContext {
        UseContext(
            purpose: try body.value("purpose"), item: try body.optional("item"),
            caseNumber: try body.optional("case"), oneThing: try body.optional("oneThing"))
    }

    static func channel(_ body: JSONValue) -> UseChannel { body.word("channel") ?? .interface }
}

/// How it is shown that a holder, or a holder's agent, wants something, as a body says it.
enum HolderProofBody {
    static let schema = Schema.object(
        .optional(
            "signature",
            Schema.string(.base64, 4...4_096).described(
                "DER of a HolderSignature by the holder's device, in base64", "持证主体设备签名（DER，base64）")),
        .optional(
            "attestation",
            Schema.object(
                .required("level", Schema.integer(1...4).described("real-name level", "实名等级")),
                .required(
                    "evidence",
                    Schema.digest.described("digest of what was shown and signed", "窗口材料摘要"))
            ).described("the word of the department's counter", "窗口核验"))
    ).named("HolderProof").described("one of both: the holder's signature, or the counter's word", "二选一：设备签名或窗口核验")

    /// - Throws: ``Problem`` with code `invalidValue`, or `FormatError`.
    static func read(_ value: JSONValue?) throws -> HolderProof? {
        guard let value else { return nil }
        let signature = try value.optionalStructure("signature", limit: 3_072, as: HolderSignature.self)
        switch (signature, value["attestation"]) {
        case (let signature?, nil): return .signature(signature)
        case (nil, let attestation?):
            guard let level = attestation["level"]?.integer.flatMap({ RealNameLevel(rawValue: $0) }) else {
                throw Problem(.invalidValue, "/proof/attestation/level: is 1 to 4")
            }
            return .attestation(
                CounterAttestation(level: level, evidence: try attestation.requiredDigest("evidence")))
        default:
            throw Problem(.invalidValue, "/proof: has a 'signature' or an 'attestation', one of both")
        }
    }

    /// The same where there has to be one.
    static func required(_ value: JSONValue?) throws -> HolderProof {
        guard let proof = try read(value) else { throw Problem(.invalidValue, "/proof: is missing") }
        return proof
    }
}

/// Statements that a holder's device signs.
enum HolderStatementBody {
    /// How long a statement that a caller names no end for may be used.
    static let lifetime = Duration.seconds(600)

    static let notAfter = Schema.Property.optional(
        "notAfter",
        Schema.integer(1...Int64.max).described(
            "until when it counts, in milliseconds since 1970; ten minutes from now by default",
            "有效截止时刻，1970 年以来的毫秒数；缺省为十分钟后"))

    static let schema = Schema.object(
        .required(
            "statement",
            Schema.string(.base64, 4...4_096).described("DER of the HolderStatement", "HolderStatement 的 DER")),
        .required("digest", Schema.digest.described("what the device signs", "设备签名的摘要")),
        .required("notAfter", .integer())
    ).named("HolderStatement").described("what a holder's device signs", "持证主体设备待签声明")

    struct Answer: Encodable, Sendable {
        let statement: String
        let digest: Digest
        let notAfter: Int64

        init(_ statement: HolderStatement, suite: any CryptoSuite) {
            self.statement = Base64.encode(statement.derBytes)
            digest = statement.digest(suite: suite)
            notAfter = statement.notAfter.milliseconds
        }
    }

    static func end(_ body: JSONValue, now: Timestamp) -> Timestamp {
        body["notAfter"]?.integer.map { Timestamp(milliseconds: $0) } ?? now.advanced(by: lifetime)
    }
}

/// The parameters of the access decision.
struct DecisionRulesFacts: Encodable, Sendable {
    let version: UInt64
    let ticketSeconds: Int64
    let departmentDayLimit: Int64
    let holderMinuteLimit: Int64
    let blockLimit: Int64
    let transactionLimit: Int64
    let minimumLevel: Int64
    let identityDepartments: [Label]

    init(_ rules: DecisionRules) {
        version = rules.version
        ticketSeconds = rules.ticketSeconds
        departmentDayLimit = rules.departmentDayLimit
        holderMinuteLimit = rules.holderMinuteLimit
        blockLimit = rules.blockLimit
        transactionLimit = rules.transactionLimit
        minimumLevel = rules.minimumLevel.rawValue
        identityDepartments = rules.identityDepartments
    }

    static let schema = Schema.object(
        .required("version", .integer()),
        .required("ticketSeconds", Schema.integer().described("how long a ticket lives", "凭据有效秒数")),
        .required(
            "departmentDayLimit",
            Schema.integer().described("decisions of a department on one kind in a day", "每部门每类证照每日上限")),
        .required(
            "holderMinuteLimit",
            Schema.integer().described("decisions on one holder's licences in a minute", "每持证主体每分钟上限")),
        .required("blockLimit", .integer()), .required("transactionLimit", .integer()),
        .required("minimumLevel", Schema.integer(1...4).described("level that a counter's word needs", "窗口确认所需实名等级")),
        .required("identityDepartments", .array(of: .department))
    ).named("DecisionRules").described("the parameters of the access decision", "访问控制规则参数")
}

/// A table that departments vote on: what is in force, and what is proposed.
struct VotedTableFacts<Table: Encodable & Sendable>: Encodable, Sendable {
    struct Proposal: Encodable, Sendable {
        let table: Table
        let approvals: [Label]
    }

    let inForce: Table
    let proposed: Proposal?

    init<Voted: VotedTable>(_ answer: TableAnswer<Voted>, _ facts: (Voted) -> Table) {
        inForce = facts(answer.table)
        proposed = answer.proposal.map { Proposal(table: facts($0.table), approvals: $0.approvals) }
    }

    static func schema(of table: Schema) -> Schema {
        .object(
            .required("inForce", table),
            .optional(
                "proposed", .object(.required("table", table), .required("approvals", .array(of: .department)))))
    }
}
