import Licences
import Nodes
import OneThings

/// The words for the codes that stand on the ledger.
package enum Vocabulary {
    /// A call in words; one that nobody has named is told by its name.
    static func call(_ contract: String, _ method: String) -> Phrase {
        calls["\(contract).\(method)"] ?? Phrase("\(contract).\(method)", "\(contract).\(method)")
    }

    /// The name of a contract.
    static func contract(_ name: String) -> Phrase { contracts[name] ?? Phrase(name, name) }

    private static let contracts: [String: Phrase] = [
        "catalogue": Phrase("licence catalogue", "证照目录"), "evidence": Phrase("licence evidence", "证照存证"),
        "authorisation": Phrase("authorisations", "授权"), "usage": Phrase("uses of licences", "用证"),
        "calendar": Phrase("statutory calendar", "法定工作日历"), "onethings": Phrase("one-thing definitions", "一件事定义"),
        "cases": Phrase("one-thing cases", "一件事办件"), "membership": Phrase("members", "成员"),
        "contracts": Phrase("contract versions", "合约版本"), "certificates": Phrase("certificates", "证书"),
        "misconduct": Phrase("proofs of misconduct", "作恶证据"), "applications": Phrase("applications", "接入应用"),
    ]

    private static let calls: [String: Phrase] = [
        "catalogue.issue": Phrase("enters a licence into the catalogue", "证照进入目录"),
        "catalogue.supersede": Phrase("puts a new version of a licence in force", "证照新版本生效"),
        "catalogue.changeStatus": Phrase("changes the status of a licence", "变更证照状态"),
        "catalogue.modify": Phrase("modifies a licence's entry", "修改目录条目"),
        "catalogue.takeDown": Phrase("takes a licence down", "证照下链"),
        "catalogue.proposeCodes": Phrase("proposes a table of codes", "提议代码表"),
        "catalogue.approveCodes": Phrase("approves a table of codes", "批准代码表"),
        "evidence.record": Phrase("records the evidence of a licence", "证照存证"),
        "authorisation.bindHolder": Phrase("binds a holder to a device", "登记持证主体"),
        "authorisation.relink": Phrase("links a holder's pseudonyms", "关联持证主体假名"),
        "authorisation.grant": Phrase("records a holder's grant", "登记授权"),
        "authorisation.withdrawGrant": Phrase("withdraws a grant", "撤回授权"),
        "authorisation.declareBasis": Phrase("declares a statutory basis", "声明法定依据"),
        "authorisation.endBasis": Phrase("ends a statutory basis", "终止法定依据"),
        "authorisation.entitle": Phrase("entitles a department to a kind of licence", "授予证照类型权限"),
        "authorisation.endEntitlement": Phrase("ends an entitlement", "终止证照类型权限"),
        "authorisation.request": Phrase("asks for access", "申请用证"),
        "authorisation.answer": Phrase("answers a request for access", "答复用证申请"),
        "authorisation.endRequest": Phrase("ends a request for access", "终止用证申请"),
        "authorisation.freeze": Phrase("freezes uses", "冻结用证"),
        "authorisation.unfreeze": Phrase("lifts a freeze", "解除冻结"),
        "authorisation.close": Phrase("closes a licence's authorisations", "关闭证照授权"),
        "usage.decide": Phrase("decides on a use", "用证判定"),
        "usage.release": Phrase("records a release", "记录内容释放"),
        "usage.present": Phrase("records a presentation", "记录亮证"),
        "usage.verify": Phrase("records a verification", "记录核验"),
        "usage.resolve": Phrase("records the resolution of a pseudonym", "记录假名解析"),
        "usage.proposeRules": Phrase("proposes rules of decision", "提议判定规则"),
        "usage.approveRules": Phrase("approves rules of decision", "批准判定规则"),
        "calendar.propose": Phrase("proposes a calendar", "提议工作日历"),
        "calendar.approve": Phrase("approves a calendar", "批准工作日历"),
        "onethings.propose": Phrase("proposes a definition", "提议一件事定义"),
        "onethings.approve": Phrase("approves a definition", "批准一件事定义"),
        "cases.open": Phrase("opens a case", "受理办件"), "cases.act": Phrase("acts in a case", "办理环节"),
        "cases.settle": Phrase("records which clocks have ended", "期限结算"),
        "cases.release": Phrase("records what was given out of a case", "记录办件材料调取"),
        "membership.propose": Phrase("proposes a change of members", "提议成员变更"),
        "membership.approve": Phrase("approves a change of members", "批准成员变更"),
        "membership.withdraw": Phrase("withdraws a proposal about members", "撤回成员提案"),
        "contracts.propose": Phrase("proposes a version of a contract", "提议合约版本"),
        "contracts.approve": Phrase("approves a version of a contract", "批准合约版本"),
        "contracts.withdraw": Phrase("withdraws a proposal about a contract", "撤回合约提案"),
        "applications.registerApplication": Phrase("registers an application", "登记应用"),
        "applications.changeApplication": Phrase("says something else of an application", "变更应用登记"),
        "applications.suspendApplication": Phrase("suspends an application", "暂停应用"),
        "applications.resumeApplication": Phrase("resumes an application", "恢复应用"),
        "applications.endApplication": Phrase("ends an application", "注销应用"),
        "applications.registerPerson": Phrase("registers a person's role", "登记人员授权"),
        "applications.endPerson": Phrase("takes a person's role away", "终止人员授权"),
        "applications.registerPlatform": Phrase("trusts an identity platform", "信任身份认证平台"),
        "applications.endPlatform": Phrase("trusts an identity platform no more", "不再信任身份认证平台"),
        "certificates.register": Phrase("registers a certificate", "登记证书"),
        "certificates.publishRevocations": Phrase("publishes revocations", "公布吊销列表"),
    ]

    /// Words that tables of the read model have for what happened: events of uses, actions, outcomes, statuses.
    static func word(_ code: String) -> Phrase { words[code] ?? Phrase(code, code) }

    private static let words: [String: Phrase] = [
        "applied": Phrase("took effect", "生效"), "rejected": Phrase("rejected", "被拒绝"),
        "decision": Phrase("decision", "判定"), "release": Phrase("release", "释放"),
        "presentation": Phrase("presentation", "亮证"), "verification": Phrase("verification", "核验"),
        "resolution": Phrase("resolution", "假名解析"),
        "allowed": Phrase("allowed", "允许"), "denied": Phrase("denied", "拒绝"),
        "query": Phrase("query", "查询"), "download": Phrase("download", "下载"), "present": Phrase("present", "出示"),
        "apply": Phrase("apply", "应用"),
        "grant": Phrase("holder's grant", "主体授权"), "agentGrant": Phrase("grant to an agent", "代理授权"),
        "statutoryBasis": Phrase("statutory basis", "法定依据"), "answeredRequest": Phrase("answered request", "申请答复"),
        "holder": Phrase("the holder in person", "持证主体本人"),
        "running": Phrase("running", "办理中"), "completed": Phrase("completed", "办结"), "ended": Phrase("ended", "终结"),
        "withdrawn": Phrase("withdrawn", "已撤回"), "annulling": Phrase("being annulled", "撤销中"),
        "annulled": Phrase("annulled", "已撤销"),
        "01": Phrase("in force", "有效"), "02": Phrase("suspended", "暂扣"), "03": Phrase("revoked as unlawful", "撤销"),
        "04": Phrase("cancelled", "注销"), "05": Phrase("expired", "失效"), "06": Phrase("transferred out", "办理转出"),
        "07": Phrase("revoked as a penalty", "吊销"), "99": Phrase("other", "其他"),
        "superseded": Phrase("superseded", "已被取代"), "takenDown": Phrase("taken down", "已下链"),
        "validator": Phrase("validator", "验证节点"), "observer": Phrase("observer", "观察节点"),
        "client": Phrase("client", "业务客户端"), "administrator": Phrase("administrator", "管理员"),
        "auditor": Phrase("auditor", "审计员"),
        "notarize": Phrase("notarise", "公证"), "nullify": Phrase("give up", "放弃"),
        "finalize": Phrase("finalise", "确认"),
        "ledger": Phrase("ledger", "账本"), "transport": Phrase("transport", "传输"),
        "activate": Phrase("put in force", "启用"), "cancel": Phrase("cancel", "取消"),
        "requests": Phrase("requests", "请求"), "streams": Phrase("event streams", "事件流"),
        "proofs": Phrase("proofs under way", "在途证明"),
        "webhooks": Phrase("webhooks", "事件推送"), "sessions": Phrase("sessions", "会话"),
        "none": Phrase("none", "无"), "waiting": Phrase("waiting", "等待"), "verifying": Phrase("being verified", "核验中"),
        "valid": Phrase("valid", "有效"), "invalid": Phrase("invalid", "无效"),
    ]

    static func status(_ status: StepStatus) -> Phrase {
        switch status {
        case .waiting: Phrase("waits", "待启动")
        case .pushed: Phrase("pushed", "已推送")
        case .acknowledged: Phrase("acknowledged", "已签收")
        case .asking: Phrase("waits for the applicant", "待补正")
        case .suspended: Phrase("suspended", "中止")
        case .returned: Phrase("returned", "退回")
        case .objected: Phrase("objected to", "有异议")
        case .settled: Phrase("settled", "已办结")
        case .waived: Phrase("waived", "免办")
        case .leftOut: Phrase("left out", "不涉及")
        case .closed: Phrase("closed", "已关闭")
        case .compensating: Phrase("being undone", "补偿中")
        case .compensated: Phrase("undone", "已补偿")
        }
    }

    static func urgency(_ urgency: CaseUrgency) -> Phrase {
        switch urgency {
        case .green: Phrase("in time", "正常")
        case .amber: Phrase("due soon", "临期")
        case .red: Phrase("overdue", "超期")
        }
    }

    static func duty(_ kind: CaseDuty.Kind) -> Phrase {
        switch kind {
        case .handle: Phrase("handle", "待办理")
        case .reply: Phrase("say whether you object", "待回复")
        case .mend: Phrase("mend and push again", "待更正")
        case .supply: Phrase("bring what is asked for", "待补正")
        case .compensate: Phrase("undo", "待补偿")
        case .lift: Phrase("your objection stands", "异议待撤回")
        }
    }

    static func reply(_ kind: CaseProgress.Reply.Kind) -> Phrase {
        switch kind {
        case .noObjection: Phrase("no objection", "无异议")
        case .objection: Phrase("objection", "异议")
        case .lifted: Phrase("objection lifted", "异议已撤回")
        case .silence: Phrase("no reply", "未回复")
        }
    }
}
