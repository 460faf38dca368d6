/// Whom a licence belongs to (持证主体代码), with the kind of number as GB/T 36903 codes it.
///
/// A person's number is personal data; the description masks it.
public enum HolderCode: Hashable, Sendable {
    case organisation(UnifiedSocialCreditCode)
    case person(ResidentIdentityNumber)

    /// Reads the number `text` of the kind `type`: `001` a unified social credit code, `111` a resident identity
    /// number.
    /// - Throws: ``LicenceError`` with code `unknownCode` for another kind, or what is wrong with the number.
    public static func read(
        _ text: String, type: String, findings: inout [LicenceError]
    ) throws(LicenceError) -> HolderCode {
        switch type {
        case "001": return .organisation(try organisation(text, findings: &findings))
        case "111": return .person(try ResidentIdentityNumber.read(text, findings: &findings))
        default:
            throw LicenceError(
                .unknownCode,
                "holder code type is neither 001 (unified social credit code) nor 111 (resident identity number)",
                expected: "001 or 111"
            )
        }
    }

    /// An organisation's code is public, so a person's number must never pass for one that merely fails its check.
    private static func organisation(
        _ text: String, findings: inout [LicenceError]
    ) throws(LicenceError) -> UnifiedSocialCreditCode {
        var own: [LicenceError] = []
        let code = try UnifiedSocialCreditCode.read(text, findings: &own)
        if !own.isEmpty, (try? ResidentIdentityNumber(text)) != nil {
            throw LicenceError(
                .personalData, "a resident identity number stands under holder code type 001; its type is 111",
                found: "001", expected: "111"
            )
        }
        findings += own
        return code
    }

    /// `001` or `111`.
    public var type: String {
        switch self {
        case .organisation: "001"
        case .person: "111"
        }
    }

    /// The number in full. Hand a person's to nothing that logs or shows.
    public var text: String {
        switch self {
        case .organisation(let code): code.text
        case .person(let number): number.text
        }
    }
}

extension HolderCode: CustomStringConvertible {
    public var description: String {
        switch self {
        case .organisation(let code): code.description
        case .person(let number): number.description
        }
    }
}
