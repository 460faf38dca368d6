import Crypto
import Identity
import SwiftASN1
import Testing
import X509

/// Certificates that other software could make, each one step away from the profile, and the code of the refusal.
@Suite("The certificate profile")
struct CertificateProfileTests {
    /// One step away from the profile.
    struct Departure: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let code: IdentityError.Code
        let make: @Sendable (inout CertificateDraft, TestAuthorities) throws -> Void

        init(
            _ description: String,
            _ code: IdentityError.Code,
            _ make: @escaping @Sendable (inout CertificateDraft, TestAuthorities) throws -> Void
        ) {
            testDescription = description
            self.code = code
            self.make = make
        }

        /// A departure of the URI name alone.
        static func name(_ uri: String) -> Departure {
            Departure("the URI \(uri)", .wrongProfile) { draft, _ in draft.names = [.uniformResourceIdentifier(uri)] }
        }

        /// A departure of the subject alone.
        static func subject(_ country: String, _ organization: String, _ unit: String, _ name: String) -> Departure {
            Departure("the subject \(country) \(organization) \(unit) \(name)", .wrongProfile) { draft, _ in
                draft.subject = CertificateDraft.subject(country, organization, unit, name)
            }
        }
    }

    private static let issuers = [
        Departure("self-signed", .selfSigned) { draft, authorities in
            let key = try Certificate.PrivateKey(pemEncoded: authorities.suite.generateSigningKey().pemRepresentation)
            (draft.key, draft.signer) = (key.publicKey, key)
            draft.issuer = DistinguishedName(
                [RelativeDistinguishedName(.init(type: .RDNAttributeType.commonName, utf8String: "me"))])
        },
        Departure("an unknown authority", .unknownAuthority) { draft, authorities in
            let other = try CertificateAuthority.create(
                department: label("police"), suite: authorities.suite, validity: TestAuthorities.validity)
            draft.issuer = try Certificate(derEncoded: other.anchor.der).subject
            draft.signer = try CertificateDraft.key(of: other)
        },
        Departure("an unknown authority of the same name", .unknownAuthority) { draft, authorities in
            draft.signer = try CertificateDraft.key(
                of: CertificateAuthority.create(
                    department: label("tax"), suite: authorities.suite, validity: TestAuthorities.validity))
        },
        Departure("signed by itself in the authority's name", .unknownAuthority) { draft, authorities in
            let key = try Certificate.PrivateKey(pemEncoded: authorities.suite.generateSigningKey().pemRepresentation)
            (draft.key, draft.signer) = (key.publicKey, key)
        },
        Departure("another department's authority", .wrongDepartment) { draft, authorities in
            draft.issuer = try Certificate(derEncoded: authorities.land.anchor.der).subject
            draft.signer = try CertificateDraft.key(of: authorities.land)
        },
        Departure("another algorithm of the authority's key", .wrongProfile) { draft, _ in
            draft.algorithm = .ecdsaWithSHA384
        },
    ]

    private static let dates = [
        Departure("expired", .expired) { draft, _ in
            draft.notAfter = TestAuthorities.now.advanced(by: .seconds(-1))
        },
        Departure("not yet valid", .notYetValid) { draft, _ in
            draft.notBefore = TestAuthorities.now.advanced(by: .seconds(1))
        },
        Departure("never valid", .notYetValid) { draft, _ in
            draft.notBefore = TestAuthorities.validity.upperBound
            draft.notAfter = TestAuthorities.validity.lowerBound
        },
    ]

    private static let usages = [
        Departure("an authority's", .wrongUsage) { draft, _ in
            draft.basicConstraints = .isCertificateAuthority(maxPathLength: nil)
        },
        Departure("no key usage", .wrongUsage) { draft, _ in draft.keyUsage = nil },
        Departure("no digital signature", .wrongUsage) { draft, _ in draft.keyUsage = KeyUsage(keyAgreement: true) },
        Departure("no extended key usage", .wrongUsage) { draft, _ in draft.extendedKeyUsage = [] },
        Departure("for clients alone", .wrongUsage) { draft, _ in draft.extendedKeyUsage = [.clientAuth] },
        Departure("for servers alone", .wrongUsage) { draft, _ in draft.extendedKeyUsage = [.serverAuth] },
        Departure("for any purpose", .wrongUsage) { draft, _ in draft.extendedKeyUsage = [.any] },
    ]

    private static let names = [
        Departure("no name", .wrongProfile) { draft, _ in draft.names = [] },
        Departure("two names", .wrongProfile) { draft, _ in
            draft.names.append(.uniformResourceIdentifier("spiffe://demo/tax/validator/other"))
        },
        Departure("a host besides", .wrongProfile) { draft, _ in draft.names.append(.dnsName("node.example")) },
        Departure("a host alone", .wrongProfile) { draft, _ in draft.names = [.dnsName("node.example")] },
        Departure("another consortium", .wrongConsortium) { draft, _ in
            draft.names = [.uniformResourceIdentifier("spiffe://other/tax/validator/node")]
        },
        .name(""), .name("spiffe://"), .name("spiffe://demo"), .name("spiffe://demo/"),
        .name("https://demo/tax/validator/node"), .name("SPIFFE://demo/tax/validator/node"),
        .name("spiffe:///demo/tax/validator/node"), .name("spiffe://demo//tax/validator/node"),
        .name("spiffe://demo/tax/validator/node/"), .name("spiffe://demo/tax/king/node"),
        .name("spiffe://demo/tax/validator/node?x"), .name("spiffe://Demo/tax/validator/node"),
        .name("spiffe://demo/tax/validator/other"), .name("spiffe://demo/land/validator/node"),
    ]

    private static let subjects = [
        Departure.subject("US", "tax", "validator", "node"), .subject("CN", "land", "validator", "node"),
        .subject("CN", "tax", "administrator", "node"), .subject("CN", "tax", "validator", "other"),
        Departure("a subject in another order", .wrongProfile) { draft, _ in draft.subject.reverse() },
        Departure("a subject that goes on", .wrongProfile) { draft, _ in
            draft.subject.append((.RDNAttributeType.commonName, "more"))
        },
        Departure("no subject", .wrongProfile) { draft, _ in draft.subject = [] },
    ]

    private static let rest = [
        Departure("a critical extension of somebody's own", .wrongProfile) { draft, _ in
            draft.otherExtensions = [Certificate.Extension(oid: [1, 2, 3, 4], critical: true, value: [5, 0])]
        },
        Departure("critical name constraints", .wrongProfile) { draft, _ in
            draft.otherExtensions = [
                try Certificate.Extension(NameConstraints(permittedDNSDomains: ["example"]), critical: true)
            ]
        },
        Departure("a key on another curve", .malformedKey) { draft, _ in
            draft.key = Certificate.PublicKey(P384.Signing.PrivateKey().publicKey)
        },
        Departure("an Ed25519 key", .malformedKey) { draft, _ in
            draft.key = Certificate.PublicKey(Curve25519.Signing.PrivateKey().publicKey)
        },
    ]

    @Test(arguments: issuers + dates + usages + names + subjects + rest)
    func oneStepAwayIsRefused(departure: Departure) throws {
        let authorities = try TestAuthorities()
        var draft = try CertificateDraft(authorities)
        try departure.make(&draft, authorities)
        let der = try draft.der
        #expect(code { try authorities.anchors.authenticate(der, at: TestAuthorities.now) } == departure.code)
    }

    @Test func theDraftItselfIsAccepted() throws {
        let authorities = try TestAuthorities()
        let der = try CertificateDraft(authorities).der
        let certificate = try authorities.anchors.authenticate(der, at: TestAuthorities.now)
        #expect(certificate.member == (try member("tax/validator/node")))
    }

    @Test func anOldVersionIsRefused() throws {
        let authorities = try TestAuthorities()
        var draft = try CertificateDraft(authorities)
        draft.version = .v1
        let der = try draft.der
        #expect(throws: IdentityError.self) { try authorities.anchors.authenticate(der, at: TestAuthorities.now) }
    }

    @Test func anUncriticalExtensionDoesNotMatter() throws {
        let authorities = try TestAuthorities()
        var draft = try CertificateDraft(authorities)
        draft.otherExtensions = [Certificate.Extension(oid: [1, 2, 3, 4], critical: false, value: [5, 0])]
        let der = try draft.der
        #expect(throws: Never.self) { try authorities.anchors.authenticate(der, at: TestAuthorities.now) }
    }

    @Test(
        arguments: [
            [], [1], [0x7f], [0x80], [0xff], [0x80, 0], [0xff, 0xff], [UInt8](repeating: 0xff, count: 20),
            [0x80] + [UInt8](repeating: 0, count: 19),
        ]
    )
    func anySerialNumberIsReadAsItsMagnitude(serialNumber: [UInt8]) throws {
        let authorities = try TestAuthorities()
        var draft = try CertificateDraft(authorities)
        draft.serialNumber = serialNumber
        let read = try authorities.anchors.authenticate(draft.der, at: TestAuthorities.now)
        #expect(read.serialNumber == serialNumber)
    }

    // From here on: what may be a trust anchor.

    @Test func aMembersCertificateIsNoTrustAnchor() throws {
        let authorities = try TestAuthorities()
        let der = try authorities.certificate().der
        #expect(code { try TrustAnchor(department: label("tax"), der: der) } == .wrongUsage)
    }

    @Test func anAuthorityIsItsOwnDepartmentsAlone() throws {
        let authorities = try TestAuthorities()
        let der = authorities.tax.anchor.der
        #expect(code { try TrustAnchor(department: label("land"), der: der) } == .wrongDepartment)
    }

    @Test func anAuthorityHasToBeSignedByItself() throws {
        let authorities = try TestAuthorities()
        let own = try Certificate(derEncoded: authorities.tax.anchor.der)
        let draft = try authority(like: own, signedBy: CertificateDraft.key(of: authorities.land))
        #expect(code { try TrustAnchor(department: label("tax"), der: draft) } == .wrongSignature)
    }

    @Test func anAuthorityWithAnotherAlgorithmIsRefused() throws {
        let authorities = try TestAuthorities()
        let own = try Certificate(derEncoded: authorities.tax.anchor.der)
        let draft = try authority(
            like: own, signedBy: CertificateDraft.key(of: authorities.tax), algorithm: .ecdsaWithSHA512)
        #expect(code { try TrustAnchor(department: label("tax"), der: draft) } == .wrongProfile)
    }

    @Test func anAuthorityWhoseSubjectNamesNoDepartmentIsRefused() throws {
        let authorities = try TestAuthorities()
        let own = try Certificate(derEncoded: authorities.tax.anchor.der)
        let subject = DistinguishedName(
            [RelativeDistinguishedName(.init(type: .RDNAttributeType.organizationName, utf8String: "税务局"))])
        let der = try authority(like: own, subject: subject, signedBy: CertificateDraft.key(of: authorities.tax))
        let pem = PEMDocument(type: "CERTIFICATE", derBytes: der).pemString
        #expect(code { try TrustAnchor(pem: pem) } == .wrongProfile)
    }

    private func authority(
        like own: Certificate,
        subject: DistinguishedName? = nil,
        signedBy key: Certificate.PrivateKey,
        algorithm: Certificate.SignatureAlgorithm = .ecdsaWithSHA256
    ) throws -> [UInt8] {
        let certificate = try Certificate(
            version: .v3,
            serialNumber: own.serialNumber,
            publicKey: own.publicKey,
            notValidBefore: own.notValidBefore,
            notValidAfter: own.notValidAfter,
            issuer: subject ?? own.subject,
            subject: subject ?? own.subject,
            signatureAlgorithm: algorithm,
            extensions: own.extensions,
            issuerPrivateKey: key
        )
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return serializer.serializedBytes
    }
}
