import Formats
import Foundation
import Identity
import LedgerTestKit
import SwiftASN1
import Testing
import VectorTestKit

struct StructureTests {
    @Test(arguments: Sample.all)
    func aStructureReadsWhatItWrites(sample: Sample) throws {
        #expect(try sample.reserialized(sample.bytes) == sample.bytes)
    }

    /// The file is what verifiers of others are tested with: a change of it is a new version of the format.
    @Test func bytesAndDigestsAreThoseOfTheVectors() throws {
        let file = VectorFile(
            "structures",
            comment: "Structures that are hashed or signed, from fixed bytes: name, SHA-256 of the DER, DER.")
        let vectors = Sample.all.map { sample in Vector(sample.name, sample.bytes, reencoded: sample.reserialized) }
        #expect(try file.differences(from: vectors) == [])
    }

    @Test(arguments: Sample.all)
    func aTruncatedStructureIsRefused(sample: Sample) {
        for count in 0..<sample.bytes.count {
            #expect(throws: FormatError.self) { try sample.reserialized(Array(sample.bytes.prefix(count))) }
        }
    }

    @Test(arguments: Sample.all)
    func whatFollowsAStructureIsRefused(sample: Sample) {
        #expect(throws: FormatError.self) { try sample.reserialized(sample.bytes + [0]) }
        #expect(throws: FormatError.self) { try sample.reserialized(sample.bytes + sample.bytes) }
    }

    /// Digests are over DER: were there two encodings of one value, one of them could be exchanged for the other.
    @Test(arguments: Sample.all)
    func aFlippedBitIsRefusedOrReadAsExactlyThoseBytes(sample: Sample) {
        for index in sample.bytes.indices {
            for bit in 0..<8 {
                var bytes = sample.bytes
                bytes[index] ^= 1 << UInt8(bit)
                if let reserialized = try? sample.reserialized(bytes) {
                    #expect(reserialized == bytes, "bit \(bit) of byte \(index)")
                }
            }
        }
    }

    @Test(arguments: [11, 12, 13] as [UInt64])
    func noiseIsRefusedWithoutATrap(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for sample in Sample.all {
            for _ in 0..<50 {
                var bytes = sample.bytes
                for _ in 0..<Int.random(in: 1...8, using: &generator) {
                    bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(
                        in: 0...255, using: &generator)
                }
                if let reserialized = try? sample.reserialized(bytes) { #expect(reserialized == bytes) }
                #expect(throws: FormatError.self) { try sample.reserialized(generator.bytes(60)) }
            }
        }
    }

    @Test func aStructureBeyondItsLimitIsNotLookedAt() {
        let bytes = Sample.transaction.derBytes
        let error = #expect(throws: FormatError.self) {
            try Transaction(derBytes: bytes, limit: bytes.count - 1)
        }
        #expect(error?.code == .tooLarge)
    }

    @Test func deepNestingIsRefusedWithoutATrap() {
        var bytes: [UInt8] = [0x30, 0x00]
        for _ in 0..<2_000 {
            var serializer = DER.Serializer()
            serializer.appendConstructedNode(identifier: .sequence) { $0.serializeRawBytes(bytes) }
            bytes = serializer.serializedBytes
        }
        #expect(throws: FormatError.self) { try Transaction(derBytes: bytes, limit: 1 << 20) }
    }

    @Test func anotherVersionIsNamedAsSuch() throws {
        for sample in Sample.all
        where ["TransactionBody", "BlockHeader", "Receipt", "GenesisDocument"].contains(sample.name) {
            // SEQUENCE, two or three octets of length, INTEGER of one octet.
            let position = try #require(sample.bytes.firstIndex(of: 2).map { $0 + 2 })
            var bytes = sample.bytes
            bytes[position] = 99
            let error = #expect(throws: FormatError.self) { try sample.reserialized(bytes) }
            #expect(error?.code == .unknownVersion, "\(sample.name)")
        }
    }

    @Test func rangesOfTheLimitsAreKept() {
        let changes: [(inout ChannelLimits) -> Void] = [
            { $0.maximumTransactionBytes = 1_023 }, { $0.maximumTransactionBytes = 2 << 20 },
            { $0.maximumBlockBytes = $0.maximumTransactionBytes + 1_023 }, { $0.maximumBlockBytes = 9 << 20 },
            { $0.maximumBlockTransactions = 0 }, { $0.maximumBlockTransactions = 10_001 },
            { $0.transactionLifetime = 0 }, { $0.transactionLifetime = 1_000_001 },
            { $0.networkDelay = 9 }, { $0.networkDelay = 60_001 },
            { $0.maximumTimeout = 3 * $0.networkDelay - 1 }, { $0.maximumTimeout = 600_001 },
            { $0.maximumClockDrift = 99 }, { $0.maximumClockDrift = 600_001 },
        ]
        for (index, change) in changes.enumerated() {
            var limits = ChannelLimits()
            change(&limits)
            let error = #expect(throws: FormatError.self, "change \(index)") {
                try ChannelLimits(derBytes: limits.derBytes, limit: 1_000)
            }
            #expect(error?.code == .outOfRange, "change \(index)")
        }
    }

    @Test func aTransactionHasAtMostAThousandCalls() throws {
        let calls = Array(repeating: Sample.call, count: 1_000)
        let body = TransactionBody(
            channel: Sample.channel,
            submitter: Sample.body.submitter,
            idempotencyKey: Sample.body.idempotencyKey,
            lastValidHeight: .zero,
            calls: calls
        )
        #expect(try TransactionBody(derBytes: body.derBytes, limit: 1 << 20) == body)
        for (list, code) in [(calls + [Sample.call], FormatError.Code.tooLarge), ([], .outOfRange)] {
            let bytes = try body.bytes(withCalls: list)
            let error = #expect(throws: FormatError.self) { try TransactionBody(derBytes: bytes, limit: 1 << 20) }
            #expect(error?.code == code)
        }
    }

    @Test func theSameBodyAlwaysHasTheSameIdentifierWhateverTheSignature() {
        let other = Transaction(body: Sample.body, signature: Signature([9]))
        #expect(other.body.identifier(suite: Sample.suite) == Sample.transaction.body.identifier(suite: Sample.suite))
        #expect(other.derBytes != Sample.transaction.derBytes)
    }

    @Test func channelsOfTwoConsortiaAreNeverTheSame() throws {
        let label = try #require(Label("licences"))
        let one = ChannelIdentifier(consortium: Sample.digest(1), channel: label, suite: Sample.suite)
        let two = ChannelIdentifier(consortium: Sample.digest(2), channel: label, suite: Sample.suite)
        #expect(one != two)
        let preimage: [UInt8] = [0x30, 44, 0x04, 32] + Sample.digest(1).bytes + [0x0C, 8] + Array("licences".utf8)
        #expect(one.digest == Sample.suite.digest(of: preimage))
    }

    @Test func aSignatureForOnePurposeIsNoneForAnother() throws {
        let key = Sample.suite.generateSigningKey()
        let digest = Sample.digest(1)
        for purpose in SigningPurpose.allCases {
            let signature = try key.sign(digest, for: purpose)
            for other in SigningPurpose.allCases {
                #expect(key.verificationKey.isValid(signature, of: digest, for: other) == (purpose == other))
            }
            let text = Array(purpose.rawValue.utf8)
            let input: [UInt8] =
                [0x30, UInt8(text.count + 36), 0x0C, UInt8(text.count)] + text + [0x04, 32] + digest.bytes
            #expect(purpose.input(for: digest) == input)
        }
    }

    @Test func sequenceNumbersEndBelowTwoToThe63() throws {
        let last = Height(rawValue: UInt64(Int64.max))
        #expect(Height(rawValue: 5).advanced(by: .max) == last)
        #expect(last.advanced(by: 1) == last)
        #expect(Height.zero.previous == nil)
        #expect(Height(rawValue: 5).previous == Height(rawValue: 4))
        let data = Data("9223372036854775808".utf8)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Height.self, from: data) }
    }
}
