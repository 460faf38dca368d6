/// What was done to a licence (证照操作): two digits. The codes up to 10 are those that housing and construction
/// departments use nationwide; 11 to 14 are this software's, for what those have no code for.
public struct LicenceOperation: DomainText {
    /// 01 新发
    public static let issue = LicenceOperation(code: "01")
    /// 02 延续
    public static let renew = LicenceOperation(code: "02")
    /// 03 暂扣
    public static let suspend = LicenceOperation(code: "03")
    /// 04 过期失效
    public static let expire = LicenceOperation(code: "04")
    /// 05 注销 (撤销、吊销、转出)
    public static let end = LicenceOperation(code: "05")
    /// 06 暂扣发还
    public static let resume = LicenceOperation(code: "06")
    /// 07 其他
    public static let other = LicenceOperation(code: "07")
    /// 08 转入
    public static let transferIn = LicenceOperation(code: "08")
    /// 09 变更
    public static let change = LicenceOperation(code: "09")
    /// 10 取消转出
    public static let cancelTransfer = LicenceOperation(code: "10")
    /// 11 换发
    public static let exchange = LicenceOperation(code: "11")
    /// 12 补发
    public static let reissue = LicenceOperation(code: "12")
    /// 13 下链
    public static let takeDown = LicenceOperation(code: "13")
    /// 14 修改
    public static let modify = LicenceOperation(code: "14")

    public let text: String

    private init(code: String) { text = code }

    public static func read(_ text: String, findings: inout [LicenceError]) throws(LicenceError) -> LicenceOperation {
        _ = try CodeAlphabet.digits.values(of: text, count: 2...2, as: "licence operation")
        return LicenceOperation(code: text)
    }

    /// The Chinese name in the built-in table; an operation of a consortium's own is named by its code.
    public var name: String { LicenceCodeTable.standard.rule(of: self)?.name ?? "操作 \(text)" }
}
