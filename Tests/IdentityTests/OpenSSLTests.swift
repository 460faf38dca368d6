import Identity
import Testing

/// What is issued here has to hold for everybody else's software too; `openssl` speaks for that.
@Suite("Agreement with OpenSSL", .serialized)
struct OpenSSLTests {
    private let authorities: TestAuthorities
    private let openssl: OpenSSL
    private let atNow = String(TestAuthorities.now.milliseconds / 1_000)

    init() throws {
        authorities = try TestAuthorities()
        openssl = try OpenSSL()
        openssl["authority.pem"] = authorities.tax.anchor.pemRepresentation
        openssl["other.pem"] = authorities.land.anchor.pemRepresentation
    }

    @Test(arguments: ["sslserver", "sslclient"])
    func aCertificateVerifiesForBothSidesOfTLS(purpose: String) throws {
        openssl["node.pem"] = try authorities.certificate().pemRepresentation
        let result = try openssl.run(
            "verify", "-x509_strict", "-attime", atNow, "-CAfile", "authority.pem", "-purpose", purpose, "node.pem")
        #expect(result.status == 0, "\(result.output)")
        let other = try openssl.run("verify", "-attime", atNow, "-CAfile", "other.pem", "node.pem")
        #expect(other.status != 0)
        let late = try openssl.run("verify", "-attime", "1895248000", "-CAfile", "authority.pem", "node.pem")
        #expect(late.output.contains("certificate has expired"))
    }

    @Test func aCertificateReadsAsItsProfileSays() throws {
        let certificate = try authorities.certificate()
        openssl["node.pem"] = certificate.pemRepresentation
        let text = try openssl.run("x509", "-in", "node.pem", "-noout", "-text", "-nameopt", "RFC2253").output
        for line in [
            "Version: 3 (0x2)", "Signature Algorithm: ecdsa-with-SHA256", "Subject: CN=node,OU=validator,O=tax,C=CN",
            "Issuer: CN=tax authority,O=tax,C=CN", "NIST CURVE: P-256", "URI:spiffe://demo/tax/validator/node",
            "X509v3 Basic Constraints: critical", "CA:FALSE", "X509v3 Key Usage: critical",
            "Digital Signature, Non Repudiation", "TLS Web Server Authentication, TLS Web Client Authentication",
        ] {
            #expect(text.contains(line), "\(line) is not in \(text)")
        }
        let serial = try openssl.run("x509", "-in", "node.pem", "-noout", "-serial").output
        let digits = certificate.serialNumber.hexadecimal.uppercased()
        #expect(serial == "serial=\(digits)\n")
    }

    @Test func datesBeyond2050ReadTheSame() throws {
        let later = Timestamp(milliseconds: 4_102_444_800_000)
        let authorities = try TestAuthorities(validity: TestAuthorities.now...later)
        openssl["authority.pem"] = authorities.tax.anchor.pemRepresentation
        openssl["node.pem"] = try authorities.certificate(validity: TestAuthorities.now...later).pemRepresentation
        let dates = try openssl.run("x509", "-in", "node.pem", "-noout", "-dates").output
        #expect(dates.contains("notBefore=Nov 21 08:00:00 2026 GMT"))
        #expect(dates.contains("notAfter=Jan  1 00:00:00 2100 GMT"))
        let verified = try openssl.run("verify", "-attime", "4102444799", "-CAfile", "authority.pem", "node.pem")
        #expect(verified.status == 0, "\(verified.output)")
    }

    @Test func aRequestVerifies() throws {
        let request = try CertificateRequest(
            member: member("tax/client/desk"), key: authorities.suite.generateSigningKey())
        openssl["request.pem"] = request.pemRepresentation
        let result = try openssl.run(
            "req", "-in", "request.pem", "-noout", "-verify", "-subject", "-nameopt", "RFC2253")
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("CN=desk,OU=client,O=tax,C=CN"))
    }

    @Test func aKeyAndRequestOfOpenSSLLeadToACertificate() throws {
        let made = try openssl.run(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout", "desk.key",
            "-out", "request.pem", "-subj", "/C=CN/O=tax/OU=client/CN=desk", "-utf8")
        try #require(made.status == 0, "\(made.output)")
        let request = try CertificateRequest(pem: #require(openssl["request.pem"]))
        #expect(request.member == (try member("tax/client/desk")))
        let certificate = try authorities.tax.issue(
            to: request.member, in: authorities.consortium, publicKey: request.publicKey,
            validity: TestAuthorities.validity)
        let key = try authorities.suite.signingKey(pem: #require(openssl["desk.key"]))
        #expect(throws: Never.self) { try MemberIdentity(certificate: certificate, key: key) }
    }

    @Test func aSignatureOfEachHoldsForTheOther() throws {
        let key = authorities.suite.generateSigningKey()
        openssl["key.pem"] = key.pemRepresentation
        openssl["message"] = "a message"
        let signed = try openssl.run("dgst", "-sha256", "-sign", "key.pem", "-hex", "-r", "message")
        let digits = try #require(signed.output.split(separator: " ").first)
        let signature = Signature(try #require([UInt8](hexadecimal: digits)))
        #expect(key.verificationKey.isValid(signature, for: Array("a message".utf8)))
    }

    @Test(arguments: [[0x2a], [0x80], [0xff, 1], [UInt8](repeating: 0xff, count: 20)] as [[UInt8]])
    func aRevokedCertificateIsRevokedForOpenSSLToo(serialNumber: [UInt8]) throws {
        var draft = try CertificateDraft(authorities)
        draft.serialNumber = serialNumber
        let certificate = try MemberCertificate(der: draft.der, suite: authorities.suite)
        openssl["node.pem"] = certificate.pemRepresentation
        openssl["live.pem"] = try authorities.certificate("tax/validator/live").pemRepresentation
        openssl["list.pem"] = try list(of: [certificate], number: 300, at: TestAuthorities.now).pemRepresentation

        let signature = try openssl.run("crl", "-in", "list.pem", "-noout", "-verify", "-CAfile", "authority.pem")
        #expect(signature.output.contains("verify OK"), "\(signature.output)")
        let text = try openssl.run("crl", "-in", "list.pem", "-noout", "-text").output
        #expect(text.contains("X509v3 CRL Number"))
        #expect(text.contains("300"))
        #expect(text.contains("Serial Number: \(serialNumber.hexadecimal.uppercased())"))

        let revoked = try verifyWithList("node.pem", at: atNow)
        #expect(revoked.status != 0 && revoked.output.contains("certificate revoked"), "\(revoked.output)")
        let live = try verifyWithList("live.pem", at: atNow)
        #expect(live.status == 0, "\(live.output)")
    }

    @Test func anEmptyListAndDatesBeyond2050AreFineToo() throws {
        let later = Timestamp(milliseconds: 4_102_444_800_000)
        let authorities = try TestAuthorities(validity: TestAuthorities.now...later.advanced(by: .seconds(86_400)))
        openssl["authority.pem"] = authorities.tax.anchor.pemRepresentation
        openssl["live.pem"] = try authorities.certificate(
            validity: TestAuthorities.now...later.advanced(by: .seconds(86_400))
        ).pemRepresentation
        openssl["list.pem"] = try authorities.tax.revocationList(
            entries: [], number: 1, thisUpdate: later, nextUpdate: later.advanced(by: .seconds(60))
        ).pemRepresentation
        let live = try verifyWithList("live.pem", at: "4102444830")
        #expect(live.status == 0, "\(live.output)")
        #expect(try openssl.run("crl", "-in", "list.pem", "-noout", "-text").output.contains("No Revoked Certificates"))
    }

    private func list(
        of certificates: [MemberCertificate], number: UInt64, at time: Timestamp
    ) throws -> RevocationList {
        try authorities.tax.revocationList(
            entries: certificates.map { RevocationList.Entry(serialNumber: $0.serialNumber, revokedAt: time) },
            number: number,
            thisUpdate: time,
            nextUpdate: time.advanced(by: .seconds(86_400))
        )
    }

    private func verifyWithList(_ file: String, at seconds: String) throws -> (status: Int32, output: String) {
        try openssl.run(
            "verify", "-attime", seconds, "-CAfile", "authority.pem", "-CRLfile", "list.pem", "-crl_check", file)
    }
}
