/// Why a contract has rejected a call, as people are told: the code in both languages, and the contract's own message.
package struct RefusalText: Sendable {
    /// The most of a contract's message that is shown.
    package static let characterCount = 400

    /// What the code means.
    package let says: Phrase
    /// What the contract has said besides, in English, cut.
    package let message: String?

    /// - Parameters:
    ///   - code: of the rejection, as it stands in the outcome.
    ///   - message: likewise.
    package init(_ code: String, message: String?) {
        says =
            Vocabulary.refusal(code)
            ?? Phrase("the contract refused the call", "合约拒绝了该调用，原因以合约原文为准")
        self.message = message.map { text in
            text.count > Self.characterCount ? "\(text.prefix(Self.characterCount))…" : text
        }
    }
}

extension Vocabulary {
    /// What a contract's code of rejection means; `nil` for one that nobody has words for.
    package static func refusal(_ code: String) -> Phrase? { refusals[code] }

    private static let refusals = [
        generalRefusals, consortiumRefusals, certificateRefusals, licenceRefusals, useRefusals, caseRefusals,
    ].reduce(into: [String: Phrase]()) { $0.merge($1) { first, _ in first } }

    private static let generalRefusals: [String: Phrase] = [
        "malformedArguments": Phrase("the arguments are not as the method has them", "调用参数不符合方法的要求"),
        "unknownContract": Phrase("the ledger has no such contract", "账本上没有该合约"),
        "unknownMethod": Phrase("the contract has no such method", "合约没有该方法"),
        "limitExceeded": Phrase("the call needs more than a transaction may", "调用超出单笔交易的限额"),
        "notFound": Phrase("what the call is about is not on the ledger", "账本上没有调用所指的内容"),
        "notPermitted": Phrase("the submitter may not do this", "提交者无权进行此操作"),
        "submitterUnknown": Phrase("the submitter's key is not registered", "提交者的密钥未登记"),
        "submitterRevoked": Phrase("the submitter's certificate is revoked", "提交者的证书已吊销"),
        "submitterExpired": Phrase("the submitter's certificate was not in force", "提交者的证书不在有效期内"),
        "stateUnavailable": Phrase("the state could not be read", "账本状态无法读取"),
        "wrongDeclaration": Phrase("the declaration contradicts itself or what is registered", "声明自相矛盾或与登记不符"),
        "alreadyRegistered": Phrase("the name, client or member is registered already", "名称、客户端或成员已被登记"),
        "alreadyClaimed": Phrase("the request was carried out before", "该请求此前已执行"),
        "claimedOtherwise": Phrase("the idempotency key was used for another request", "幂等键已用于其他请求"),
    ]

    private static let consortiumRefusals: [String: Phrase] = [
        "changePending": Phrase("a change of members is announced already", "已有成员变更在公布期内"),
        "wrongNotice": Phrase("the notice is too short or too long", "变更的提前量过短或过长"),
        "unknownMember": Phrase("no node has this name", "没有该名称的节点"),
        "duplicateMember": Phrase("a node has this name already", "该名称的节点已存在"),
        "duplicateKey": Phrase("another node has this key", "该密钥已属于其他节点"),
        "wrongDepartment": Phrase("it belongs to another department", "不属于该部门"),
        "wrongRole": Phrase("the certificate's role is another", "证书角色不符"),
        "certificateExpires": Phrase("the validator's certificate ends soon", "验证节点的证书即将到期"),
        "lastValidator": Phrase("no validator would be left", "将不再有验证节点"),
        "tooManyLeave": Phrase("more validators would leave at once than may", "同时退出的验证节点过多"),
        "faultToleranceLost": Phrase("fewer than four validators would be left", "剩余验证节点将少于四个"),
        "tooManyMembers": Phrase("the consortium would have too many nodes", "联盟节点数将超过上限"),
        "tooLarge": Phrase("it does not fit the state", "内容超过状态的限额"),
        "tooManyProposals": Phrase("too many proposals are open", "待决提案过多"),
        "alreadyApproved": Phrase("the department has approved already", "本部门已批准"),
        "nothingChanges": Phrase("nothing would change", "不会产生任何变化"),
        "alreadyProposed": Phrase("the same is proposed already", "相同提案已存在，批准即可"),
        "versionNotHigher": Phrase("a version as high is in force", "生效版本不低于所提版本"),
        "notPlanned": Phrase("there is no such plan", "没有可取消的计划"),
        "wrongEvidence": Phrase("the evidence proves nothing", "所附证据不能证明作恶"),
        "enoughEvidence": Phrase("as much evidence as is kept is on the ledger", "该节点的证据已足够"),
    ]

    /// Those that the identity layer has for what it refuses.
    private static let certificateRefusals: [String: Phrase] = [
        "keyTaken": Phrase("the key is registered for another member", "该密钥已登记给其他成员"),
        "notNewer": Phrase("the ledger has a newer one", "账本上已有更新的版本"),
        "malformedKey": Phrase("the key is malformed", "密钥格式不正确"),
        "wrongSuite": Phrase("the key is of another suite", "密钥属于其他密码套件"),
        "malformedCertificate": Phrase("the certificate is malformed", "证书格式不正确"),
        "selfSigned": Phrase("the certificate is signed by its own key", "证书为自签名"),
        "unknownAuthority": Phrase("no authority of the consortium has signed it", "并非由联盟内的机构签发"),
        "wrongSignature": Phrase("its signature does not hold", "签名不成立"),
        "wrongConsortium": Phrase("it is of another consortium", "属于其他联盟"),
        "expired": Phrase("it has expired", "已过有效期"),
        "notYetValid": Phrase("it is not valid yet", "尚未生效"),
        "wrongUsage": Phrase("its key usage does not allow this", "密钥用途不符"),
        "wrongProfile": Phrase("it departs from the profile", "不符合证书格式规定"),
        "revoked": Phrase("it is revoked", "已被吊销"),
        "wrongMember": Phrase("it speaks for somebody else", "持有者不符"),
    ]

    private static let licenceRefusals: [String: Phrase] = [
        "fileInUse": Phrase("the file belongs to another licence", "该文件已属于其他证照"),
        "alreadyIssued": Phrase("this version of the licence is on the ledger already", "该版本证照已上链"),
        "contentDiffers": Phrase(
            "this version of the licence is on the ledger with other content", "该版本证照已上链，且内容不同"),
        "notInForce": Phrase("the catalogue has another version of the licence", "目录中的现行版本并非此版本"),
        "wrongVersion": Phrase("the version does not follow the licence's last one", "版本号与现有版本不衔接"),
        "unknownCode": Phrase("the table of codes does not have the code", "代码表中没有该代码"),
        "wrongOperation": Phrase("the operation is not one of this call's", "操作类型与调用不符"),
        "illegalTransition": Phrase("the licence's status does not allow this change", "证照现有状态不允许此变更"),
        "relatedMissing": Phrase("the related licence is missing, or must not be named", "缺少关联证照，或不应填写"),
        "stateHasMoved": Phrase("the entry has changed since it was read", "条目在读取后已变化，请重新读取"),
        "takenDown": Phrase("the licence was taken down", "证照已下链"),
        "personalData": Phrase("personal data may not go on the ledger", "内容含个人信息，不得上链"),
    ]

    private static let useRefusals: [String: Phrase] = [
        "ticketExpired": Phrase("the ticket's or the presentation's time is over", "用证凭据或亮证码已过期"),
        "ticketUsed": Phrase("the decision has been released before", "该判定的内容已释放过"),
        "bulkPull": Phrase("more licences at once than are used one by one", "单次用证数量过多"),
        "wrongKey": Phrase("it is no public key of the ledger's suite", "并非本账本密码套件的公钥"),
        "wrongProof": Phrase("the holder's confirmation does not hold", "持证主体的确认不成立"),
        "alreadyWritten": Phrase("the record is there already", "该记录已存在"),
        "alreadyEnded": Phrase("the record was ended or answered before", "该记录已终止或已答复"),
        "wrongLink": Phrase("the pseudonyms cannot follow each other", "假名之间不能衔接"),
        "wrongScope": Phrase("what it would cover is over, or not the owner's", "所涉范围已过期或不属于所有者"),
    ]

    private static let caseRefusals: [String: Phrase] = [
        "wrongSubject": Phrase("a case of this matter is about something else", "办件主体与事项不符"),
        "excluded": Phrase("another case on the same subject excludes this one", "同一主体的其他办件与此互斥"),
        "wrongEffect": Phrase(
            "the licence was not issued or cancelled in the same transaction", "证照未在同一交易中签发或注销"),
        "wrongContent": Phrase("data or papers are missing, or not asked for", "数据或材料缺失，或不在要求之列"),
        "wrongDefinition": Phrase("the definition cannot be carried out", "一件事定义无法执行"),
        "unknownDepartment": Phrase("the consortium has no such department", "联盟中没有该部门"),
        "yearIsOver": Phrase("the year is over: its calendar is not changed any more", "该年度已结束，工作日历不再变更"),
        "wrongCalendar": Phrase("a day of the calendar is wrong", "工作日历中的日期有误"),
        "calendarMissing": Phrase("the calendar does not have the year", "工作日历缺少该年度"),
        "wrongTimeLimit": Phrase("the time limit is not one that there is", "时限不在允许范围内"),
        "tooManyPauses": Phrase("the clock was stopped as often as it may be", "停表次数已达上限"),
        "wrongValue": Phrase("a value for the ledger is no code, or personal", "上链的值不是编码，或含个人信息"),
        "notOpen": Phrase("the case, step or attempt is not open", "办件或环节不在办理中"),
        "notConcerned": Phrase("another department has to do this", "应由其他部门办理"),
        "notDefined": Phrase("the definition does not provide for this", "一件事定义未规定此项"),
        "tooLate": Phrase("its time was over", "已超过期限"),
        "doneBefore": Phrase("it was done before", "此前已办理"),
    ]
}
