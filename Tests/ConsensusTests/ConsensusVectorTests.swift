import Consensus
import Formats
import Foundation
import Identity
import SwiftASN1
import Testing
import VectorTestKit

/// The bytes of everything that consensus says, keeps or proves. A change of them is a new version of the format.
@Suite("Bytes of consensus")
struct ConsensusVectorTests {
    private static let channel = FixedValues.channel
    private static let view = FixedValues.view
    private static let notarize = VoteStatement.notarize(
        FixedValues.digest(9), in: view, epoch: .zero, channel: channel)
    private static let certificate = FixedValues.certificate(of: notarize)

    private static func vote(_ block: UInt8) -> Vote {
        Vote(
            statement: .finalize(FixedValues.digest(block), in: view, epoch: .zero, channel: channel),
            validator: ValidatorIndex(rawValue: 3), signature: FixedValues.signature)
    }

    private static func signed(_ block: UInt8) -> SignedProposal {
        SignedProposal(
            statement: ProposalStatement(
                channel: channel, epoch: .zero, view: view, parentView: View(rawValue: 127),
                parent: FixedValues.digest(8), block: FixedValues.digest(block)),
            signature: FixedValues.signature)
    }

    private static let proposal = Proposal(signed: signed(9), block: [0x30, 0x00])
    private static let request = CertificateRequest(
        channel: channel, epoch: .zero, views: [view, View(rawValue: 130)])
    private static let status = ValidatorStatus(
        channel: channel, epoch: .zero, view: view.next, finalizedView: View(rawValue: 127),
        wantsAnswer: true, certificate: certificate)
    private static let freshStatus = ValidatorStatus(
        channel: channel, epoch: .zero, view: View(rawValue: 1), finalizedView: .zero,
        wantsAnswer: false, certificate: nil)

    private static let records: [(name: String, record: ConsensusRecord)] = [
        ("clearance", .clearance(above: view, epoch: .zero)),
        ("vote", .vote(.nullify(view, epoch: .zero, channel: channel))),
        ("proposal", .proposal(proposal)),
        ("certificate", .certificate(certificate)),
    ]

    private static func message(_ name: String, _ message: ConsensusMessage) -> Vector {
        Vector("ConsensusMessage-\(name)", message.derBytes) { try ConsensusMessage(derBytes: $0).derBytes }
    }

    private static func encoded<Value: DERSerializable & DERParseable & Sendable>(
        _ name: String, _ value: Value
    ) throws -> Vector {
        Vector(name, try der(value)) { try der(Value(derEncoded: $0)) }
    }

    private static func der(_ value: some DERSerializable) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.serialize(value)
        return serializer.serializedBytes
    }

    @Test func structuresAreThoseOfTheVectors() throws {
        let structures = [
            Vector("CertificateRequest", Self.request),
            Vector("SignedProposal", Self.proposal.signed),
            Vector("Proposal", Self.proposal),
            Vector("ValidatorStatus", Self.status),
            Vector("ValidatorStatus-fresh", Self.freshStatus),
            Self.message("proposal", .proposal(Self.proposal)),
            Self.message("vote", .vote(Self.vote(9))),
            Self.message("certificate", .certificate(Self.certificate)),
            Self.message("certificateRequest", .certificateRequest(Self.request)),
            Self.message("status", .status(Self.status)),
            try Self.encoded("Evidence-votes", Evidence.votes(Self.vote(9), Self.vote(10))),
            try Self.encoded("Evidence-proposals", Evidence.proposals(Self.signed(9), Self.signed(10))),
        ]
        let records = try Self.records.map { try Self.encoded("ConsensusRecord-\($0.name)", $0.record) }
        let file = VectorFile(
            "structures-consensus",
            comment: "What validators say, prove and keep, from fixed bytes: name, SHA-256 of the DER, DER.")
        #expect(try file.differences(from: structures + records) == [])
    }

    @Test func theLogIsThatOfTheVectors() throws {
        let empty = try Self.written([])
        // Two groups: the second was written when the first was durable.
        let records = Self.records.map(\.record)
        let full = try Self.written([Array(records.prefix(2)), Array(records.suffix(2))])
        let file = VectorFile(
            "wire-log", comment: "Files of the write-ahead log, as docs/wire.md says: name, SHA-256, bytes.")
        let vectors = [
            Vector("WriteAheadLog-empty", empty) { try Self.reread($0, expecting: []) },
            Vector("WriteAheadLog-4-records", full) { try Self.reread($0, expecting: records) },
        ]
        #expect(try file.differences(from: vectors) == [])
    }

    private static func withDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
        let path = FileManager.default.temporaryDirectory.appending(path: "wal-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    private static func written(_ groups: [[ConsensusRecord]]) throws -> [UInt8] {
        try withDirectory { path in
            var log = try WriteAheadLog(directory: path, channel: channel, suite: FixedValues.suite)
            for group in groups {
                try log.append(group)
                try log.sync()
            }
            return [UInt8](try Data(contentsOf: URL(filePath: path + "/votes.log")))
        }
    }

    /// Opens a log of these bytes, and gives the bytes of one into which the records that it holds are written again.
    private static func reread(_ bytes: [UInt8], expecting expected: [ConsensusRecord]) throws -> [UInt8] {
        let records = try withDirectory { path in
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try Data(bytes).write(to: URL(filePath: path + "/votes.log"))
            var log = try WriteAheadLog(directory: path, channel: channel, suite: FixedValues.suite)
            return log.takeRecords()
        }
        #expect(records == expected)
        return try written(records.isEmpty ? [] : [Array(records.prefix(2)), Array(records.dropFirst(2))])
    }
}
