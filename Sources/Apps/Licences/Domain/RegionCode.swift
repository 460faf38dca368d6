/// The code of an administrative region (行政区划代码, GB/T 2260): province, prefecture and county, two digits each.
///
/// Codes come and go over the years, so only the province is checked against a list.
public struct RegionCode: DomainText {
    public let text: String

    public static func read(_ text: String, findings: inout [LicenceError]) throws(LicenceError) -> RegionCode {
        _ = try CodeAlphabet.digits.values(of: text, count: 6...6, as: "region code")
        guard text.utf8.elementsEqual("100000".utf8) || isProvince(text.utf8.prefix(2)) else {
            throw LicenceError(
                .unknownRegion, "region code: no province begins with \(text.prefix(2)) (GB/T 2260)",
                position: 1, found: String(text.prefix(2)), expected: "a province of GB/T 2260"
            )
        }
        return RegionCode(text: text)
    }

    private init(text: String) { self.text = text }

    /// Whether six bytes are a region's code.
    static func isSound(_ bytes: some RandomAccessCollection<UInt8>) -> Bool {
        guard bytes.count == 6, bytes.allSatisfy({ CodeAlphabet.digits.value(of: $0) != nil }) else { return false }
        return isProvince(bytes.prefix(2)) || bytes.elementsEqual("100000".utf8)
    }

    /// Whether two digits begin the codes of a province.
    private static func isProvince(_ digits: some Collection<UInt8>) -> Bool {
        var number = 0
        for digit in digits { number = number * 10 + Int(digit) - Int(UInt8(ascii: "0")) }
        return provinces.contains(number)
    }

    /// The name of the region or, for a county, of its prefecture; `nil` outside of Xinjiang.
    public var name: String? {
        text == "650000" ? "新疆维吾尔自治区" : Self.prefecturesOfXinjiang[String(text.prefix(4))]
    }

    /// Xinjiang's prefectures by the first four digits.
    public static let prefecturesOfXinjiang = [
        "6501": "乌鲁木齐市", "6502": "克拉玛依市", "6504": "吐鲁番市", "6505": "哈密市",
        "6523": "昌吉回族自治州", "6527": "博尔塔拉蒙古自治州", "6528": "巴音郭楞蒙古自治州", "6529": "阿克苏地区",
        "6530": "克孜勒苏柯尔克孜自治州", "6531": "喀什地区", "6532": "和田地区", "6540": "伊犁哈萨克自治州",
        "6542": "塔城地区", "6543": "阿勒泰地区", "6590": "自治区直辖县级行政区划",
    ]

    private static let provinces: Set<Int> = [
        11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62,
        63, 64, 65, 71, 81, 82,
    ]
}
