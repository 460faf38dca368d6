import Crypto
import Identity
import SwiftASN1
import Testing
import X509

@Suite("Requests for certificates")
struct CertificateRequestTests {
    private let suite = P256Suite()

    @Test func aRequestComesBackFromItsPEM() throws {
        let key = suite.generateSigningKey()
        let request = try CertificateRequest(member: member("tax/client/desk"), key: key)
        let read = try CertificateRequest(pem: request.pemRepresentation)
        #expect(read.member == request.member)
        #expect(read.publicKey.identifier == key.verificationKey.identifier)
        #expect(read.pemRepresentation == request.pemRepresentation)
        #expect(request.pemRepresentation.hasPrefix("-----BEGIN CERTIFICATE REQUEST-----"))
    }

    @Test func aRequestLeadsToACertificateOfItsKey() throws {
        let authorities = try TestAuthorities()
        let key = suite.generateSigningKey()
        let text = try CertificateRequest(member: member("tax/client/desk"), key: key).pemRepresentation
        let request = try CertificateRequest(pem: text)
        let certificate = try authorities.tax.issue(
            to: request.member, in: authorities.consortium, publicKey: request.publicKey,
            validity: TestAuthorities.validity
        )
        #expect(throws: Never.self) { try MemberIdentity(certificate: certificate, key: key) }
    }

    @Test func aDamagedRequestIsRefused() throws {
        let request = try CertificateRequest(member: member("tax/client/desk"), key: suite.generateSigningKey())
        let der = try PEMDocument(pemString: request.pemRepresentation).derBytes
        forEveryDamage(of: der, seed: 11) { bytes in
            let pem = PEMDocument(type: "CERTIFICATE REQUEST", derBytes: bytes).pemString
            #expect(throws: IdentityError.self) { try CertificateRequest(pem: pem) }
        }
    }

    @Test func aRequestThatAnotherKeySignedIsRefused() throws {
        let (left, right) = (suite.generateSigningKey(), suite.generateSigningKey())
        let name = try member("tax/client/desk")
        let first = try PEMDocument(pemString: CertificateRequest(member: name, key: left).pemRepresentation).derBytes
        // The same request with the other's key in place of the first's.
        let stolen = try #require(
            replacing(
                left.verificationKey.subjectPublicKeyInfo, by: right.verificationKey.subjectPublicKeyInfo, in: first)
        )
        let pem = PEMDocument(type: "CERTIFICATE REQUEST", derBytes: stolen).pemString
        #expect(code { try CertificateRequest(pem: pem) } == .wrongSignature)
    }

    @Test(
        arguments: [
            [("O", "tax"), ("OU", "client"), ("CN", "desk")],
            [("C", "US"), ("O", "tax"), ("OU", "client"), ("CN", "desk")],
            [("C", "CN"), ("O", "tax"), ("OU", "king"), ("CN", "desk")],
            [("C", "CN"), ("O", "Tax"), ("OU", "client"), ("CN", "desk")],
            [("C", "CN"), ("O", "tax/client/desk"), ("OU", "client"), ("CN", "desk")],
            [("C", "CN"), ("O", "tax"), ("OU", "client"), ("CN", "desk"), ("CN", "more")],
            [],
        ]
    )
    func anotherSubjectIsRefused(subject: [(String, String)]) throws {
        let types: [String: ASN1ObjectIdentifier] = [
            "C": .RDNAttributeType.countryName, "O": .RDNAttributeType.organizationName,
            "OU": .RDNAttributeType.organizationalUnitName, "CN": .RDNAttributeType.commonName,
        ]
        let name = DistinguishedName(
            try subject.map { type, value in
                RelativeDistinguishedName(.init(type: try #require(types[type]), utf8String: value))
            }
        )
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let pem = try document(subject: name, key: key, algorithm: .ecdsaWithSHA256)
        #expect(code { try CertificateRequest(pem: pem) } == .wrongProfile)
    }

    @Test func aKeyOfAnotherKindIsRefused() throws {
        let subject = try DistinguishedName {
            CountryName("CN")
            OrganizationName("tax")
            OrganizationalUnitName("client")
            CommonName("desk")
        }
        let key = Certificate.PrivateKey(P384.Signing.PrivateKey())
        let pem = try document(subject: subject, key: key, algorithm: .ecdsaWithSHA384)
        #expect(code { try CertificateRequest(pem: pem) } == .malformedKey)
    }

    @Test(arguments: ["", "hello", "-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----"])
    func otherTextIsMalformed(pem: String) {
        #expect(code { try CertificateRequest(pem: pem) } == .malformedCertificate)
    }

    @Test(arguments: [CertificateRequest.maximumByteCount + 1, 100_000])
    func aLongRequestIsRefusedBeforeItIsParsed(count: Int) throws {
        let bytes = [UInt8](repeating: 0x30, count: count)
        let pem = PEMDocument(type: "CERTIFICATE REQUEST", derBytes: bytes).pemString
        #expect(code { try CertificateRequest(pem: pem) } == .malformedCertificate)
    }

    private func document(
        subject: DistinguishedName,
        key: Certificate.PrivateKey,
        algorithm: Certificate.SignatureAlgorithm
    ) throws -> String {
        let request = try CertificateSigningRequest(
            version: .v1, subject: subject, privateKey: key, attributes: .init(), signatureAlgorithm: algorithm)
        return try request.serializeAsPEM().pemString
    }

    private func replacing(_ part: [UInt8], by other: [UInt8], in bytes: [UInt8]) -> [UInt8]? {
        bytes.indices.first { bytes[$0...].starts(with: part) }.map { start in
            Array(bytes[..<start]) + other + Array(bytes[(start + part.count)...])
        }
    }
}
