/// What somebody does with a licence (用证行为).
public enum UseAction: Int64, Hashable, CaseIterable, Sendable, Codable {
    /// 查询: see that it exists, and fields of it.
    case query = 0
    /// 下载: receive its file.
    case download = 1
    /// 亮证: show it in person.
    case present = 2
    /// 申请使用: attach it to a case by reference.
    case apply = 3

    /// The Chinese name that people read.
    public var name: String {
        switch self {
        case .query: "查询"
        case .download: "下载"
        case .present: "亮证"
        case .apply: "申请使用"
        }
    }
}
