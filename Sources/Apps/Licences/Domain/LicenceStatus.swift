/// What a licence's state is (证照状态), by the codes that housing and construction departments use nationwide.
public enum LicenceStatus: String, DomainText, CaseIterable {
    case valid = "01"
    case suspended = "02"
    case revokedAsUnlawful = "03"
    case cancelled = "04"
    case expired = "05"
    case transferredOut = "06"
    case revokedAsPenalty = "07"
    case other = "99"

    /// The codes that a licence may end with.
    public static let endings: [LicenceStatus] = [
        .revokedAsUnlawful, .cancelled, .expired, .transferredOut, .revokedAsPenalty,
    ]

    public static func read(_ text: String, findings: inout [LicenceError]) throws(LicenceError) -> LicenceStatus {
        guard let status = LicenceStatus(rawValue: text) else {
            let known = allCases.map { "\($0.rawValue) \($0.name)" }.joined(separator: ", ")
            throw LicenceError(.unknownCode, "licence status is none of \(known)", expected: known)
        }
        return status
    }

    public var text: String { rawValue }

    /// The Chinese name that people read.
    public var name: String {
        switch self {
        case .valid: "有效"
        case .suspended: "暂扣"
        case .revokedAsUnlawful: "撤销"
        case .cancelled: "注销"
        case .expired: "失效"
        case .transferredOut: "办理转出"
        case .revokedAsPenalty: "吊销"
        case .other: "其他"
        }
    }
}
