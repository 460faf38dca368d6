import Identity
import SwiftASN1
import Testing
import X509

@Suite("Certificates of the suite sm")
struct SMCertificateTests {
    private let authorities: NationalAuthorities
    private let now = TestAuthorities.now

    init() throws { authorities = try NationalAuthorities() }

    private func refusal(of der: [UInt8]) -> IdentityError.Code? {
        code { try authorities.anchors.authenticate(der, at: now) }
    }

    @Test func anIssuedCertificateSpeaksForItsMember() throws {
        let key = authorities.suite.generateSigningKey()
        let issued = try authorities.certificate("tax/client/desk", key: key)
        let read = try authorities.anchors.authenticate(issued.der, at: now)
        #expect(read == issued)
        #expect(read.member == (try member("tax/client/desk")))
        #expect(read.suite == .sm)
        #expect(read.publicKey.identifier == key.verificationKey.identifier)
        #expect(try MemberCertificate(pem: issued.pemRepresentation) == issued)
    }

    @Test func aDamagedCertificateIsRefused() throws {
        let issued = try authorities.certificate()
        forEveryDamage(of: issued.der, seed: 9) { bytes in
            #expect(throws: IdentityError.self, "\(bytes.hexadecimal)") {
                try authorities.anchors.authenticate(bytes, at: now)
            }
        }
    }

    @Test func aDamagedAuthorityIsNoTrustAnchor() throws {
        let anchor = authorities.tax.anchor
        forEveryDamage(of: anchor.der, seed: 10) { bytes in
            #expect(throws: IdentityError.self) { try TrustAnchor(department: anchor.department, der: bytes) }
        }
    }

    @Test func anotherDepartmentsAuthorityIsRefused() throws {
        let issued = try authorities.certificate()
        let others = try TrustAnchors(
            consortium: authorities.consortium, suite: authorities.suite, anchors: [authorities.land.anchor])
        #expect(code { try others.authenticate(issued.der, at: now) } == .unknownAuthority)
        // Another key that bears the authority's name.
        let namesake = try NationalAuthorities().certificate()
        #expect(refusal(of: namesake.der) == .unknownAuthority)
    }

    // From here on: suites are never mixed.

    @Test func aCertificateOfTheOtherSuiteIsRefused() throws {
        let transport = try authorities.identity(by: authorities.taxTransport).certificate
        #expect(transport.suite == .p256)
        #expect(refusal(of: transport.der) == .wrongSuite)
        #expect(code { try authorities.anchors.authenticate(transport, at: now) } == .wrongSuite)
        let ledger = try authorities.certificate()
        #expect(code { try authorities.transportAnchors.authenticate(ledger.der, at: now) } == .wrongSuite)
        #expect(code { try authorities.transportAnchors.authenticate(ledger, at: now) } == .wrongSuite)
        #expect(code { try MemberCertificate(der: ledger.der, suite: P256Suite()) } == .wrongSuite)
    }

    @Test func theDraftItselfIsAccepted() throws {
        let der = try NationalCertificateDraft(authorities).der
        #expect(try authorities.anchors.authenticate(der, at: now).member == (try member("tax/validator/node")))
    }

    @Test func aKeyOfTheOtherSuiteUnderASignatureOfThisOneIsRefused() throws {
        var draft = try NationalCertificateDraft(authorities)
        let key = P256Suite().generateSigningKey().verificationKey
        draft.subjectPublicKeyInfo = key.subjectPublicKeyInfo
        #expect(refusal(of: try draft.der) == .wrongSuite)
        let issued = code {
            try authorities.tax.issue(
                to: member("tax/client/desk"), in: authorities.consortium, publicKey: key,
                validity: TestAuthorities.validity)
        }
        #expect(issued == .wrongSuite)
    }

    @Test func theAlgorithmHasOneName() throws {
        var draft = try NationalCertificateDraft(authorities)
        draft.innerAlgorithm = P256Suite().signatureAlgorithm
        #expect(refusal(of: try draft.der) == .malformedCertificate)
        draft = try NationalCertificateDraft(authorities)
        draft.algorithm = P256Suite().signatureAlgorithm
        #expect(refusal(of: try draft.der) == .wrongSuite)
        // The same algorithm with NULL parameters, and SM3 with RSA, 1.2.156.10197.1.504.
        for other: [UInt8] in [
            [0x30, 0x0c, 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75, 0x05, 0x00],
            [0x30, 0x0a, 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x78],
        ] {
            draft.algorithm = other
            #expect(refusal(of: try draft.der) == .wrongProfile)
        }
    }

    @Test func aCertificateForTheLedgerIsForNothingElse() throws {
        var draft = try NationalCertificateDraft(authorities)
        draft.extensions.append(
            try Certificate.Extension(ExtendedKeyUsage([.serverAuth, .clientAuth]), critical: false))
        #expect(refusal(of: try draft.der) == .wrongUsage)
        draft = try NationalCertificateDraft(authorities)
        draft.extensions[0] = try Certificate.Extension(KeyUsage(keyAgreement: true), critical: true)
        #expect(refusal(of: try draft.der) == .wrongUsage)
    }

    @Test func anchorsAreOfOneSuite() throws {
        for suite in CryptoSuiteIdentifier.allCases {
            let mixed = code {
                try TrustAnchors(
                    consortium: authorities.consortium, suite: suite.suite,
                    anchors: [authorities.tax.anchor, TestAuthorities().land.anchor])
            }
            #expect(mixed == .wrongSuite)
        }
    }

    // From here on: the authority's two certificates, and the member's.

    @Test func theTwoCertificatesOfAnAuthorityComeBackFromOneFile() throws {
        let both = try AuthorityCertificates(
            ledger: authorities.tax.anchor, transport: authorities.taxTransport.anchor)
        let read = try AuthorityCertificates(pem: both.pemRepresentation)
        #expect(read.ledger.der == authorities.tax.anchor.der)
        #expect(read.transport?.der == authorities.taxTransport.anchor.der)
        let one = try TestAuthorities().tax.anchor
        #expect(try AuthorityCertificates(pem: one.pemRepresentation).transport == nil)
    }

    @Test func authoritiesThatDoNotBelongTogetherAreRefused() throws {
        let (ledger, transport) = (authorities.tax.anchor, authorities.taxTransport.anchor)
        let other = try TestAuthorities().land.anchor
        for (first, second, expected) in [
            (ledger, nil, .wrongSuite), (transport, ledger, .wrongSuite), (transport, transport, .wrongSuite),
            (ledger, ledger, .wrongSuite), (ledger, other, .wrongDepartment),
        ] as [(TrustAnchor, TrustAnchor?, IdentityError.Code)] {
            #expect(code { try AuthorityCertificates(ledger: first, transport: second) } == expected)
            let pem = first.pemRepresentation + (second?.pemRepresentation ?? "")
            #expect(code { try AuthorityCertificates(pem: pem) } == expected)
        }
        let pem = ledger.pemRepresentation
        #expect(code { try AuthorityCertificates(pem: pem + pem + pem) } == .malformedCertificate)
        #expect(code { try AuthorityCertificates(pem: "") } == .malformedCertificate)
    }

    @Test func aMembersTwoCertificatesNameTheSameMember() throws {
        let ledger = try authorities.identity(by: authorities.tax)
        let transport = try authorities.identity(by: authorities.taxTransport)
        #expect(try MemberIdentities(ledger: ledger, transport: transport).member == ledger.member)
        let other = try authorities.identity("tax/validator/other", by: authorities.taxTransport)
        #expect(code { try MemberIdentities(ledger: ledger, transport: other) } == .wrongMember)
        let client = try authorities.identity("tax/client/node", by: authorities.taxTransport)
        #expect(code { try MemberIdentities(ledger: ledger, transport: client) } == .wrongMember)
        let elsewhere = try authorities.identity(by: authorities.taxTransport, in: label("other"))
        #expect(code { try MemberIdentities(ledger: ledger, transport: elsewhere) } == .wrongConsortium)
        #expect(code { try MemberIdentities(ledger: ledger, transport: ledger) } == .wrongSuite)
        #expect(throws: Never.self) { try MemberIdentities(ledger: transport, transport: transport) }
    }

    @Test func oneListRevokesBothKindsOfCertificates() throws {
        let ledger = try authorities.certificate()
        let transport = try authorities.identity(by: authorities.taxTransport).certificate
        let entries = [ledger, transport].map {
            RevocationList.Entry(serialNumber: $0.serialNumber, revokedAt: now)
        }
        let later = now.advanced(by: .seconds(60))
        let list = try authorities.tax.revocationList(
            entries: entries, number: 1, thisUpdate: now, nextUpdate: later)
        var revocations = Revocations()
        revocations.insert(try RevocationList(pem: list.pemRepresentation, anchors: authorities.anchors))
        #expect(code { try revocations.check(ledger) } == .revoked)
        #expect(code { try revocations.check(transport) } == .revoked)
        #expect(throws: Never.self) { try revocations.check(try authorities.certificate("tax/client/desk")) }
        forEveryDamage(of: list.der, seed: 12) { bytes in
            #expect(throws: IdentityError.self) { try RevocationList(der: bytes, anchors: authorities.anchors) }
        }
        // The authority for TLS speaks for no list of the ledger.
        let other = try authorities.taxTransport.revocationList(
            entries: entries, number: 2, thisUpdate: now, nextUpdate: later)
        #expect(code { try RevocationList(der: other.der, anchors: authorities.anchors) } == .wrongSuite)
    }

    @Test func aRequestComesBackFromItsPEM() throws {
        let key = authorities.suite.generateSigningKey()
        let request = try CertificateRequest(member: member("tax/client/desk"), key: key)
        let read = try CertificateRequest(pem: request.pemRepresentation)
        #expect(read.suite == .sm)
        #expect(read.member == request.member)
        #expect(read.publicKey.identifier == key.verificationKey.identifier)
        let der = try PEMDocument(pemString: request.pemRepresentation).derBytes
        forEveryDamage(of: der, seed: 11) { bytes in
            #expect(throws: IdentityError.self) { try CertificateRequest(pem: pem("CERTIFICATE REQUEST", bytes)) }
        }
    }
}
