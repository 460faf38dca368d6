import Formats
import Identity
import Licences

/// What a grant, a statutory basis or a request covers, as bodies and answers have it.
struct ScopeFacts: Encodable, Sendable {
    let licences: [String]?
    let type: LicenceTypeCode?
    let actions: [String]
    let purposes: [PurposeCode]
    let fields: [String]
    let notBefore: Int64
    let notAfter: Int64
    let item: ItemCode?
    let caseNumber: CaseNumber?
    let region: RegionCode?
    let maximumUses: Int64?

    private enum CodingKeys: String, CodingKey {
        case licences, type, actions, purposes, fields, notBefore, notAfter, item
        case caseNumber = "case"
        case region, maximumUses
    }

    init(_ scope: UseScope) {
        switch scope.selection {
        case .licences(let keys): (licences, type) = (keys.map(\.text), nil)
        case .type(let kind): (licences, type) = (nil, kind)
        }
        actions = scope.actions.map { "\($0)" }
        (purposes, fields) = (scope.purposes, scope.fields.map(\.rawValue))
        (notBefore, notAfter) = (scope.notBefore.milliseconds, scope.notAfter.milliseconds)
        (item, caseNumber, region) = (scope.item, scope.caseNumber, scope.region)
        maximumUses = scope.maximumUses
    }

    private static let moment = Schema.integer(0...4_102_444_800_000).described(
        "a moment of ledger time, in milliseconds since 1970", "账本时间，1970 年以来的毫秒数")

    static let schema = Schema.object(
        .optional(
            "licences",
            Schema.array(of: .string(.licenceOrKey, 20...126), 1...UseScope.maximumLicenceCount).described(
                "these licences, whatever their version; or 'type'", "指定证照；或 type")),
        .optional("type", .licenceType), .required("actions", .actions),
        .required("purposes", .array(of: .purpose, 1...UseScope.maximumPurposeCount)), .required("fields", .columns),
        .required("notBefore", moment), .required("notAfter", moment), .optional("item", .item),
        .optional("case", .caseNumber), .optional("region", .region), .optional("maximumUses", .integer(1...Int64.max))
    ).named("Scope").described("what is covered; whatever is not named is not", "授权范围")

    /// - Throws: ``Problem`` with code `invalidValue`; `LicenceError`.
    static func read(_ body: JSONValue?) throws -> UseScope {
        let body = body ?? .null
        let licences = try (body["licences"]?.array ?? []).map { element in
            guard let key = element.string.flatMap({ LicenceKey(licenceOrKey: $0) }) else {
                throw Problem(.invalidValue, "/scope/licences: has \(StringFormat.licenceOrKey.meaning)")
            }
            return key
        }
        let type: LicenceTypeCode? = try body.optional("type")
        guard licences.isEmpty == (type != nil) else {
            throw Problem(.invalidValue, "/scope: has 'licences' or 'type', one of both")
        }
        let purposes = try (body["purposes"]?.array ?? []).compactMap(\.string).map { try PurposeCode($0) }
        return try UseScope(
            selection: type.map { .type($0) } ?? .licences(licences), actions: body.words("actions"),
            purposes: purposes, fields: body.columns("fields"),
            notBefore: Timestamp(milliseconds: body["notBefore"]?.integer ?? 0),
            notAfter: Timestamp(milliseconds: body["notAfter"]?.integer ?? 0), item: try body.optional("item"),
            caseNumber: try body.optional("case"), region: try body.optional("region"),
            maximumUses: body["maximumUses"]?.integer)
    }
}

/// The end of something, by whoever may end it.
struct EndFacts: Encodable, Sendable {
    let at: String
    let by: Label

    init(_ withdrawal: Withdrawal) { (at, by) = (withdrawal.at.description, withdrawal.by) }

    static let schema = Schema.object(.required("at", .time), .required("by", .department))
}

/// A holder's grant.
struct GrantFacts: Encodable, Sendable {
    let grant: GrantIdentifier
    let holder: HolderPseudonym
    let agent: HolderPseudonym?
    let department: Label?
    let application: ApplicationName?
    let scope: ScopeFacts
    let writer: Label
    let writtenAt: String
    let height: Height
    let ended: EndFacts?

    init(_ known: Grant) {
        (grant, holder) = (known.identifier, known.grantor)
        switch known.recipient {
        case .agent(let pseudonym): (agent, department, application) = (pseudonym, nil, nil)
        case .department(let name, let system): (agent, department, application) = (nil, name, system)
        }
        (scope, writer) = (ScopeFacts(known.scope), known.writer)
        (writtenAt, height) = (known.writtenAt.description, known.height)
        ended = known.withdrawal.map(EndFacts.init)
    }

    static let schema = Schema.object(
        .required("grant", .digest), .required("holder", .pseudonym), .optional("agent", .pseudonym),
        .optional("department", .department), .optional("application", .application),
        .required("scope", ScopeFacts.schema),
        .required("writer", .department), .required("writtenAt", .time), .required("height", .height),
        .optional("ended", EndFacts.schema)
    ).named("Grant").described("a holder's grant", "授权")
}

/// A rule by which a department uses licences without asking holders.
struct BasisFacts: Encodable, Sendable {
    let basis: BasisIdentifier
    let reference: String
    let owner: Label
    let department: Label
    let application: ApplicationName?
    let scope: ScopeFacts
    let declaredAt: String
    let height: Height
    let ended: EndFacts?

    init(_ known: StatutoryBasis) {
        (basis, reference, owner) = (known.identifier, known.reference, known.owner)
        (department, application, scope) = (known.department, known.application, ScopeFacts(known.scope))
        (declaredAt, height) = (known.declaredAt.description, known.height)
        ended = known.withdrawal.map(EndFacts.init)
    }

    static let schema = Schema.object(
        .required("basis", .digest), .required("reference", .text()), .required("owner", .department),
        .required("department", .department), .optional("application", .application),
        .required("scope", ScopeFacts.schema), .required("declaredAt", .time), .required("height", .height),
        .optional("ended", EndFacts.schema)
    ).named("StatutoryBasis").described("a statutory basis", "法定依据")
}

/// A department's request for access, and its answer.
struct AccessRequestFacts: Encodable, Sendable {
    struct Answer: Encodable, Sendable {
        let outcome: String
        let reason: PurposeCode?
        let at: String
    }

    let request: AccessRequestIdentifier
    let owner: Label
    let department: Label
    let application: ApplicationName
    let scope: ScopeFacts
    let cause: String
    let requestedAt: String
    let height: Height
    let answer: Answer?
    let ended: EndFacts?

    init(_ known: AccessRequest) {
        (request, owner, department) = (known.identifier, known.owner, known.department)
        (application, scope, cause) = (known.application, ScopeFacts(known.scope), known.cause)
        (requestedAt, height) = (known.requestedAt.description, known.height)
        answer = known.answer.map {
            Answer(outcome: "\($0.outcome)", reason: $0.reason, at: $0.answeredAt.description)
        }
        ended = known.withdrawal.map(EndFacts.init)
    }

    static let schema = Schema.object(
        .required("request", .digest), .required("owner", .department), .required("department", .department),
        .required("application", .application), .required("scope", ScopeFacts.schema), .required("cause", .text()),
        .required("requestedAt", .time), .required("height", .height),
        .optional(
            "answer",
            .object(
                .required("outcome", .choice(["granted", "denied"])), .optional("reason", .purpose),
                .required("at", .time))),
        .optional("ended", EndFacts.schema)
    ).named("AccessRequest").described("a request for access", "用证申请")
}

/// That a department's system may come for one kind of licence.
struct EntitlementFacts: Encodable, Sendable {
    let owner: Label
    let department: Label
    let application: ApplicationName
    let type: LicenceTypeCode
    let actions: [String]
    let fields: [String]
    let notBefore: Int64
    let notAfter: Int64
    let height: Height
    let ended: EndFacts?

    init(_ known: Licences.Entitlement) {
        (owner, department, application) = (known.owner, known.department, known.application)
        (type, actions, fields) = (known.type, known.actions.map { "\($0)" }, known.fields.map(\.rawValue))
        (notBefore, notAfter) = (known.notBefore.milliseconds, known.notAfter.milliseconds)
        (height, ended) = (known.height, known.withdrawal.map(EndFacts.init))
    }

    static let schema = Schema.object(
        .required("owner", .department), .required("department", .department), .required("application", .application),
        .required("type", .licenceType), .required("actions", .array(of: .choice(of: UseAction.self))),
        .required("fields", .array(of: .choice(LicenceColumn.allCases.map(\.rawValue)))),
        .required("notBefore", .integer()), .required("notAfter", .integer()), .required("height", .height),
        .optional("ended", EndFacts.schema)
    ).named("Entitlement").described("that a system may come for a kind of licence", "证照类型权限")
}

/// What the ledger knows of a holder.
struct HolderFacts: Encodable, Sendable {
    let pseudonyms: [HolderPseudonym]
    let department: Label?
    let level: Int64?
    let boundAt: String?
    let hasKey: Bool?
    let isFrozen: Bool

    init(_ holder: HolderAnswer) {
        (pseudonyms, isFrozen) = (holder.pseudonyms, holder.isFrozen)
        department = holder.binding?.department
        level = holder.binding?.level.rawValue
        boundAt = holder.binding?.boundAt.description
        hasKey = holder.binding.map { $0.key != nil }
    }

    static let schema = Schema.object(
        .required("pseudonyms", Schema.array(of: .pseudonym).described("the newest first", "新在前")),
        .optional("department", Schema.department.described("who has bound the holder", "登记部门")),
        .optional("level", .integer(1...4)), .optional("boundAt", .time), .optional("hasKey", .boolean),
        .required("isFrozen", .boolean)
    ).named("Holder").described("what the ledger knows of a holder", "持证主体")
}
