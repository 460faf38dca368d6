import Formats
import Identity
import Licences
import OneThings
import ZhenglianClient

/// What is done in a case, as a body says it.
enum CaseActBody {
    static let words = [
        "acknowledge", "answer", "return", "ask", "supply", "suspend", "resume", "push", "waive", "extend", "consent",
        "object", "lift", "compensate", "withdraw", "annul", "rate", "archive",
    ]

    static let schema = Schema.object(
        [
            .required(
                "act",
                Schema.choice(words).described(
                    "acknowledge, answer, return and so on; withdraw, annul, rate and archive are about the whole case",
                    "签收、办结、退回、要求补正、补正、中止、恢复、重新推送、免办、延长、无异议、异议、撤回异议、已补偿；撤回、撤销、评价、归档针对整件")),
            .optional("step", Schema.string(.label, 1...32).described("the step; not for the whole case", "环节；整件操作不填")),
            .optional(
                "attempt",
                Schema.integer(1...1_000_000).described(
                    "the attempt of the step; by default the one that it is at", "环节的第几次；缺省为当前")),
            .optional("answer", Schema.string(.label, 1...32).described("which of the step's answers", "办理结果")),
            .optional("reason", Schema.string(.reason, 1...32).described("a reason's code of the definition", "原因代码")),
            .optional(
                "values",
                Schema.array(
                    of: .object(.required("field", .string(.label, 1...32)), .required("value", .text(1...128))), 0...64
                ).described("values for the ledger; with an answer", "上链取值；仅用于办结")),
            .optional("objector", Schema.pseudonym.described("whose objection is taken in", "异议人假名")),
            .optional("evidence", Schema.digest.described("what an objection or its lifting is founded on", "异议依据摘要")),
            .optional(
                "objection", Schema.integer(0...1_000).described("which objection is lifted, from 0", "撤回第几项异议，自 0 起")),
            .optional("grade", Schema.integer(1...5).described("the applicant's grade; with rate", "评分；仅用于评价")),
            .optional("licence", LicenceBody.schema),
            .optional(
                "cancels",
                Schema.object(.required("basis", .basis)).described(
                    "cancel the licence that the case is about, and close every authorisation on it, in the "
                        + "transaction that answers", "在办结交易中注销办件所涉证照并关闭其全部授权")),
        ] + CaseContentBody.properties)

    /// - Throws: ``Problem`` with code `invalidValue`; `LicenceError` or `OneThingError`.
    static func act(
        _ body: JSONValue, attempt: Int64, content: CaseContent?, licence: LicenceIdentifier?
    ) throws -> CaseAct {
        let word = try body.text("act")
        let act = try ofWholeCase(word, body) ?? ofStep(word, body, attempt, content: content, licence: licence)
        guard content == nil || act.content != nil else {
            throw Problem(.invalidValue, "items, papers and content go with answer, supply and push")
        }
        guard licence == nil || act.licence != nil else {
            throw Problem(.invalidValue, "/licence: goes with answer")
        }
        return act
    }

    private static func reason(_ body: JSONValue) throws -> ReasonCode {
        guard let reason: ReasonCode = try body.optional("reason") else {
            throw Problem(.invalidValue, "/reason: is missing; this act has one")
        }
        return reason
    }

    private static func ofWholeCase(_ word: String, _ body: JSONValue) throws -> CaseAct? {
        switch word {
        case "withdraw": return .withdraw(try reason(body))
        case "annul": return .annul(try reason(body))
        case "archive": return .archive
        case "rate":
            guard let grade = body["grade"]?.integer else { throw Problem(.invalidValue, "/grade: is missing") }
            return .rate(grade)
        default: return nil
        }
    }

    private static func ofStep(
        _ word: String, _ body: JSONValue, _ attempt: Int64, content: CaseContent?, licence: LicenceIdentifier?
    ) throws -> CaseAct {
        let step = try body.label("step")
        switch word {
        case "acknowledge": return .acknowledge(step, attempt: attempt)
        case "resume": return .resume(step, attempt: attempt)
        case "extend": return .extend(step, attempt: attempt)
        case "consent": return .consent(step, attempt: attempt)
        case "compensate": return .compensate(step, attempt: attempt)
        case "supply": return .supply(step, attempt: attempt, content)
        case "push": return .push(step, attempt: attempt, content)
        case "lift":
            return .lift(step, attempt: attempt, body["objection"]?.integer ?? 0, evidence: body.digest("evidence"))
        case "return": return .giveBack(step, attempt: attempt, try reason(body))
        case "ask": return .ask(step, attempt: attempt, try reason(body))
        case "suspend": return .suspend(step, attempt: attempt, try reason(body))
        case "waive": return .waive(step, attempt: attempt, try reason(body))
        case "object":
            return .object(
                step, attempt: attempt, try reason(body), for: try body.optional("objector"),
                evidence: body.digest("evidence"))
        default:
            let values = try (body["values"]?.array ?? []).map {
                try CaseValue(try $0.label("field"), try $0.text("value"))
            }
            return .answer(
                step, attempt: attempt, try body.label("answer"), values: values, content: content, licence: licence,
                reason: try body.optional("reason"))
        }
    }
}

/// Data and papers that come into a case, as a body brings them.
enum CaseContentBody {
    static let properties: [Schema.Property] = [
        .optional(
            "items",
            Schema.array(
                of: .object(
                    .required("name", .string(.label, 1...32)), .required("value", .string(.lines, 1...65_536))),
                0...256
            ).described(
                "data; the department's node keeps them, the ledger gets one digest", "信息项；由本部门节点保管，账本仅存摘要")),
        .optional(
            "papers",
            Schema.array(
                of: .object(
                    .required("name", .string(.label, 1...32)),
                    .required("file", .string(.base64, 4...GatewayLimits.paperByteCount))), 0...64
            ).described("papers: their files in base64", "材料文件（base64）")),
        .optional(
            "content",
            Schema.object(
                .required("items", .array(of: .string(.label, 1...32), 1...320)), .required("root", .digest)
            ).described(
                "instead of both: what the department's node keeps already, by its names and digest",
                "或以名称与摘要引用本部门节点已存内容")),
    ]

    /// Has the own department's node keep what a body brings, and says what goes on the ledger; `nil` for nothing.
    /// - Throws: ``Problem`` with code `invalidValue`; `OneThingError`, or `OneThingServiceError`.
    static func store(_ body: JSONValue, _ call: OperationCall) async throws -> CaseContent? {
        let (data, papers) = (body["items"]?.array ?? [], body["papers"]?.array ?? [])
        if let content = body["content"] {
            guard data.isEmpty, papers.isEmpty else {
                throw Problem(.invalidValue, "/content: goes instead of items and papers, not with them")
            }
            return CaseContent(items: content.labels("items"), root: try content.requiredDigest("root"))
        }
        var generator = SystemRandomNumberGenerator()
        var items = try data.map {
            try CaseItem(try $0.label("name"), datum: try $0.text("value"), using: &generator)
        }
        var files: [CaseFile] = []
        for paper in papers {
            let file = CaseFile(paper: try paper.label("name"), bytes: try paper.bytes("file"))
            files.append(file)
            items.append(
                CaseItem(file.paper, paper: call.services.suite.digest(of: file.bytes), using: &generator))
        }
        guard !items.isEmpty else { return nil }
        return try await call.client.oneThings.contents.store(
            try CaseItems(items), files: files, at: try call.services.oneThingService())
    }
}
