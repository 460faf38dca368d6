import Foundation
import Identity
import Testing

import struct Crypto.SHA256

@Suite("Digests and hexadecimal digits")
struct DigestTests {
    private let suite = P256Suite()

    @Test func aDigestHasThirtyTwoBytes() throws {
        for count in 0...80 where count != 32 {
            #expect(Digest([UInt8](repeating: 7, count: count)) == nil)
        }
        let bytes = [UInt8](0..<32)
        let digest = try #require(Digest(bytes))
        #expect(digest.bytes == bytes)
        #expect(Digest(bytes[...]) == digest)
        #expect(digest.prefix == 0x0001_0203_0405_0607)
        #expect(Digest.zero.bytes == [UInt8](repeating: 0, count: 32))
    }

    @Test func textIsLowerCaseAndEitherCaseReads() throws {
        let digest = suite.digest(of: Array("abc".utf8))
        // FIPS 180-4, example of one block.
        #expect(digest.description == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(digest.shortDescription == "ba7816bf")
        #expect(Digest(hexadecimal: digest.description) == digest)
        #expect(Digest(hexadecimal: digest.description.uppercased()) == digest)
    }

    @Test(
        arguments: [
            "", "0", "zz", String(repeating: "0", count: 63), String(repeating: "0", count: 66),
            String(repeating: "g", count: 64), " " + String(repeating: "0", count: 63),
            String(repeating: "０", count: 64), "0x" + String(repeating: "0", count: 62),
        ]
    )
    func otherTextIsNoDigest(text: String) throws {
        #expect(Digest(hexadecimal: text) == nil)
        let json = try JSONEncoder().encode([text])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Digest].self, from: json) }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func orderIsThatOfTheBytes(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for position in 0..<32 {
            var left = generator.bytes(32)
            var right = left
            left[position] = UInt8.random(in: 0..<255, using: &generator)
            right[position] = UInt8.random(in: (left[position] + 1)...255, using: &generator)
            // What follows a difference does not count.
            for later in (position + 1)..<max(32, position + 1) {
                right[later] = UInt8.random(in: 0...255, using: &generator)
            }
            let (small, large) = (try #require(Digest(left)), try #require(Digest(right)))
            #expect(small < large, "seed \(seed), byte \(position)")
            #expect(!(large < small) && !(small < small) && small != large)
        }
    }

    @Test func piecesGiveTheDigestOfTheWhole() {
        var generator = SeededGenerator(seed: 2)
        let bytes = generator.bytes(1_000)
        let expected = suite.digest(of: bytes)
        for size in [1, 63, 64, 65, 999, 1_000] {
            var hasher = suite.makeHasher()
            for start in stride(from: 0, to: bytes.count, by: size) {
                hasher.update(bytes[start..<min(start + size, bytes.count)])
            }
            #expect(hasher.finalize() == expected)
        }
        var lazily = suite.makeHasher()
        // Not in contiguous storage.
        lazily.update(bytes.lazy.map { $0 })
        #expect(lazily.finalize() == expected)
    }

    @Test func digestsAgreeWithTheLibrary() {
        var generator = SeededGenerator(seed: 3)
        for count in 0..<200 {
            let bytes = generator.bytes(count)
            #expect(suite.digest(of: bytes).bytes == Array(SHA256.hash(data: bytes)))
        }
    }

    @Test(arguments: CryptoSuiteIdentifier.allCases)
    func aNodeOfTwoDigestsHasTheDigestOfItsBytes(identifier: CryptoSuiteIdentifier) throws {
        let suite = identifier.suite
        var generator = SeededGenerator(seed: 4)
        for prefix in UInt8.min...UInt8.max {
            let (left, right) = (generator.bytes(32), generator.bytes(32))
            let digest = suite.digest(prefix: prefix, try #require(Digest(left)), try #require(Digest(right)))
            #expect(digest == suite.digest(of: [prefix] + left + right), "seed 4, prefix \(prefix)")
        }
    }

    @Test func digestsAndKeyIdentifiersComeBackFromJSON() throws {
        let digest = suite.digest(of: [1])
        let identifier = KeyIdentifier(digest)
        let json = try JSONEncoder().encode([identifier])
        #expect(String(decoding: json, as: UTF8.self) == "[\"\(digest)\"]")
        #expect(try JSONDecoder().decode([KeyIdentifier].self, from: json) == [identifier])
        #expect(try JSONDecoder().decode([Digest].self, from: json) == [digest])
    }

    @Test func hexadecimalDigitsComeInPairs() {
        #expect([UInt8](hexadecimal: "00fFa0") == [0, 255, 160])
        #expect([UInt8](hexadecimal: "") == [])
        #expect([0, 255, 160].hexadecimal == "00ffa0")
        #expect([UInt8]().hexadecimal.isEmpty)
        for text in ["f", "fff", "fg", "/0", ":0", "@a", "`a", "é", "-1"] {
            #expect([UInt8](hexadecimal: text) == nil, "\(text)")
        }
    }

    @Test func everyByteComesBackFromItsDigits() {
        let bytes = [UInt8](0...255)
        #expect([UInt8](hexadecimal: bytes.hexadecimal) == bytes)
        #expect([UInt8](hexadecimal: bytes.hexadecimal.uppercased()) == bytes)
    }
}
