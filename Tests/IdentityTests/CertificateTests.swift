import Identity
import SwiftASN1
import Testing
import X509

@Suite("Certificates of members")
struct CertificateTests {
    private let authorities: TestAuthorities
    private let now = TestAuthorities.now

    init() throws { authorities = try TestAuthorities() }

    @Test func anIssuedCertificateSpeaksForItsMember() throws {
        let key = authorities.suite.generateSigningKey()
        let issued = try authorities.certificate("tax/client/desk", key: key)
        let read = try authorities.anchors.authenticate(issued.der, at: now)
        #expect(read == issued)
        #expect(read.member == (try member("tax/client/desk")))
        #expect(read.consortium == authorities.consortium)
        #expect(read.publicKey.identifier == key.verificationKey.identifier)
        #expect(Set([read, issued]).count == 1)
    }

    @Test(arguments: Role.allCases)
    func everyRoleCanBeCertified(role: Role) throws {
        let issued = try authorities.certificate("tax/\(role.rawValue)/x")
        #expect(try authorities.anchors.authenticate(issued.der, at: now).member.role == role)
    }

    @Test func aCertificateComesBackFromPEM() throws {
        let issued = try authorities.certificate()
        #expect(try MemberCertificate(pem: issued.pemRepresentation, suite: authorities.suite) == issued)
        let anchor = try TrustAnchor(pem: authorities.tax.anchor.pemRepresentation)
        #expect(anchor.der == authorities.tax.anchor.der)
        #expect(anchor.department == authorities.tax.anchor.department)
    }

    @Test(arguments: [
        "", "hello", "-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
    ])
    func textWithoutACertificateIsMalformed(pem: String) {
        #expect(code { try MemberCertificate(pem: pem, suite: authorities.suite) } == .malformedCertificate)
        #expect(code { try TrustAnchor(pem: pem) } == .malformedCertificate)
    }

    @Test func anotherPEMDocumentIsMalformed() throws {
        let key = authorities.suite.generateSigningKey().pemRepresentation
        #expect(code { try MemberCertificate(pem: key, suite: authorities.suite) } == .malformedCertificate)
        #expect(code { try TrustAnchor(pem: key) } == .malformedCertificate)
    }

    @Test func validityIncludesBothItsEnds() throws {
        let issued = try authorities.certificate()
        #expect(throws: Never.self) { try authorities.anchors.authenticate(issued, at: issued.notBefore) }
        #expect(throws: Never.self) { try authorities.anchors.authenticate(issued, at: issued.notAfter) }
        let early = issued.notBefore.advanced(by: .milliseconds(-1))
        let late = issued.notAfter.advanced(by: .milliseconds(1))
        #expect(code { try authorities.anchors.authenticate(issued, at: early) } == .notYetValid)
        #expect(code { try authorities.anchors.authenticate(issued, at: late) } == .expired)
    }

    @Test(arguments: [0, 1, 499, 500, 501, 999] as [Int64])
    func whatIsSignedForNowIsValidNow(milliseconds: Int64) throws {
        let now = Timestamp(milliseconds: 1_795_248_000_000 + milliseconds)
        let issued = try authorities.certificate(validity: now...now.advanced(by: .seconds(60)))
        #expect(issued.notBefore.milliseconds == 1_795_248_000_000)
        #expect(issued.notAfter.milliseconds == 1_795_248_060_000)
        #expect(throws: Never.self) { try authorities.anchors.authenticate(issued, at: now) }
    }

    @Test func anAuthorityThatHasExpiredSpeaksForNobody() throws {
        let longer = now...now.advanced(by: .seconds(10 * 86_400))
        let issued = try authorities.certificate(validity: longer)
        let late = now.advanced(by: .seconds(5 * 86_400))
        #expect(code { try authorities.anchors.authenticate(issued, at: late) } == .expired)
    }

    @Test func datesBeyond2050AreKept() throws {
        let later = Timestamp(milliseconds: 4_102_444_800_000)
        let validity = now...later
        let authorities = try TestAuthorities(validity: validity)
        let issued = try authorities.certificate(validity: validity)
        #expect(issued.notAfter == later)
        #expect(throws: Never.self) { try authorities.anchors.authenticate(issued.der, at: later) }
    }

    @Test func datesThatX509CannotWriteAreRefused() {
        let validity = now...Timestamp(milliseconds: .max)
        #expect(code { try authorities.certificate(validity: validity) } == .signingFailed)
    }

    @Test func serialNumbersFitTwentyOctetsAndDiffer() throws {
        let key = authorities.suite.generateSigningKey()
        var seen: Set<[UInt8]> = []
        for _ in 0..<64 {
            let serialNumber = try authorities.certificate(key: key).serialNumber
            #expect((12...20).contains(serialNumber.count))
            #expect(serialNumber.first.map { $0 != 0 } == true)
            // RFC 5280, section 4.1.2.2: 20 octets with the sign's.
            #expect(serialNumber.count < 20 || serialNumber[0] < 0x80)
            seen.insert(serialNumber)
        }
        #expect(seen.count == 64)
    }

    @Test func anAuthoritySignsForItsOwnDepartmentAlone() throws {
        let key = authorities.suite.generateSigningKey().verificationKey
        let refused = code {
            try authorities.tax.issue(
                to: member("land/client/desk"), in: authorities.consortium, publicKey: key,
                validity: TestAuthorities.validity
            )
        }
        #expect(refused == .wrongDepartment)
    }

    @Test func aKeyBelongsToItsCertificateAlone() throws {
        let other = authorities.suite.generateSigningKey()
        let issued = try authorities.certificate()
        #expect(code { try MemberIdentity(certificate: issued, key: other) } == .malformedKey)
        let anchor = authorities.tax.anchor
        #expect(
            code { try CertificateAuthority(anchor: anchor, key: other) } == .malformedKey)
        let again = try CertificateAuthority(anchor: anchor, key: authorities.tax.key)
        #expect(again.anchor.der == anchor.der)
    }

    @Test func anIdentityIsItsCertificateAndKey() throws {
        let key = authorities.suite.generateSigningKey()
        let identity = try MemberIdentity(certificate: authorities.certificate(key: key), key: key)
        #expect(identity.member == (try member("tax/validator/node")))
    }

    @Test func anchorsAreKnownByDepartment() throws {
        #expect(authorities.anchors.departments.map(\.rawValue) == ["land", "tax"])
        #expect(authorities.anchors[try label("tax")]?.der == authorities.tax.anchor.der)
        #expect(authorities.anchors[try label("police")] == nil)
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

    @Test func aLongCertificateIsRefusedBeforeItIsParsed() {
        let bytes = [UInt8](repeating: 0x30, count: MemberCertificate.maximumByteCount + 1)
        #expect(code { try authorities.anchors.authenticate(bytes, at: now) } == .malformedCertificate)
    }
}
