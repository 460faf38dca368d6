import Identity
import Testing

@Suite("The encryption of payloads")
struct PayloadCipherTests {
    private let context = Array("licence 1".utf8)

    @Test(arguments: CryptoSuiteIdentifier.allCases, [0, 1, 15, 16, 17, 64, 1_000, 100_000])
    func whatIsSealedOpens(suite: CryptoSuiteIdentifier, count: Int) throws {
        let cipher = suite.suite.payloadCipher
        var generator = SeededGenerator(seed: 1)
        let content = generator.bytes(count)
        let key = PayloadKey()
        let sealed = try cipher.seal(content, with: key, context: context)
        #expect(sealed.count == count + cipher.overhead)
        #expect(try cipher.open(sealed, with: key, context: context) == content)
        #expect(try cipher.open(cipher.seal(content, with: key, context: []), with: key, context: []) == content)
        let copy = try #require(PayloadKey(key.bytes))
        #expect(try cipher.open(sealed, with: copy, context: context) == content)
    }

    @Test(arguments: CryptoSuiteIdentifier.allCases)
    func whatWasChangedDoesNotOpen(suite: CryptoSuiteIdentifier) throws {
        let cipher = suite.suite.payloadCipher
        let key = PayloadKey()
        let sealed = try cipher.seal(Array("who, what, when".utf8), with: key, context: context)
        forEveryDamage(of: sealed, seed: 3) { bytes in
            #expect(code { try cipher.open(bytes, with: key, context: context) } == .sealBroken)
        }
    }

    @Test(arguments: CryptoSuiteIdentifier.allCases)
    func anotherKeyOrContextDoesNotOpen(suite: CryptoSuiteIdentifier) throws {
        let cipher = suite.suite.payloadCipher
        let key = PayloadKey()
        let sealed = try cipher.seal([1, 2, 3], with: key, context: context)
        #expect(code { try cipher.open(sealed, with: PayloadKey(), context: context) } == .sealBroken)
        for other in [[], context + [0], Array(context.dropLast()), [UInt8](repeating: 0, count: context.count)] {
            #expect(code { try cipher.open(sealed, with: key, context: other) } == .sealBroken)
        }
        for other in CryptoSuiteIdentifier.allCases where other != suite {
            #expect(
                code { try other.suite.payloadCipher.open(sealed, with: key, context: context) } == .sealBroken)
        }
    }

    /// Bytes must not move between the context and the text without breaking the seal.
    @Test(arguments: CryptoSuiteIdentifier.allCases)
    func whereTheContextEndsIsPartOfTheSeal(suite: CryptoSuiteIdentifier) throws {
        let cipher = suite.suite.payloadCipher
        let key = PayloadKey()
        let sealed = try cipher.seal([1, 2, 3], with: key, context: context)
        #expect(code { try cipher.open([context[8]] + sealed, with: key, context: context.dropLast()) } == .sealBroken)
        #expect(code { try cipher.open(Array(sealed[1...]), with: key, context: context + [sealed[0]]) } == .sealBroken)
    }

    @Test(arguments: CryptoSuiteIdentifier.allCases)
    func theSameContentIsNeverTheSameTwice(suite: CryptoSuiteIdentifier) throws {
        let cipher = suite.suite.payloadCipher
        let key = PayloadKey()
        let sealed = try (0..<100).map { _ in try cipher.seal([0, 0, 0, 0, 0, 0, 0, 0], with: key, context: []) }
        #expect(Set(sealed).count == 100)
        #expect(Set(sealed.map { $0.dropFirst(16).prefix(8) }).count == 100)
    }

    @Test func aKeyHasThirtyTwoBytes() {
        for count in 0...64 where count != 32 {
            #expect(PayloadKey([UInt8](repeating: 1, count: count)) == nil)
        }
        #expect(PayloadKey() != PayloadKey())
    }

    // From here on: the parts of the suite sm, by what the standards print.

    private func bytes(_ digits: String) throws -> [UInt8] { try #require([UInt8](hexadecimal: digits)) }

    /// GB/T 32907, appendix A: one block, which counter mode gives for zeros under a counter that is the block.
    @Test func aBlockIsThatOfTheStandard() throws {
        let block = try bytes("0123456789abcdeffedcba9876543210")
        let result = try SM4.applyCounterMode(
            to: [UInt8](repeating: 0, count: 16), key: block, initialCounter: block)
        #expect(result.hexadecimal == "681edf34d206965e86b3e94f536e4246")
    }

    /// draft-ribose-cfrg-sm4-10, appendix A.2.5.1.
    @Test func counterModeIsThatOfTheDraft() throws {
        let text = ["aa", "bb", "cc", "dd", "ee", "ff", "aa", "bb"].map { String(repeating: $0, count: 8) }.joined()
        let result = try SM4.applyCounterMode(
            to: bytes(text),
            key: bytes("0123456789abcdeffedcba9876543210"),
            initialCounter: bytes("000102030405060708090a0b0c0d0e0f")
        )
        #expect(
            result.hexadecimal == "ac3236cb970cc20791364c395a1342d1a3cbc1878c6f30cd074cce385cdd70c7"
                + "f234bc0e24c11980fd1286310ce37b926e02fcd0faa0baf38b2933851d824514")
    }

    @Test func theAuthenticationCodeIsTheKnownOne() {
        let result = SM3.authenticationCode(of: Array("abc".utf8), key: Array("key".utf8))
        #expect(result.description == "28e63256e7c5a087b1f07326" + "5dc53092163f7b82729735d06f28f10af9d52393")
    }

    /// The whole, taken apart by the program `openssl` as docs/formats.md says.
    @Test func theProgramOpensAPayloadByItsDescription() throws {
        let openssl = try OpenSSL()
        let key = PayloadKey()
        let content = Array("who, what, when, and why not".utf8)
        let sealed = try SMSuite().payloadCipher.seal(content, with: key, context: context)
        let (nonce, text, tag) = (sealed.prefix(16), Array(sealed.dropFirst(16).dropLast(32)), sealed.suffix(32))

        let derived = try openssl.run(
            "kdf", "-keylen", "64", "-kdfopt", "digest:SM3", "-kdfopt", "hexkey:\(key.bytes.hexadecimal)",
            "-kdfopt", "hexsalt:\(nonce.hexadecimal)", "-kdfopt", "info:zhenglian sm4-ctr hmac-sm3 1", "HKDF")
        try #require(derived.status == 0, "\(derived.output)")
        let keys = try bytes(derived.output.filter { $0.isHexDigit })

        try openssl.write(text, to: "text")
        let decrypted = try openssl.run(
            "enc", "-d", "-sm4-ctr", "-K", keys[..<16].hexadecimal, "-iv", keys[16..<32].hexadecimal,
            "-in", "text", "-out", "content")
        #expect(decrypted.status == 0, "\(decrypted.output)")
        #expect(try openssl.bytes(of: "content") == content)

        try openssl.write([0, 0, 0, 0, 0, 0, 0, 9] + context + nonce + text, to: "authenticated")
        let code = try openssl.run(
            "mac", "-digest", "SM3", "-macopt", "hexkey:\(keys[32...].hexadecimal)", "-in", "authenticated", "HMAC")
        #expect(code.output.lowercased().filter { $0.isHexDigit } == tag.hexadecimal)
    }
}
