import Formats
import Identity
import Licences
import OneThings

/// What a string has to look like: the pattern that the description of the interface shows, and the check by which it
/// is held to that.
///
/// The check may be stricter than the pattern, which knows nothing of check characters; it never accepts what the
/// pattern does not.
struct StringFormat: Sendable {
    /// A regular expression of ECMA-262, anchored.
    let pattern: String
    let example: String
    /// What it is, where somebody has sent something else.
    let meaning: String
    let accepts: @Sendable (String) -> Bool
    /// Whether the check knows rules that the pattern cannot state, such as check characters.
    let isStricter: Bool

    init(
        _ pattern: String, example: String, meaning: String, isStricter: Bool = false,
        accepts: @escaping @Sendable (String) -> Bool
    ) {
        (self.pattern, self.example, self.meaning, self.accepts) = (pattern, example, meaning, accepts)
        self.isStricter = isStricter
    }

    /// Whether a text that is not accepted looks as the pattern says: then it breaks a rule of its domain.
    func breaksRule(_ text: String) -> Bool {
        // The lengths were checked before: the patterns of such formats take a time that goes with the length alone.
        guard isStricter, let regex = try? Regex(pattern) else { return false }
        return text.wholeMatch(of: regex) != nil
    }

    private static func isMade(of bytes: [ClosedRange<UInt8>], also others: String = "", _ text: String) -> Bool {
        text.utf8.allSatisfy { byte in bytes.contains { $0.contains(byte) } || others.utf8.contains(byte) }
    }

    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    private static let small = UInt8(ascii: "a")...UInt8(ascii: "z")
    private static let large = UInt8(ascii: "A")...UInt8(ascii: "Z")

    /// SHA-256 or SM3, in hexadecimal digits.
    static let digest = StringFormat(
        "^[0-9a-f]{64}$", example: String(repeating: "0a", count: 32), meaning: "64 hexadecimal digits in small letters"
    ) { $0.utf8.count == 64 && isMade(of: [digits, UInt8(ascii: "a")...UInt8(ascii: "f")], $0) }

    /// A label of the consortium: a department, a channel, an application.
    static let label = StringFormat(
        "^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$", example: "market",
        meaning: "1 to 32 small letters, digits and hyphens, none at either end"
    ) { Label($0) != nil }

    /// 证照标识 (GB/T 36904).
    static let licence = StringFormat(
        #"^1\.2\.156\.3005\.2\.[0-9A-Z.]{20,110}$"#,
        example: "1.2.156.3005.2.11100000000013338W001.11650000MB1A0001XQ.20241217000001.001.A",
        meaning: "a licence's identifier (GB/T 36904) with its check character", isStricter: true
    ) { (try? LicenceIdentifier($0)) != nil }

    /// The pseudonym of a holder.
    static let pseudonym = StringFormat(
        "^P(0|[1-9][0-9]{0,9})-[0-9a-f]{64}$", example: "P1-" + String(repeating: "0a", count: 32),
        meaning: "a holder's pseudonym: P, the key's epoch, a hyphen, 64 hexadecimal digits", isStricter: true
    ) { (try? HolderPseudonym($0)) != nil }

    /// The code of a case.
    static let caseCode = StringFormat(
        "^[0-9A-Z-]{8,64}$", example: "20261122-00000001-C",
        meaning: "a case's code: the day, a number and a check character", isStricter: true
    ) { (try? OneThingCode($0)) != nil }

    /// A day, as licences and definitions write it.
    static let day = StringFormat("^[0-9]{8}$", example: "20261122", meaning: "a day as yyyyMMdd", isStricter: true) {
        (try? CalendarDate($0)) != nil
    }

    /// Bytes in base64 (RFC 4648, section 4).
    static let base64 = StringFormat(
        "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$", example: "MAA=",
        meaning: "bytes in base64 (RFC 4648)"
    ) { text in
        guard text.utf8.count.isMultiple(of: 4) else { return false }
        var body = Substring(text)
        for _ in 0..<2 where body.hasSuffix("=") { body.removeLast() }
        return isMade(of: [digits, small, large], also: "+/", String(body))
    }

    /// Where a list is to be gone on with, as the page before said. Nobody else makes one up.
    static let cursor = StringFormat(
        "^[0-9]{1,18}$", example: "25", meaning: "a cursor as the page before has given it"
    ) { (1...18).contains($0.utf8.count) && isMade(of: [digits], $0) }

    /// A word of the program: a code, a name of a method.
    static let word = StringFormat(
        "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", example: "TAX-REGISTRATION",
        meaning: "1 to 64 letters, digits, points, hyphens and underscores"
    ) { text in
        (1...64).contains(text.utf8.count) && isMade(of: [digits, small, large], also: "._-", text)
            && !"._-".utf8.contains(text.utf8.first ?? UInt8(ascii: "-"))
    }

    /// Text for people in one line.
    static let text = StringFormat(
        "^[^\\u0000-\\u001f\\u007f]*$", example: "《中华人民共和国行政许可法》第六十九条",
        meaning: "text in one line, without control characters"
    ) { text in !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7f } }
}
