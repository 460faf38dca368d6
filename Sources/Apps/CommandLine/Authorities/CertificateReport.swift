import BigInt
import Identity

/// A certificate as people and machines are shown it.
struct CertificateReport: Presentable {
    let member: MemberName
    let consortium: Label
    let suite: CryptoSuiteIdentifier
    let serialNumber: String
    /// The serial number as the decimal number that other tools print.
    let serialNumberDecimal: String
    let notBefore: String
    let notAfter: String
    let keyIdentifier: String
    let path: String?
    /// The member's certificate for TLS, where it is another one.
    let transport: [CertificateReport]?

    init(_ certificate: MemberCertificate, path: String?, transport: CertificateReport? = nil) {
        member = certificate.member
        consortium = certificate.consortium
        suite = certificate.suite
        serialNumber = certificate.serialNumber.hexadecimal
        serialNumberDecimal = SerialNumber.decimal(certificate.serialNumber)
        notBefore = certificate.notBefore.description
        notAfter = certificate.notAfter.description
        keyIdentifier = certificate.publicKey.identifier.description
        self.path = path
        // An array, because a value cannot hold another of its own kind.
        self.transport = transport.map { [$0] }
    }

    func lines(in language: Language) -> [String] {
        let head =
            path.map {
                Phrase("certificate of \(member): \($0)", "\(member) 的证书：\($0)")
            } ?? Phrase("certificate of \(member)", "\(member) 的证书")
        return [
            head,
            Phrase("  consortium   \(consortium)", "  联盟     \(consortium)"),
            Phrase("  suite        \(suite.rawValue)", "  密码套件 \(suite.rawValue)"),
            Phrase("  serial       \(serialNumber)", "  序列号   \(serialNumber)"),
            Phrase("  valid        \(notBefore) to \(notAfter)", "  有效期   \(notBefore) 至 \(notAfter)"),
            Phrase("  key          \(keyIdentifier)", "  密钥标识 \(keyIdentifier)"),
        ].map { $0.text(in: language) } + (transport ?? []).flatMap { $0.lines(in: language) }
    }
}

/// Serial numbers have up to 20 octets (RFC 5280, section 4.1.2.2): more than any machine integer.
enum SerialNumber {
    static func decimal(_ bytes: [UInt8]) -> String {
        bytes.reduce(BigUInt(0)) { $0 << 8 | BigUInt($1) }.description
    }

    /// Reads hexadecimal digits, or a decimal number, into hexadecimal digits as the index keeps them.
    static func hexadecimal(_ text: String) -> String? {
        if let bytes = [UInt8](hexadecimal: text) { return bytes.hexadecimal }
        guard let number = BigUInt(text) else { return nil }
        let digits = String(number, radix: 16)
        return digits.count.isMultiple(of: 2) ? digits : "0\(digits)"
    }
}
