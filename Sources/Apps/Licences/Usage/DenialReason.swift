/// Why a decision denies (拒绝原因). The numbers stand on the ledger and never change their meaning; new ones may come with
/// a new version of the rules.
///
/// They ascend in the order in which the decision looks at things: licence, freezes, entitlement, authority, person,
/// presentation, rates, fields.
public enum DenialReason: Int64, CaseIterable, Hashable, Sendable, Codable, Comparable {
    // The licence.
    case licenceUnknown = 100
    case licenceTakenDown = 101
    case versionNotCurrent = 102
    case licenceExpired = 103
    case statusForbidsAction = 104
    // Freezes.
    case licenceFrozen = 110
    case holderFrozen = 111
    case departmentFrozen = 112
    // The department and its system.
    case notEntitled = 120
    case entitlementNotInForce = 121
    case entitlementForbidsAction = 122
    // What the use relies on.
    case authorityUnknown = 130
    case authorityOfOthers = 131
    case authorityWithdrawn = 132
    case authorityNotYetInForce = 133
    case authorityNoLongerInForce = 134
    case licenceNotCovered = 135
    case actionNotCovered = 136
    case purposeNotCovered = 137
    case itemNotCovered = 138
    case caseNotCovered = 139
    case regionNotCovered = 140
    case usesExhausted = 141
    case authorityClosed = 142
    case oneThingNotOpen = 143
    // The person.
    case holderUnknown = 150
    case agentUnknown = 151
    case agentOfOthers = 152
    case agentWithdrawn = 153
    case agentNotInForce = 154
    case agentLacksPower = 155
    case proofMissing = 156
    case proofInvalid = 157
    case proofExpired = 158
    case proofReplayed = 159
    case proofTooWeak = 160
    case agentClosed = 161
    // The presentation.
    case presentationUnproved = 170
    case presentationExpired = 171
    case presentationUsedUp = 172
    case presentationUnknown = 173
    case presentationForOthers = 174
    case presentationDiffers = 175
    // Rates.
    case departmentRateExceeded = 180
    case holderRateExceeded = 181
    // What is left to release.
    case fieldsNotCovered = 190

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// The word by which exports, the read model and JSON call the reason.
    public var word: String { String(describing: self) }

    /// What people read, in both languages.
    public var sentence: BilingualText {
        switch self {
        case .licenceUnknown: BilingualText("the licence is not on the ledger", "证照未上链")
        case .licenceTakenDown: BilingualText("the licence was taken down from the ledger", "证照已下链")
        case .versionNotCurrent: BilingualText("this version is not the licence's current one", "该版本已被新版本取代")
        case .licenceExpired: BilingualText("the licence has expired", "证照已过有效期")
        case .statusForbidsAction: BilingualText("the licence's status does not allow this action", "证照状态不允许此行为")
        case .licenceFrozen: BilingualText("use of the licence is frozen", "证照用证已冻结")
        case .holderFrozen: BilingualText("use of the holder's licences is frozen", "持证主体用证已冻结")
        case .departmentFrozen: BilingualText("the department's access is frozen", "用证部门已冻结")
        case .notEntitled:
            BilingualText("the department's system is not entitled to this kind of licence", "该部门系统无此类证照权限")
        case .entitlementNotInForce: BilingualText("the entitlement is not in force", "证照类型权限不在有效期内")
        case .entitlementForbidsAction: BilingualText("the entitlement does not cover the action", "证照类型权限不含此行为")
        default: laterSentence
        }
    }

    private var laterSentence: BilingualText {
        switch self {
        case .authorityUnknown: BilingualText("there is no such grant, basis or answered request", "所引依据不存在")
        case .authorityOfOthers:
            BilingualText("the grant, basis or request is another holder's, owner's or department's", "所引依据属于他人")
        case .authorityWithdrawn: BilingualText("the grant, basis or request was withdrawn or refused", "所引依据已撤回或终止")
        case .authorityNotYetInForce: BilingualText("the grant, basis or request is not in force yet", "所引依据尚未生效")
        case .authorityNoLongerInForce:
            BilingualText("the grant, basis or request is no longer in force", "所引依据已过期")
        case .licenceNotCovered: BilingualText("the authority does not cover this licence", "所引依据不含此证照")
        case .actionNotCovered: BilingualText("the authority does not cover this action", "所引依据不含此行为")
        case .purposeNotCovered: BilingualText("the authority does not cover this purpose", "所引依据不含此用途")
        case .itemNotCovered: BilingualText("the authority does not cover this item", "所引依据不含此事项")
        case .caseNotCovered: BilingualText("the authority does not cover this case", "所引依据不含此办件")
        case .regionNotCovered: BilingualText("the authority does not cover this region", "所引依据不含此地区")
        case .usesExhausted: BilingualText("the authority's number of uses is exhausted", "授权次数已用尽")
        case .oneThingNotOpen:
            BilingualText(
                "the one-thing is over, or the department has no part in it", "该一件事已办结或终结，或本部门未参与")
        case .authorityClosed:
            BilingualText("what was granted on this licence ended with it", "该证照的授权已随证照终止而关闭")
        case .holderUnknown: BilingualText("the licence names no holder who could agree", "证照无持证主体")
        case .agentUnknown: BilingualText("there is no such grant to an agent", "代理授权不存在")
        case .agentOfOthers: BilingualText("the agent's grant is another holder's", "代理授权属于他人")
        case .agentWithdrawn: BilingualText("the agent's grant was withdrawn", "代理授权已撤回")
        case .agentNotInForce: BilingualText("the agent's grant is not in force", "代理授权不在有效期内")
        case .agentLacksPower: BilingualText("the agent has no power for this licence, action or purpose", "代理人无此权限")
        default: lastSentence
        }
    }

    private var lastSentence: BilingualText {
        switch self {
        case .agentClosed:
            BilingualText("the agent's power over this licence ended with it", "该证照的代理授权已随证照终止而关闭")
        case .proofMissing: BilingualText("the holder's confirmation is missing", "缺少本人确认")
        case .proofInvalid: BilingualText("the holder's signature does not hold", "本人签名无效")
        case .proofExpired: BilingualText("the holder's confirmation has expired", "本人确认已过期")
        case .proofReplayed: BilingualText("the holder's confirmation was used before", "本人确认已使用过")
        case .proofTooWeak: BilingualText("the person was not recognised surely enough", "实名等级不足")
        case .presentationUnproved: BilingualText("the holder has not signed for the presentation", "亮证未经本人签名确认")
        case .presentationExpired: BilingualText("the presentation has expired", "亮证码已过期")
        case .presentationUsedUp: BilingualText("the presentation was scanned as often as it may be", "亮证码已使用")
        case .presentationUnknown: BilingualText("the ledger has no such presentation", "账本上没有该亮证登记")
        case .presentationForOthers: BilingualText("the presentation is for another department alone", "亮证码仅供其他部门扫码")
        case .presentationDiffers:
            BilingualText("the use is not what the presentation shows", "用证内容与亮证登记不符")
        case .departmentRateExceeded:
            BilingualText("the department's uses of this kind are exhausted for today", "超过部门当日用证上限")
        case .holderRateExceeded: BilingualText("too many uses of this holder's licences in a minute", "超过该主体每分钟用证上限")
        case .fieldsNotCovered: BilingualText("none of the fields asked for may be released", "所需字段均不在许可范围")
        default: BilingualText("another reason", "其他原因")
        }
    }
}
