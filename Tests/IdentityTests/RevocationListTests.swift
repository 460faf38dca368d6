import Identity
import SwiftASN1
import Testing

@Suite("Revocation lists")
struct RevocationListTests {
    private let authorities: TestAuthorities
    private let now = TestAuthorities.now

    init() throws { authorities = try TestAuthorities() }

    private func list(
        _ serialNumbers: [[UInt8]],
        number: UInt64 = 1,
        by authority: CertificateAuthority? = nil,
        at time: Timestamp = TestAuthorities.now
    ) throws -> RevocationList {
        try (authority ?? authorities.tax).revocationList(
            entries: serialNumbers.map { RevocationList.Entry(serialNumber: $0, revokedAt: time) },
            number: number,
            thisUpdate: time,
            nextUpdate: time.advanced(by: .seconds(86_400))
        )
    }

    @Test(arguments: [0, 1, 2, 100])
    func aListComesBackFromItsBytes(count: Int) throws {
        var generator = SeededGenerator(seed: UInt64(count))
        let serialNumbers = (0..<count).map { _ in [UInt8(1)] + generator.bytes(15) }
        let list = try list(serialNumbers, number: 7)
        let read = try RevocationList(der: list.der, anchors: authorities.anchors)
        #expect(read.entries.map(\.serialNumber) == serialNumbers)
        #expect(read.entries.allSatisfy { $0.revokedAt.milliseconds == 1_795_248_000_000 })
        #expect(read.number == 7)
        #expect(read.department == authorities.tax.anchor.department)
        #expect(read.thisUpdate.milliseconds == 1_795_248_000_000)
        #expect(read.nextUpdate.milliseconds == 1_795_334_400_000)
        #expect(try RevocationList(pem: list.pemRepresentation, anchors: authorities.anchors).der == list.der)
    }

    @Test(
        arguments: [
            [], [1], [0x7f], [0x80], [0xff], [0x80, 0], [UInt8](repeating: 0xff, count: 20),
            [0x80] + [UInt8](repeating: 0, count: 19),
        ]
    )
    func anySerialNumberIsRevokedAsItsMagnitude(serialNumber: [UInt8]) throws {
        // A top bit that is set makes DER add a zero, which is not part of the number: once it was taken for one, and
        // every second certificate could not be revoked.
        var draft = try CertificateDraft(authorities)
        draft.serialNumber = serialNumber
        let certificate = try authorities.anchors.authenticate(draft.der, at: now)
        let read = try RevocationList(der: list([serialNumber]).der, anchors: authorities.anchors)
        #expect(read.entries.map(\.serialNumber) == [serialNumber])
        var revocations = Revocations()
        revocations.insert(read)
        #expect(code { try revocations.check(certificate) } == .revoked)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func whatIsRevokedIsRefusedAndNothingElse(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var revoked: [MemberCertificate] = []
        var live: [MemberCertificate] = []
        for _ in 0..<8 {
            var draft = try CertificateDraft(authorities)
            draft.serialNumber = [UInt8.random(in: 1...255, using: &generator)] + generator.bytes(19)
            let certificate = try authorities.anchors.authenticate(draft.der, at: now)
            if Bool.random(using: &generator) { revoked.append(certificate) } else { live.append(certificate) }
        }
        var revocations = Revocations()
        revocations.insert(
            try RevocationList(der: list(revoked.map(\.serialNumber)).der, anchors: authorities.anchors))
        for certificate in revoked {
            #expect(code { try revocations.check(certificate) } == .revoked, "seed \(seed)")
        }
        for certificate in live {
            #expect(throws: Never.self, "seed \(seed)") { try revocations.check(certificate) }
        }
    }

    @Test func aNewerListReplacesAnOlderOneAndNotTheOtherWayRound() throws {
        let certificate = try authorities.certificate()
        let (older, newer) = (try list([], number: 4), try list([certificate.serialNumber], number: 5))
        var revocations = Revocations()
        #expect(throws: Never.self) { try revocations.check(certificate) }
        #expect(revocations.insert(older) == true)
        #expect(throws: Never.self) { try revocations.check(certificate) }
        #expect(revocations.insert(newer) == true)
        #expect(revocations.insert(newer) == false)
        #expect(revocations.insert(older) == false)
        #expect(revocations.insert(try list([], number: 5)) == false)
        #expect(code { try revocations.check(certificate) } == .revoked)
        // A department may take a certificate off its list, by a newer one.
        #expect(revocations.insert(try list([], number: 6)) == true)
        #expect(throws: Never.self) { try revocations.check(certificate) }
    }

    @Test func aDepartmentRevokesItsOwnCertificatesAlone() throws {
        let certificate = try authorities.certificate()
        var revocations = Revocations()
        revocations.insert(try list([certificate.serialNumber], by: authorities.land))
        #expect(throws: Never.self) { try revocations.check(certificate) }
    }

    @Test(arguments: [0, 1, 127, 128, 255, 256, UInt64(Int64.max), .max] as [UInt64])
    func anyNumberComesBack(number: UInt64) throws {
        #expect(try RevocationList(der: list([], number: number).der, anchors: authorities.anchors).number == number)
    }

    @Test(
        arguments: [0, 2_524_607_999_000, 2_524_608_000_000, 4_102_444_800_000, 253_402_200_000_000] as [Int64]
    )
    func datesAreKeptOnBothSidesOf2050(milliseconds: Int64) throws {
        let time = Timestamp(milliseconds: milliseconds)
        let read = try RevocationList(der: list([[1]], at: time).der, anchors: authorities.anchors)
        #expect(read.thisUpdate == time)
        #expect(read.entries.map(\.revokedAt) == [time])
    }

    @Test func datesThatX509CannotWriteAreRefused() {
        #expect(code { try list([], at: Timestamp(milliseconds: .max)) } == .signingFailed)
    }

    @Test func aListOfAnAuthorityThatNobodyKnowsIsRefused() throws {
        let other = try CertificateAuthority.create(
            department: label("police"), suite: authorities.suite, validity: TestAuthorities.validity)
        let der = try list([], by: other).der
        #expect(code { try RevocationList(der: der, anchors: authorities.anchors) } == .unknownAuthority)
    }

    @Test func aListInAnothersNameIsRefused() throws {
        let other = try CertificateAuthority.create(
            department: label("tax"), suite: authorities.suite, validity: TestAuthorities.validity)
        let der = try list([], by: other).der
        #expect(code { try RevocationList(der: der, anchors: authorities.anchors) } == .wrongSignature)
    }

    @Test func aDamagedListIsRefused() throws {
        let list = try list([[1], [0x80, 2]])
        forEveryDamage(of: list.der, seed: 12) { bytes in
            #expect(throws: IdentityError.self) { try RevocationList(der: bytes, anchors: authorities.anchors) }
        }
    }

    @Test(arguments: ["", "hello", "-----BEGIN X509 CRL-----\n-----END X509 CRL-----"])
    func otherTextIsMalformed(pem: String) throws {
        #expect(code { try RevocationList(pem: pem, anchors: authorities.anchors) } == .malformedCertificate)
        let certificate = authorities.tax.anchor.pemRepresentation
        #expect(code { try RevocationList(pem: certificate, anchors: authorities.anchors) } == .malformedCertificate)
    }

    @Test func aListThatNobodyWouldReadIsNotSigned() throws {
        let serialNumbers = (0..<20_000).map { [1] + withUnsafeBytes(of: $0.bigEndian) { Array($0) } }
        #expect(code { try list(serialNumbers) } == .signingFailed)
        let longest = try list(Array(serialNumbers.prefix(10_000))).der
        #expect(throws: Never.self) { try RevocationList(der: longest, anchors: authorities.anchors) }
        let long = longest + [UInt8](repeating: 0, count: RevocationList.maximumByteCount)
        #expect(code { try RevocationList(der: long, anchors: authorities.anchors) } == .malformedCertificate)
    }
}
