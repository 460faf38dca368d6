/// What a licence's state is (证照状态): two digits, by the codes that housing and construction departments use nationwide.
///
/// What a status allows, and which leads to which, is data (``LicenceCodeTable``): a consortium may add statuses of its
/// own, so this is a code and no closed list.
public struct LicenceStatus: DomainText {
    /// 01 有效
    public static let valid = LicenceStatus(code: "01")
    /// 02 暂扣
    public static let suspended = LicenceStatus(code: "02")
    /// 03 撤销: issued against the law.
    public static let revokedAsUnlawful = LicenceStatus(code: "03")
    /// 04 注销
    public static let cancelled = LicenceStatus(code: "04")
    /// 05 失效
    public static let expired = LicenceStatus(code: "05")
    /// 06 办理转出
    public static let transferredOut = LicenceStatus(code: "06")
    /// 07 吊销: as a penalty.
    public static let revokedAsPenalty = LicenceStatus(code: "07")
    /// 99 其他
    public static let other = LicenceStatus(code: "99")

    /// The statuses of the built-in table.
    public static let standard: [LicenceStatus] = [
        .valid, .suspended, .revokedAsUnlawful, .cancelled, .expired, .transferredOut, .revokedAsPenalty, .other,
    ]

    /// The codes that a licence may end with.
    public static let endings: [LicenceStatus] = [
        .revokedAsUnlawful, .cancelled, .expired, .transferredOut, .revokedAsPenalty,
    ]

    /// The codes with which everything ends that was granted on a licence. One that has expired may be renewed, and one
    /// that is transferred out may come back.
    public static let closing: [LicenceStatus] = [.revokedAsUnlawful, .cancelled, .revokedAsPenalty]

    public let text: String

    private init(code: String) { text = code }

    public static func read(_ text: String, findings: inout [LicenceError]) throws(LicenceError) -> LicenceStatus {
        _ = try CodeAlphabet.digits.values(of: text, count: 2...2, as: "licence status")
        return LicenceStatus(code: text)
    }

    /// The Chinese name in the built-in table; a status of a consortium's own is named by its code.
    public var name: String { LicenceCodeTable.standard.rule(of: self)?.name ?? "状态 \(text)" }
}
