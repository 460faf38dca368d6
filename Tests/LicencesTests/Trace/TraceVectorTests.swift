import Formats
import Identity
import Licences
import SwiftASN1
import Testing
import VectorTestKit

/// The bytes of traces: what is asked, what is answered, what is proved and what is sealed.
@Suite("Bytes of traces")
struct TraceVectorTests {
    private let values: VectorValues
    private let subject: UseSubject

    init() throws {
        values = try VectorValues()
        subject = .licence(LicenceKey(values.licence))
    }

    @Test func structuresAreThoseOfTheVectors() throws {
        let vectors = try questions() + pages() + proofs() + exports()
        let file = VectorFile(
            "structures-traces",
            comment: "Structures of traces of uses, from fixed values: name, SHA-256 of the DER, DER.")
        #expect(try file.differences(from: vectors) == [])
    }

    private func questions() throws -> [Vector] {
        func question(_ subject: UseSubject) -> TraceQuestion { TraceQuestion(subject, first: 3, limit: 100) }
        return [
            try Vector("TraceSubject-licence", at: 0, of: question(subject)),
            try Vector("TraceSubject-holder", at: 0, of: question(.holder(values.holder))),
            try Vector("TraceSubject-department", at: 0, of: question(.department(values.requester))),
            Vector("TraceQuestion", question(subject)),
        ]
    }

    private var records: [TraceRecord] {
        [TraceRecord(.decision(values.denied)), TraceRecord(.decision(values.allowed))]
    }

    private func pages() throws -> [Vector] {
        let head = try TraceProof.head(of: records, suite: FixedValues.suite)
        #expect(head.count == 2)
        return [
            Vector("TraceRecord", records[0]),
            Vector("TracePage", TracePage(height: values.height, time: values.time, head: head, records: records)),
            Vector(
                "TracePage-empty",
                TracePage(height: values.height, time: values.time, head: .empty, records: [])),
        ]
    }

    /// Proves nothing: of the form that a receipt of the trace has.
    private func receipt() throws -> Receipt {
        let sealing = FixedValues.header(height: 9)
        let statement = VoteStatement.finalize(
            sealing.digest(suite: FixedValues.suite), in: sealing.view, epoch: sealing.epoch, channel: sealing.channel)
        let pointers = try records.map { try $0.event().pointer(suite: FixedValues.suite) }
        let name = subject.stateName
        let proof = StateProof(
            leaf: StateLeaf(
                key: name.digest(suite: FixedValues.suite), value: FixedValues.digest(0x45),
                next: FixedValues.digest(0xFE), height: values.height),
            path: StatePath(
                size: 5, position: 4, entrySiblings: [FixedValues.digest(1)], activity: FixedValues.digest(0xAC),
                twigSiblings: []))
        return Receipt(
            suite: .p256, consortium: FixedValues.digest(0x6E),
            subject: .list(ListSubject(name: name, elements: pointers.map(\.derBytes), proof: proof)),
            sealingHeader: sealing, finalization: FixedValues.certificate(of: statement))
    }

    private func proofs() throws -> [Vector] {
        let proof = TraceProof(subject: subject, records: records, receipt: try receipt())
        return [
            Vector("TraceProof", proof),
            Vector("TraceDocument", TraceDocument([proof])),
        ]
    }

    /// Checkpoints come of traces that hold, and seals of a member's key; these are read from their elements.
    private func exports() throws -> [Vector] {
        let checkpoint = try TraceCheckpoint(elements: [
            try DERElements.element { try $0.serialize(FixedValues.digest(0x6E)) },
            try DERElements.element { coder in
                try coder.serialize(list: ["\(subject)"]) { try $0.serialize(text: $1) }
            },
            try DERElements.element { try $0.serialize(Height(rawValue: 8)) },
            try DERElements.element { try $0.serialize(Height(rawValue: 9)) },
            try DERElements.element { try $0.serialize(FixedValues.digest(0xB9)) },
            try DERElements.element { try $0.serialize(2 as Int64) },
            try DERElements.element { try $0.serialize(1 as Int64) },
        ])
        #expect(checkpoint.asOf < checkpoint.sealingHeight && checkpoint.rowCount < checkpoint.eventCount)
        let statement = ExportSeal.Statement(
            content: FixedValues.digest(0xC5), checkpoint: checkpoint, exportedAt: values.later)
        let seal = try ExportSeal(elements: [
            try DERElements.element { try $0.serialize(ExportSeal.version) },
            statement.derBytes,
            try DERElements.element { try $0.serialize(octets: [0x30, 0x00]) },
            try DERElements.element { try $0.serialize(FixedValues.signature) },
        ])
        #expect(seal.statement == statement)
        return [
            Vector("TraceCheckpoint", checkpoint),
            Vector("Statement", statement),
            Vector("ExportSeal", seal),
            Vector(
                "SigningInput-export",
                SigningInput(purpose: .export, digest: FixedValues.suite.digest(of: statement.derBytes))),
        ]
    }
}
