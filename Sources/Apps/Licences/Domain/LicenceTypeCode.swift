/// The code of a kind of licence (证照类型代码, GB/T 36904): the credit code of the authority that defines the kind, and
/// three digits. 21 characters.
public struct LicenceTypeCode: DomainText {
    public let definingAuthority: UnifiedSocialCreditCode
    /// The authority's own number for the kind, three digits.
    public let number: String

    public static func read(_ text: String, findings: inout [LicenceError]) throws(LicenceError) -> LicenceTypeCode {
        guard text.utf8.count == 21 else {
            throw LicenceError(
                .wrongLength, "licence type code has \(text.utf8.count) bytes where 21 characters are expected",
                found: "\(text.utf8.count)", expected: "21"
            )
        }
        // Of 21 bytes that are 21 characters, each is one; any other text is refused part by part.
        let isPlain = text.utf8.allSatisfy { $0 < 0x80 }
        do {
            let authority = try UnifiedSocialCreditCode.read(
                isPlain ? String(Substring(text.utf8.prefix(18))) : String(text.prefix(18)), findings: &findings)
            let number = isPlain ? Substring(text.utf8.dropFirst(18)) : text.dropFirst(18)
            _ = try CodeAlphabet.digits.values(of: number, count: 3...3, as: "number", from: 19)
            return LicenceTypeCode(definingAuthority: authority, number: String(number))
        } catch {
            throw error.within("licence type code")
        }
    }

    private init(definingAuthority: UnifiedSocialCreditCode, number: String) {
        self.definingAuthority = definingAuthority
        self.number = number
    }

    /// The code of bytes of which the first 18 are a sound credit code and the others digits.
    init(sound bytes: some Collection<UInt8>) {
        definingAuthority = UnifiedSocialCreditCode(sound: bytes.prefix(18))
        number = String(decoding: bytes.dropFirst(18), as: UTF8.self)
    }

    public var text: String { definingAuthority.text + number }
}
