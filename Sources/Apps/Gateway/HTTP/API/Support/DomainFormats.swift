import Formats
import Identity
import Licences
import OneThings

extension StringFormat {
    /// A value of the domain: its own reader decides, within the pattern that is shown.
    static func domain<Value: DomainText>(
        _: Value.Type, _ pattern: String, example: String, meaning: String
    ) -> StringFormat {
        StringFormat(pattern, example: example, meaning: meaning, isStricter: true) { (try? Value($0)) != nil }
    }

    static let licenceType = domain(
        LicenceTypeCode.self, "^[0-9A-Z]{21}$", example: "11100000000013338W001",
        meaning: "a code of a kind of licence: the credit code of who defines it, and three digits")

    static let region = domain(
        RegionCode.self, "^[0-9]{6}$", example: "653000", meaning: "the code of a region: six digits (GB/T 2260)")

    static let licenceStatus = domain(
        LicenceStatus.self, "^[0-9]{2}$", example: "01", meaning: "a status: two digits, as the table of codes has them"
    )

    static let licenceOperation = domain(
        LicenceOperation.self, "^[0-9]{2}$", example: "01",
        meaning: "an operation: two digits, as the table of codes has them")

    static let purpose = domain(
        PurposeCode.self, "^[0-9A-Z_-]{1,32}$", example: "TAX-REGISTRATION",
        meaning: "a purpose: 1 to 32 of A-Z, 0-9, '-' and '_'")

    static let item = domain(
        ItemCode.self, "^([0-9A-Z]{12}|[0-9A-Z]{31}|[0-9A-Z]{33})$", example: "000131001000",
        meaning: "an item of government service: 12, 31 or 33 of A-Z and 0-9 (GB/T 39554.1)")

    static let caseNumber = domain(
        CaseNumber.self, "^[0-9A-Z-]{1,64}$", example: "CASE-1", meaning: "a case's number: 1 to 64 of A-Z, 0-9 and '-'"
    )

    static let application = domain(
        ApplicationName.self, "^[0-9a-z-]{1,32}$", example: "counter",
        meaning: "a department's system: 1 to 32 of a-z, 0-9 and '-'")

    static let reason = domain(
        ReasonCode.self, "^[0-9A-Z_]{1,32}$", example: "INCOMPLETE",
        meaning: "a reason's code: 1 to 32 of A-Z, 0-9 and '_'")

    /// A licence, as one version of it or as the licence whatever its version.
    static let licenceOrKey = StringFormat(
        "^[0-9A-Z.]{20,126}$", example: "11100000000013338W001.11650000MB1A0001XQ.20241217000001",
        meaning: "a licence's identifier (GB/T 36904), or its type, issuer and serial with points between them",
        isStricter: true
    ) { LicenceKey(licenceOrKey: $0) != nil }

    /// Text for people, on any number of lines, without other control characters.
    static let lines = StringFormat(
        "^[^\\u0000-\\u0009\\u000b-\\u001f\\u007f]*$", example: "text", meaning: "text without control characters"
    ) { text in
        !text.unicodeScalars.contains { ($0.value < 0x20 && $0 != "\n") || $0.value == 0x7f }
    }
}

extension LicenceKey {
    /// The licence that an identifier of one of its versions names, or `type.issuer.serial`; `nil` for anything else.
    init?(licenceOrKey text: String) {
        if let key = LicenceKey(text: text) {
            self = key
        } else if let identifier = try? LicenceIdentifier(text) {
            self = LicenceKey(identifier)
        } else {
            return nil
        }
    }
}

extension Schema {
    static let licenceType = string(.licenceType, 21...21).described("kind of licence", "证照类型代码")
    static let region = string(.region, 6...6).described("region", "行政区划代码")
    static let day = string(.day, 8...8).described("a day as yyyyMMdd", "日期，yyyyMMdd")
    static let department = string(.label, 1...32).described("a department", "部门")
    static let application = string(.application, 1...32).described("a department's system", "应用系统")
    static let purpose = string(.purpose, 1...32).described("what for", "用途")
    static let item = string(.item, 12...33).described("item of government service", "事项编码")
    static let caseNumber = string(.caseNumber, 1...64).described("case of the department", "办件编码")
    static let caseCode = string(.caseCode, 8...64).described("code of a case of a one-thing", "一件事编码")
    static let pseudonym = string(.pseudonym, 67...76).described("pseudonym of a holder", "持证主体假名")
    static let basis = text(1...256).described(
        "the rule or decision; never a name or a number of a person", "依据（条款或决定），不得含个人信息")
    static let member = text(1...100).described("a member, as department/role/name", "成员，部门/角色/名称")

    /// The words of an enumeration, as the interface spells them.
    static func choice<Word: CaseIterable>(of _: Word.Type) -> Schema { .choice(Word.allCases.map { "\($0)" }) }

    static let columns = array(of: .choice(LicenceColumn.allCases.map(\.rawValue)), 1...LicenceColumn.allCases.count)
        .described("fields of a licence, in their fixed order; 'file' is the licence's file", "证照字段；file 为证照文件")
    static let actions = array(of: .choice(of: UseAction.self), 1...UseAction.allCases.count)

    /// A text in both languages.
    static let bilingual = object(.required("en", .text(0...2_048)), .required("zh", .text(0...2_048)))
}

/// A text in both languages.
struct BilingualFacts: Encodable, Sendable {
    let en: String
    let zh: String

    init(_ text: BilingualText) { (en, zh) = (text.english, text.chinese) }

    init(_ title: BilingualTitle) { (en, zh) = (title.english, title.chinese) }
}
