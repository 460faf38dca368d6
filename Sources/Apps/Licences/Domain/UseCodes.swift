// The codes that say what a licence is used for. All of them are references: none is free text, which could hold a
// name or a number of a person.

/// What a licence is used for (用途), as the consortium codes it: 1 to 32 characters of A-Z, 0-9, `_` and `-`.
public struct PurposeCode: DomainText {
    public static let characterCounts = 1...32

    public let text: String

    public static func read(_ text: String, findings: inout [LicenceError]) throws(LicenceError) -> PurposeCode {
        _ = try CodeAlphabet.capitals.values(of: text, count: characterCounts, as: "purpose code")
        return PurposeCode(text: text)
    }

    private init(text: String) { self.text = text }
}

/// The item of government service that a licence is used in (事项编码, GB/T 39554.1-2020): 12 characters name the item
/// itself (基本编码), 31 its implementation at one authority (实施编码), 33 one business of it (业务办理项编码).
public struct ItemCode: DomainText {
    public static let characterCounts = [12, 31, 33]

    public let text: String

    public static func read(_ text: String, findings: inout [LicenceError]) throws(LicenceError) -> ItemCode {
        guard characterCounts.contains(text.utf8.count) else {
            throw LicenceError(
                .wrongLength, "item code has \(text.utf8.count) bytes where 12, 31 or 33 characters are expected",
                found: "\(text.utf8.count)", expected: "12, 31 or 33"
            )
        }
        _ = try CodeAlphabet.digitsAndLetters.values(of: text, count: 12...33, as: "item code")
        return ItemCode(text: text)
    }

    private init(text: String) { self.text = text }
}

/// The case that a licence is used in (办件编码): 1 to 64 characters of A-Z, 0-9 and `-`. Regions number their cases by
/// rules of their own, so only the characters are checked.
public struct CaseNumber: DomainText {
    public static let characterCounts = 1...64

    public let text: String

    public static func read(_ text: String, findings: inout [LicenceError]) throws(LicenceError) -> CaseNumber {
        try checkNumber(text, count: characterCounts, as: "case number")
        return CaseNumber(text: text)
    }

    private init(text: String) { self.text = text }
}

/// The one-thing that a case belongs to (一件事编码), issued by the platform that accepts it: 8 to 64 characters of A-Z,
/// 0-9 and `-`.
public struct OneThingCode: DomainText {
    public static let characterCounts = 8...64

    public let text: String

    public static func read(_ text: String, findings: inout [LicenceError]) throws(LicenceError) -> OneThingCode {
        try checkNumber(text, count: characterCounts, as: "one-thing code")
        return OneThingCode(text: text)
    }

    private init(text: String) { self.text = text }
}

/// A system of a department that uses licences (应用系统): 1 to 32 characters of a-z, 0-9 and `-`.
public struct ApplicationName: DomainText {
    public static let characterCounts = 1...32

    public let text: String

    public static func read(_ text: String, findings: inout [LicenceError]) throws(LicenceError) -> ApplicationName {
        _ = try CodeAlphabet.names.values(of: text, count: characterCounts, as: "application name")
        return ApplicationName(text: text)
    }

    private init(text: String) { self.text = text }
}

/// Checks a code of A-Z, 0-9 and `-`.
private func checkNumber(_ text: String, count: ClosedRange<Int>, as name: String) throws(LicenceError) {
    _ = try CodeAlphabet.capitals.values(of: text, count: count, as: name)
    guard !text.utf8.contains(UInt8(ascii: "_")) else {
        throw LicenceError(.wrongCharacter, "\(name): '_' stands in no \(name)", found: "_")
    }
}
