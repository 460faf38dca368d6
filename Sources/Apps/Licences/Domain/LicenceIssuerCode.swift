/// Who issued a licence, as its identifier says (证照颁发机构代码).
///
/// GB/T 36904 wants the issuer's credit code. Real identifiers also carry the six digits of the issuer's region;
/// importing accepts them with a warning.
public enum LicenceIssuerCode: DomainText {
    case organisation(UnifiedSocialCreditCode)
    case region(RegionCode)

    public static func read(_ text: String, findings: inout [LicenceError]) throws(LicenceError) -> LicenceIssuerCode {
        guard text.utf8.count == 6, let region = try? RegionCode(text) else {
            return .organisation(try UnifiedSocialCreditCode.read(text, findings: &findings))
        }
        findings.append(
            LicenceError(
                .regionAsIssuer,
                "issuer code \(text) is a region; the issuer's 18-character credit code should stand here",
                found: text, expected: "a unified social credit code"
            )
        )
        return .region(region)
    }

    public var text: String {
        switch self {
        case .organisation(let code): code.text
        case .region(let code): code.text
        }
    }
}
