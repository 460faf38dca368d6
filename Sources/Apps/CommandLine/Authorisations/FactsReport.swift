import Formats
import Identity
import Licences

/// Named facts, in order: what a node states of a record.
struct FactsReport: Presentable {
    private struct Fact {
        let key: String
        let name: Phrase
        let value: String
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private var facts: [Fact] = []

    private mutating func add(_ key: String, _ english: String, _ chinese: String, _ value: (some Any)?) {
        guard let value else { return }
        facts.append(Fact(key: key, name: Phrase(english, chinese), value: "\(value)"))
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for fact in facts { try container.encode(fact.value, forKey: Key(stringValue: fact.key)) }
    }

    func lines(in language: Language) -> [String] {
        facts.map { "\($0.name.text(in: language)): \($0.value)" }
    }

    init(_ grant: Grant) {
        add("grant", "grant", "授权", grant.identifier)
        add("holder", "holder", "持证主体", grant.grantor)
        switch grant.recipient {
        case .agent(let agent):
            add("agent", "to the agent", "授权代表", agent)
        case .department(let department, let application):
            add("department", "to the department", "被授权部门", department.rawValue)
            add("application", "its system", "应用系统", application)
        }
        add(grant.scope)
        add("writer", "written by", "登记部门", grant.writer.rawValue)
        add("writtenAt", "written at", "登记时间", grant.writtenAt)
        add(grant.withdrawal)
    }

    init(_ basis: StatutoryBasis) {
        add("basis", "statutory basis", "法定依据", basis.identifier)
        add("reference", "rule", "条款", basis.reference)
        add("owner", "declared by", "登记部门", basis.owner.rawValue)
        add("department", "for the department", "用证部门", basis.department.rawValue)
        add("application", "its system", "应用系统", basis.application)
        add(basis.scope)
        add("writtenAt", "declared at", "登记时间", basis.declaredAt)
        add(basis.withdrawal)
    }

    init(_ request: AccessRequest) {
        add("request", "request", "用证申请", request.identifier)
        add("owner", "to", "证照部门", request.owner.rawValue)
        add("department", "from", "申请部门", request.department.rawValue)
        add("application", "its system", "应用系统", request.application)
        add("cause", "cause", "申请事由", request.cause)
        add(request.scope)
        add("writtenAt", "requested at", "申请时间", request.requestedAt)
        add("answer", "answer", "答复", request.answer.map { "\($0.outcome)" })
        add("reason", "reason", "原因", request.answer?.reason)
        add("answeredAt", "answered at", "答复时间", request.answer?.answeredAt)
        add(request.withdrawal)
    }

    init(_ holder: HolderAnswer) {
        let pseudonyms = holder.pseudonyms.map(\.text).joined(separator: " ")
        add("pseudonyms", "pseudonyms, the newest first", "假名（新在前）", pseudonyms)
        add("department", "bound by", "登记部门", holder.binding?.department.rawValue)
        add("level", "real-name level", "实名等级", holder.binding?.level.rawValue)
        add("boundAt", "bound at", "登记时间", holder.binding?.boundAt)
        add("hasKey", "has a device key", "已绑定设备密钥", holder.binding.map { $0.key != nil })
        add("frozen", "frozen", "已冻结", holder.isFrozen)
    }

    init(_ decision: Decision) {
        add("decision", "decision", "决定", decision.identifier)
        add("outcome", "outcome", "结果", "\(decision.outcome)")
        add(
            "reasons", "reasons", "原因",
            decision.reasons.isEmpty ? nil : decision.reasons.map(\.word).joined(separator: " "))
        add("licence", "licence", "证照标识", decision.licence)
        add("owner", "owner", "证照部门", decision.owner.rawValue)
        add("holder", "holder", "持证主体", decision.holder)
        add("requester", "requester", "用证部门", decision.requester.rawValue)
        add("application", "its system", "应用系统", decision.application)
        add("action", "action", "行为", "\(decision.action)")
        add("purpose", "purpose", "用途", decision.context.purpose)
        add("item", "item", "事项", decision.context.item)
        add("case", "case", "办件", decision.context.caseNumber)
        add("authority", "relies on", "依据", decision.authority.kind)
        add("authorityRecord", "record", "依据编号", decision.authority.record)
        add("fields", "permitted", "许可字段", decision.fields.map(\.rawValue).joined(separator: " "))
        add("rules", "rules, version", "规则版本", decision.ruleVersion)
        add("decidedAt", "decided at", "决定时间", decision.decidedAt)
        add("expiresAt", "ticket until", "凭据有效至", decision.isAllowed ? decision.expiresAt : nil)
        add("height", "height", "高度", decision.height)
    }

    private mutating func add(_ scope: UseScope) {
        switch scope.selection {
        case .licences(let licences):
            add("licences", "licences", "证照", licences.map(\.text).joined(separator: " "))
        case .type(let type):
            add("type", "all licences of the kind", "证照类型", type)
        }
        add("actions", "actions", "行为", scope.actions.map { "\($0)" }.joined(separator: " "))
        add("purposes", "purposes", "用途", scope.purposes.map(\.text).joined(separator: " "))
        add("fields", "fields", "字段", scope.fields.map(\.rawValue).joined(separator: " "))
        add("notBefore", "from", "自", scope.notBefore)
        add("notAfter", "to", "至", scope.notAfter)
        add("item", "item", "事项", scope.item)
        add("case", "case", "办件", scope.caseNumber)
        add("region", "region", "地区", scope.region)
        add("maximumUses", "uses, at most", "次数上限", scope.maximumUses)
    }

    private mutating func add(_ withdrawal: Withdrawal?) {
        add("endedAt", "ended at", "终止时间", withdrawal?.at)
        add("endedBy", "ended by", "终止部门", withdrawal?.by.rawValue)
    }
}
