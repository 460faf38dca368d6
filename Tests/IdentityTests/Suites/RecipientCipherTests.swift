import Crypto
import Identity
import SwiftASN1
import Testing

@Suite("Encryption to a recipient's public key")
struct RecipientCipherTests {
    private let context = Array("decision 1".utf8)

    private func bytes(_ digits: String) throws -> [UInt8] { try #require([UInt8](hexadecimal: digits)) }

    @Test(arguments: CryptoSuiteIdentifier.allCases, [0, 1, 31, 32, 1_000, 100_000])
    func whatIsSealedOpens(suite: CryptoSuiteIdentifier, count: Int) throws {
        let cipher = suite.suite.recipientCipher
        var generator = SeededGenerator(seed: 2)
        let content = generator.bytes(count)
        let key = cipher.generateKey()
        let sealed = try cipher.seal(content, to: key.subjectPublicKeyInfo, context: context)
        #expect(sealed.count <= count + cipher.maximumOverhead)
        #expect(try key.open(sealed, context: context) == content)
    }

    @Test(arguments: CryptoSuiteIdentifier.allCases)
    func aKeyThatWasWrittenOpensWhatWasSealedBefore(suite: CryptoSuiteIdentifier) throws {
        let cipher = suite.suite.recipientCipher
        let key = cipher.generateKey()
        let sealed = try cipher.seal([1, 2, 3], to: key.subjectPublicKeyInfo, context: [])
        let copy = try cipher.key(pem: key.pemRepresentation)
        #expect(copy.subjectPublicKeyInfo == key.subjectPublicKeyInfo)
        #expect(try copy.open(sealed, context: []) == [1, 2, 3])
    }

    @Test(arguments: CryptoSuiteIdentifier.allCases)
    func whatWasChangedDoesNotOpen(suite: CryptoSuiteIdentifier) throws {
        let cipher = suite.suite.recipientCipher
        let key = cipher.generateKey()
        let sealed = try cipher.seal(
            Array("who, what, when".utf8), to: key.subjectPublicKeyInfo, context: context)
        forEveryDamage(of: sealed, seed: 4) { bytes in
            #expect(code { try key.open(bytes, context: context) } == .sealBroken)
        }
    }

    @Test(arguments: CryptoSuiteIdentifier.allCases)
    func nobodyElseAndNothingElseOpensIt(suite: CryptoSuiteIdentifier) throws {
        let cipher = suite.suite.recipientCipher
        let key = cipher.generateKey()
        let sealed = try cipher.seal([1, 2, 3], to: key.subjectPublicKeyInfo, context: context)
        #expect(code { try cipher.generateKey().open(sealed, context: context) } == .sealBroken)
        for other in [[], context + [0], Array(context.dropLast())] {
            #expect(code { try key.open(sealed, context: other) } == .sealBroken)
        }
        for other in CryptoSuiteIdentifier.allCases where other != suite {
            let stranger = other.suite.recipientCipher
            #expect(code { try stranger.generateKey().open(sealed, context: context) } == .sealBroken)
            #expect(
                code { try stranger.seal([1], to: key.subjectPublicKeyInfo, context: []) } == .wrongSuite)
            #expect(code { try stranger.key(pem: key.pemRepresentation) } == .wrongSuite)
        }
    }

    @Test(arguments: CryptoSuiteIdentifier.allCases)
    func nothingIsSealedToWhatIsNoKey(suite: CryptoSuiteIdentifier) throws {
        let cipher = suite.suite.recipientCipher
        let key = cipher.generateKey().subjectPublicKeyInfo
        var offTheCurve = key
        offTheCurve[key.count - 1] ^= 1
        for wrong in [[], [0x30, 0x00], Array(key.dropLast()), key + [0], offTheCurve] {
            #expect(code { try cipher.seal([1], to: wrong, context: []) } == .malformedKey)
        }
    }

    @Test(arguments: CryptoSuiteIdentifier.allCases)
    func theSameContentIsNeverTheSameTwice(suite: CryptoSuiteIdentifier) throws {
        let cipher = suite.suite.recipientCipher
        let key = cipher.generateKey().subjectPublicKeyInfo
        let sealed = try (0..<20).map { _ in try cipher.seal([0, 0, 0, 0], to: key, context: []) }
        #expect(Set(sealed).count == 20)
    }

    /// The official vectors of RFC 9180: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, base mode, message 0.
    @Test func theMessageOfTheStandardOpens() throws {
        let key = try P256.KeyAgreement.PrivateKey(
            rawRepresentation: bytes("317f915db7bc629c48fe765587897e01" + "e282d3e8445f79f27f65d031a88082b2"))
        let encapsulated =
            "04c06b4f6bebc7bb495cb797ab753f911aff80aefb86fd8b6fcc35525f3ab5f03e0b21bd31a86c6048af3cb2d98e0d3b"
            + "f01da5cc4c39ff5370d331a4f1f7d5a4e0"
        let text = "58c61a45059d0c5704560e9d88b564a8b63f1364b8d1fcb3c4c6ddc1d291742465e902cd216f8908da49f8f96f"
        let content = try P256RecipientCipher.open(
            bytes(encapsulated + text), with: key, info: bytes("4f6465206f6e2061204772656369616e2055726e"),
            context: bytes("436f756e742d30"))
        #expect(content.hexadecimal == "4265617574792069732074727574682c20747275746820626561757479")
    }

    /// GB/T 32918.5, appendix C: the standard's own key, and its encryption of "encryption standard".
    @Test func theEncryptionOfTheNationalStandardOpens() throws {
        let number = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
        let point =
            "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
            + "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
        let document = try bytes(
            "3077" + "020101" + "0420" + number + "A00A06082A811CCF5501822D" + "A144034200" + point)
        let pem = PEMDocument(type: "EC PRIVATE KEY", derBytes: document).pemString
        let text = try bytes(
            "307C" + "022004EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73"
                + "022100E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0"
                + "042059983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766"
                + "041321886CA989CA9C7D58087307CA93092D651EFA")
        #expect(try SM2.open(text, pem: pem) == Array("encryption standard".utf8))
    }

    /// RFC 4231, test case 2, and a known value of HMAC-SM3.
    @Test func keyedDigestsAreTheKnownOnes() {
        let first = P256Suite().authenticationCode(
            of: Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(first.description == "5bdcc146bf60754e6a042426089575c7" + "5a003f089d2739839dec58b964ec3843")
        let second = SMSuite().authenticationCode(of: Array("abc".utf8), key: Array("key".utf8))
        #expect(second.description == "28e63256e7c5a087b1f07326" + "5dc53092163f7b82729735d06f28f10af9d52393")
    }
}
