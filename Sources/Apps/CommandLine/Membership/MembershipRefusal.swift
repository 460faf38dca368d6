import Ledger
import Nodes

/// What the contract `membership` answers, in both languages: its sentence, and what the code means.
enum MembershipRefusal {
    /// The refusal as a failure of the command.
    static func failure(_ rejection: TransactionRejected) -> CommandFailure {
        let (code, message) = (rejection.code, rejection.message)
        let meaning = chinese[code] ?? code.rawValue
        return CommandFailure(
            .refused, Phrase("refused: \(message) (\(code.rawValue))", "被拒绝：\(meaning)（\(message)）"))
    }

    private static let chinese: [ContractError.Code: String] = [
        .changePending: "已有一项成员变更公布而尚未生效，请在其生效高度之后再批准",
        .wrongNotice: "公布与生效之间的区块数不在允许范围内",
        .unknownMember: "联盟中没有该节点",
        .duplicateMember: "该节点已在联盟中，或同一提案中两次提到它",
        .duplicateKey: "另一节点已使用该密钥，请重新生成",
        .wrongDepartment: "该证书属于其他部门",
        .wrongRole: "证书的角色不是节点，或与被替换节点不同",
        .certificateExpires: "某验证节点的证书即将到期，请在同一提案中更换或移除",
        .lastValidator: "联盟至少保留一个验证节点",
        .tooManyLeave: "一次离开的验证节点过多，请分次进行",
        .faultToleranceLost: "变更后验证节点少于四个，不再容忍任何故障；确认接受请加 --accept-no-fault-tolerance",
        .tooManyMembers: "节点数超过上限",
        .tooLarge: "全部成员的证书超过账本条目的上限",
        .tooManyProposals: "未决提案过多",
        .alreadyApproved: "本部门已批准该提案",
        .nothingChanges: "该节点的证书或地址本来如此，无变化",
        .notPermitted: "无权进行此操作",
        .notFound: "没有这个未决提案：它已决定、撤回、过期，或从未存在",
        .malformedArguments: "参数不合格式",
    ]
}
