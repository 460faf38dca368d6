/// A person's identity number (公民身份号码, GB 11643-1999): region, date of birth, sequence and a check character.
///
/// It is personal data: it never goes on a ledger, its description is masked, and no error message repeats it.
public struct ResidentIdentityNumber: DomainText {
    /// All 18 characters. Hand it to nothing that logs or shows.
    public let text: String

    public static func read(
        _ text: String, findings: inout [LicenceError]
    ) throws(LicenceError) -> ResidentIdentityNumber {
        guard text.utf8.count == 18 else {
            throw LicenceError(
                .wrongLength, "\(name) has \(text.utf8.count) bytes where 18 characters are expected",
                found: "\(text.utf8.count)", expected: "18"
            )
        }
        let digits = try CodeAlphabet.digits.values(of: text.dropLast(), count: 17...17, as: name)
        do {
            _ = try RegionCode(String(text.prefix(6)))
        } catch {
            throw error.within(name)
        }
        guard CalendarDate(digits: digits[6..<14]) != nil else {
            throw LicenceError(
                .wrongDate, "\(name): positions 7 to 14 are no day of the calendar", position: 7, expected: "yyyyMMdd"
            )
        }
        let expected = checkCharacter(CheckCharacters.identityNumber(digits))
        let found = text.suffix(1)
        guard found == String(expected) else {
            throw LicenceError(
                .wrongCheckCharacter, "\(name): check character '\(found)' should be '\(expected)'",
                position: 18, found: String(found), expected: String(expected)
            )
        }
        return ResidentIdentityNumber(text: text)
    }

    private init(text: String) { self.text = text }

    /// Region and last character; everything that tells a person from another is hidden.
    public var description: String { "\(text.prefix(6))***********\(text.suffix(1))" }

    private static let name = "resident identity number"

    private static func checkCharacter(_ value: Int) -> Character {
        value == 10 ? "X" : CodeAlphabet.digits.character(of: value)
    }
}

extension ResidentIdentityNumber: CustomReflectable, CustomDebugStringConvertible {
    public var debugDescription: String { description }

    /// Nothing: `dump` and test reports must not show what the description hides.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
