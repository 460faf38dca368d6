import Identity
import SwiftASN1
import Testing

/// The suite stands on OpenSSL's library; its program has to read and write the same things from their files.
@Suite("The suite sm and the program openssl", .serialized)
struct SMOpenSSLTests {
    private let suite = SMSuite()
    private let openssl: OpenSSL
    private let message = "a message"

    init() throws {
        openssl = try OpenSSL()
        openssl["message"] = message
    }

    @Test(arguments: [["genpkey", "-algorithm", "SM2"], ["ecparam", "-genkey", "-name", "SM2"]])
    func aKeyOfTheProgramSignsHereAndTheProgramVerifies(command: [String]) throws {
        let made = try openssl.run([command[0], "-out", "key.pem"] + command.dropFirst())
        try #require(made.status == 0, "\(made.output)")
        let key = try suite.signingKey(pem: #require(openssl["key.pem"]))
        openssl["public.pem"] = pem("PUBLIC KEY", key.verificationKey.subjectPublicKeyInfo)
        let signature = try key.sign(Array(message.utf8))
        try openssl.write(signature.bytes, to: "signature")
        let verified = try verify("public.pem")
        #expect(verified.status == 0, "\(verified.output)")
        // Under another identifier it is another signature.
        let other = try verify("public.pem", identifier: "8765432187654321")
        #expect(other.status != 0)
    }

    @Test func aSignatureOfTheProgramHoldsHere() throws {
        let key = suite.generateSigningKey()
        openssl["key.pem"] = key.pemRepresentation
        let signed = try openssl.run(
            "pkeyutl", "-sign", "-inkey", "key.pem", "-rawin", "-digest", "sm3", "-in", "message",
            "-pkeyopt", "distid:1234567812345678", "-out", "signature")
        try #require(signed.status == 0, "\(signed.output)")
        let signature = Signature(try openssl.bytes(of: "signature"))
        #expect(key.verificationKey.isValid(signature, for: Array(message.utf8)))
    }

    @Test func digestsAreTheProgramsToo() throws {
        let answer = try openssl.run("dgst", "-sm3", "-r", "message").output
        #expect(answer.hasPrefix(suite.digest(of: Array(message.utf8)).description))
    }

    // From here on: certificates.

    private let atNow = String(TestAuthorities.now.milliseconds / 1_000)

    @Test func aCertificateVerifies() throws {
        let authorities = try NationalAuthorities()
        openssl["authority.pem"] = authorities.tax.anchor.pemRepresentation
        openssl["other.pem"] = try NationalAuthorities().tax.anchor.pemRepresentation
        openssl["node.pem"] = try authorities.certificate().pemRepresentation
        let verified = try verifyCertificate(against: "authority.pem")
        #expect(verified.status == 0, "\(verified.output)")
        #expect(try verifyCertificate(against: "other.pem").status != 0)
        let otherIdentifier = try verifyCertificate(against: "authority.pem", identifier: "8765432187654321")
        #expect(otherIdentifier.status != 0)
        // The option is for the certificate that is verified; the program never checks its issuer's own signature.
        try expectSigned(authorities.tax.anchor.der, by: authorities.tax.key)
        // Both certificates of the authority in one file, as it hands them out.
        openssl["authority.pem"] = try AuthorityCertificates(
            ledger: authorities.tax.anchor, transport: authorities.taxTransport.anchor
        ).pemRepresentation
        #expect(try verifyCertificate(against: "authority.pem").status == 0)
        openssl["tls.pem"] = try authorities.identity(by: authorities.taxTransport).certificate.pemRepresentation
        let transport = try openssl.run(
            "verify", "-x509_strict", "-attime", atNow, "-CAfile", "authority.pem", "-purpose", "sslserver", "tls.pem")
        #expect(transport.status == 0, "\(transport.output)")
    }

    @Test func aCertificateReadsAsItsProfileSays() throws {
        openssl["node.pem"] = try NationalAuthorities().certificate().pemRepresentation
        let text = try openssl.run("x509", "-in", "node.pem", "-noout", "-text", "-nameopt", "RFC2253").output
        for line in [
            "Version: 3 (0x2)", "Signature Algorithm: SM2-with-SM3", "Subject: CN=node,OU=validator,O=tax,C=CN",
            "Issuer: CN=tax authority,O=tax,C=CN", "ASN1 OID: SM2", "URI:spiffe://demo/tax/validator/node",
            "X509v3 Basic Constraints: critical", "CA:FALSE", "X509v3 Key Usage: critical",
            "Digital Signature, Non Repudiation",
        ] {
            #expect(text.contains(line), "\(line) is not in \(text)")
        }
        #expect(!text.contains("Extended Key Usage"))
        let structure = try openssl.run("asn1parse", "-in", "node.pem").output
        #expect(structure.contains("OBJECT            :sm2"))
        #expect(structure.contains("OBJECT            :SM2-with-SM3"))
    }

    @Test func aRequestVerifies() throws {
        let request = try CertificateRequest(member: member("tax/client/desk"), key: suite.generateSigningKey())
        openssl["request.pem"] = request.pemRepresentation
        let result = try openssl.run(
            "req", "-in", "request.pem", "-noout", "-verify", "-vfyopt", "distid:1234567812345678",
            "-subject", "-nameopt", "RFC2253")
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("verify OK"))
        #expect(result.output.contains("CN=desk,OU=client,O=tax,C=CN"))
    }

    @Test func aKeyAndRequestOfTheProgramLeadToACertificate() throws {
        let authorities = try NationalAuthorities()
        _ = try openssl.run("genpkey", "-algorithm", "SM2", "-out", "desk.key")
        let made = try openssl.run(
            "req", "-new", "-key", "desk.key", "-sm3", "-sigopt", "distid:1234567812345678",
            "-out", "request.pem", "-subj", "/C=CN/O=tax/OU=client/CN=desk", "-utf8")
        try #require(made.status == 0, "\(made.output)")
        let request = try CertificateRequest(pem: #require(openssl["request.pem"]))
        #expect(request.suite == .sm)
        #expect(request.member == (try member("tax/client/desk")))
        let certificate = try authorities.tax.issue(
            to: request.member, in: authorities.consortium, publicKey: request.publicKey,
            validity: TestAuthorities.validity)
        let key = try suite.signingKey(pem: #require(openssl["desk.key"]))
        #expect(throws: Never.self) { try MemberIdentity(certificate: certificate, key: key) }
    }

    @Test func aListReadsAsOne() throws {
        let authorities = try NationalAuthorities()
        let certificate = try authorities.certificate()
        let list = try authorities.tax.revocationList(
            entries: [.init(serialNumber: certificate.serialNumber, revokedAt: TestAuthorities.now)],
            number: 300,
            thisUpdate: TestAuthorities.now,
            nextUpdate: TestAuthorities.now.advanced(by: .seconds(86_400))
        )
        openssl["list.pem"] = list.pemRepresentation
        let text = try openssl.run("crl", "-in", "list.pem", "-noout", "-text").output
        #expect(text.contains("Signature Algorithm: SM2-with-SM3"))
        #expect(text.contains("Serial Number: \(certificate.serialNumber.hexadecimal.uppercased())"))
        try expectSigned(list.der, by: authorities.tax.key)
    }

    /// Has the program check the signature on a certificate or list: `SEQUENCE { body, algorithm, BIT STRING }`.
    private func expectSigned(_ der: [UInt8], by key: any SigningKey) throws {
        let (body, signature) = try DER.sequence(DER.parse(der), identifier: .sequence) { nodes in
            let (body, algorithm) = (nodes.next(), nodes.next())
            #expect(algorithm?.encodedBytes.elementsEqual(suite.signatureAlgorithm) == true)
            return (Array(body?.encodedBytes ?? []), Array(try ASN1BitString(derEncoded: &nodes).bytes))
        }
        try openssl.write(body, to: "message")
        try openssl.write(signature, to: "signature")
        openssl["public.pem"] = pem("PUBLIC KEY", key.verificationKey.subjectPublicKeyInfo)
        let verified = try verify("public.pem")
        #expect(verified.status == 0, "\(verified.output)")
    }

    private func verifyCertificate(
        against authority: String, identifier: String = "1234567812345678"
    ) throws -> (status: Int32, output: String) {
        try openssl.run(
            "verify", "-x509_strict", "-attime", atNow, "-vfyopt", "distid:\(identifier)",
            "-CAfile", authority, "node.pem")
    }

    private func verify(
        _ key: String, identifier: String = "1234567812345678"
    ) throws -> (status: Int32, output: String) {
        try openssl.run(
            "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-digest", "sm3", "-in", "message",
            "-sigfile", "signature", "-pkeyopt", "distid:\(identifier)")
    }
}
