/// The code of an organisation (统一社会信用代码, GB 32100-2015): registering department, kind, region, organisation code
/// and a check character, 18 characters together.
///
/// Some codes in real use come from a time before the check character and fail it: importing accepts them with a
/// warning.
public struct UnifiedSocialCreditCode: DomainText {
    public let text: String

    public static func read(
        _ text: String, findings: inout [LicenceError]
    ) throws(LicenceError) -> UnifiedSocialCreditCode {
        let values = try CodeAlphabet.creditCode.values(of: text, count: 18...18, as: name)
        // Every character is one byte now.
        let region = Substring(text.utf8.dropFirst(2).prefix(6))
        _ = try CodeAlphabet.digits.values(of: region, count: 6...6, as: "\(name), region", from: 3)
        do {
            _ = try RegionCode(String(region))
        } catch {
            findings.append(error.within(name))
        }
        checkOrganisation(text, &findings)
        let expected = CheckCharacters.creditCode(values.dropLast())
        if values[17] != expected {
            findings.append(
                wrongCheck(at: 18, of: text, should: CodeAlphabet.creditCode.character(of: expected), "check character")
            )
        }
        return UnifiedSocialCreditCode(text: text)
    }

    private init(text: String) { self.text = text }

    /// The code of bytes that ``isSound(_:)`` has looked at.
    init(sound bytes: some Collection<UInt8>) { text = String(decoding: bytes, as: UTF8.self) }

    /// Whether bytes are a code by the letter, of which there is nothing to find: as ``read(_:findings:)`` has it,
    /// without taking the code apart.
    static func isSound<Bytes: RandomAccessCollection<UInt8>>(_ bytes: Bytes) -> Bool {
        guard bytes.count == 18 else { return false }
        let (credit, organisation) = (CodeAlphabet.creditCode, CodeAlphabet.digitsAndLetters)
        let weights = CheckCharacters.organisationWeights
        var (weight, sum, organisationSum) = (1, 0, 0)
        for (position, byte) in bytes.enumerated() {
            guard let value = credit.value(of: byte) else { return false }
            if 8..<16 ~= position, let own = organisation.value(of: byte) {
                organisationSum += own * weights[position - 8]
            }
            guard position < 17 else {
                guard value == (31 - sum % 31) % 31 else { return false }
                continue
            }
            if position == 16 {
                let expected = (11 - organisationSum % 11) % 11
                guard byte == (expected == 10 ? UInt8(ascii: "X") : UInt8(ascii: "0") + UInt8(expected)) else {
                    return false
                }
            }
            sum += value * weight
            weight = weight * 3 % 31
        }
        return RegionCode.isSound(bytes.dropFirst(2).prefix(6))
    }

    /// The region of registration; `nil` where the code names none of GB/T 2260.
    public var region: RegionCode? { try? RegionCode(String(text.dropFirst(2).prefix(6))) }

    /// The nine characters of the organisation's own code (GB 11714-1997).
    public var organisationCode: String { String(text.dropFirst(8).prefix(9)) }

    private static let name = "unified social credit code"

    private static func checkOrganisation(_ text: String, _ findings: inout [LicenceError]) {
        let values = text.utf8.dropFirst(8).prefix(8).compactMap(CodeAlphabet.digitsAndLetters.value(of:))
        let expected = CheckCharacters.organisationCode(values)
        let character = expected == 10 ? "X" : CodeAlphabet.digits.character(of: expected)
        guard text.utf8.dropFirst(16).first != character.asciiValue else { return }
        findings.append(wrongCheck(at: 17, of: text, should: character, "check character of the organisation code"))
    }

    private static func wrongCheck(
        at position: Int, of text: String, should expected: Character, _ part: String
    ) -> LicenceError {
        // The code is not repeated: a person's number typed into the wrong column would be shown.
        let found = text.dropFirst(position - 1).prefix(1)
        return LicenceError(
            .wrongCheckCharacter, "\(name): \(part) '\(found)' should be '\(expected)'",
            position: position, found: String(found), expected: String(expected)
        )
    }
}
