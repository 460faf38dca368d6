import Identity
import Licences
import SwiftASN1
import Testing

@Suite struct PersonalDataGuardTests {
    private let guardian = PersonalDataGuard()

    private func code(_ bytes: [UInt8]) -> LicenceError.Code? {
        do throws(LicenceError) {
            try guardian.check(bytes)
            return nil
        } catch {
            return error.code
        }
    }

    /// A structure as contracts write it: texts, an octet string that wraps another structure, a number.
    private func structure(_ text: String, wrapped: String = "") throws -> [UInt8] {
        var inner = DER.Serializer()
        try inner.appendConstructedNode(identifier: .sequence) { try $0.serialize(ASN1UTF8String(wrapped)) }
        var outer = DER.Serializer()
        try outer.appendConstructedNode(identifier: .sequence) { coder in
            try coder.serialize(ASN1UTF8String("0"))
            try coder.serialize(ASN1UTF8String(text))
            try coder.serialize(ASN1OctetString(contentBytes: inner.serializedBytes[...]))
            try coder.serialize(1_795_248_000_000)
        }
        return outer.serializedBytes
    }

    @Test(arguments: [
        "650102199001011239", "11010519491231002X", "11010519491231002x", "number 650102199001011239, please",
        "ID:650102199001011239.", "张三650102199001011239", "13812345678", "tel 13812345678;", "8619912345678",
    ])
    func refusesNumbersOfPersonsInTextAndStructures(_ text: String) throws {
        #expect(code(Array(text.utf8)) == .personalData)
        #expect(code(try structure(text)) == .personalData)
        #expect(code(try structure("", wrapped: text)) == .personalData)
    }

    @Test(arguments: [
        "650102199001011238", "650102199013011239", "12345678901", "10012345678", "138123456789", "1381234567",
        "1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20261120000001.001.E", "2026112008000012345678",
        "11650000MB1A0001XQ", "2026-11-21T08:00:00Z", "",
    ])
    func passesCodesThatAreNobodys(_ text: String) throws {
        #expect(code(Array(text.utf8)) == nil)
        #expect(code(try structure(text, wrapped: text)) == nil)
    }

    @Test func refusesTheIdentityNumberThatAnIssuerTookForASerial() throws {
        let identifier = LicenceIdentifier(
            typeCode: try LicenceTypeCode("11100000000013338W032"),
            issuerCode: try UnifiedSocialCreditCode("11650000MB1A0001XQ"),
            serial: try LicenceSerial("T650102199001011239"), version: .first
        )
        #expect(code(try structure(identifier.text)) == .personalData)
    }

    @Test func refusesDocumentsAndLongValues() throws {
        #expect(code([UInt8](repeating: 0x20, count: 16 * 1024 + 1)) == .tooLarge)
        #expect(code([UInt8](repeating: 0x20, count: 4 * 1024 + 1)) == .tooLarge)
        #expect(code(try structure(String(repeating: "a", count: 4 * 1024 + 1))) == .tooLarge)
        #expect(code(try structure(String(repeating: "a", count: 4 * 1024))) == nil)
    }

    @Test func messagesDoNotRepeatTheNumber() {
        let refusal = error { () throws(LicenceError) in try guardian.check(Array("650102199001011239".utf8)) }
        #expect(refusal?.description.contains("1990") == false)
    }

    @Test(arguments: [7, 8, 9]) func takesAnyBytesWithoutTrouble(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0..<200, using: &generator)).map { _ in
                [0x30, 0x31, 0x04, 0x80, 0x02, 0x0C, UInt8.random(in: 0...255, using: &generator)]
                    .randomElement(using: &generator) ?? 0
            }
            _ = code(bytes)
        }
        // Deep nesting ends where the bound is, not where the stack does.
        _ = code((0..<4_000).flatMap { _ in [0x30, 0x80] as [UInt8] })
    }

    @Test func digestsAndKeysPass() throws {
        let digest = CryptoSuiteIdentifier.p256.suite.digest(of: [1, 2, 3])
        #expect(code(digest.bytes) == nil)
        #expect(code(Array(digest.description.utf8)) == nil)
    }
}
