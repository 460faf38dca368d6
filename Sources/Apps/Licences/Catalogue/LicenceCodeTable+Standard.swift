extension LicenceCodeTable {
    /// The built-in table: the codes of housing and construction licences nationwide, and for what those have no code,
    /// four of this software's (11 to 14). What has ended can still be looked up, and nothing else.
    public static let standard = LicenceCodeTable(
        version: 1,
        statuses: [
            StatusRule(.valid, name: "有效", englishName: "valid", actions: [.query, .download, .present, .apply]),
            StatusRule(.suspended, name: "暂扣", englishName: "suspended", actions: [.query]),
            StatusRule(.revokedAsUnlawful, name: "撤销", englishName: "revoked as unlawful", actions: [.query]),
            StatusRule(.cancelled, name: "注销", englishName: "cancelled", actions: [.query]),
            StatusRule(.expired, name: "失效", englishName: "expired", actions: [.query]),
            StatusRule(.transferredOut, name: "办理转出", englishName: "transferred out", actions: [.query]),
            StatusRule(.revokedAsPenalty, name: "吊销", englishName: "revoked as a penalty", actions: [.query]),
            StatusRule(.other, name: "其他", englishName: "other", actions: [.query]),
        ],
        operations: [
            OperationRule(
                .issue, name: "新发", englishName: "issue", effect: .entry, [Transition(.valid, .valid)]),
            // An authority that decides late on a request made in time renews what has expired meanwhile.
            OperationRule(
                .renew, name: "延续", englishName: "renew", effect: .newVersion, needsRelated: true,
                [Transition(.valid, .valid), Transition(.expired, .valid)]),
            OperationRule(
                .suspend, name: "暂扣", englishName: "suspend", effect: .status, [Transition(.valid, .suspended)]),
            OperationRule(
                .expire, name: "过期失效", englishName: "expire", effect: .status,
                [Transition(.valid, .expired), Transition(.suspended, .expired)]),
            OperationRule(
                .end, name: "注销(撤销/吊销/转出)", englishName: "cancel, revoke or transfer out", effect: .status, ends),
            OperationRule(
                .resume, name: "暂扣发还", englishName: "resume", effect: .status, [Transition(.suspended, .valid)]),
            OperationRule(
                .other, name: "其他", englishName: "other", effect: .status,
                [Transition(.valid, .other), Transition(.other, .valid)]),
            OperationRule(
                .transferIn, name: "转入", englishName: "transfer in", effect: .entry, needsRelated: true,
                [Transition(.valid, .valid)]),
            OperationRule(
                .change, name: "变更", englishName: "change", effect: .newVersion, needsRelated: true,
                [Transition(.valid, .valid)]),
            OperationRule(
                .cancelTransfer, name: "取消转出", englishName: "cancel the transfer", effect: .status,
                [Transition(.transferredOut, .valid)]),
            OperationRule(
                .exchange, name: "换发", englishName: "exchange", effect: .newVersion, needsRelated: true,
                [Transition(.valid, .valid)]),
            OperationRule(
                .reissue, name: "补发", englishName: "reissue", effect: .newVersion, needsRelated: true,
                [Transition(.valid, .valid)]),
            OperationRule(
                .takeDown, name: "下链", englishName: "take down", effect: .takeDown, remaining),
            OperationRule(
                .modify, name: "修改", englishName: "modify", effect: .modification, remaining),
        ]
    )

    /// An expired licence is still cancelled in the register; one that is transferred out ends where it was.
    private static let ends = [
        Transition(.valid, .revokedAsUnlawful), Transition(.valid, .cancelled), Transition(.valid, .transferredOut),
        Transition(.valid, .revokedAsPenalty), Transition(.suspended, .revokedAsUnlawful),
        Transition(.suspended, .cancelled), Transition(.suspended, .revokedAsPenalty),
        Transition(.expired, .revokedAsUnlawful), Transition(.expired, .cancelled),
        Transition(.transferredOut, .cancelled), Transition(.other, .cancelled),
    ]

    /// Every status, with itself.
    private static let remaining = LicenceStatus.standard.map { Transition($0, $0) }

    /// Whether a licence that has `status` may be used like this.
    public func allows(_ action: UseAction, of status: LicenceStatus) -> Bool {
        rule(of: status)?.actions.contains(action) ?? false
    }
}
