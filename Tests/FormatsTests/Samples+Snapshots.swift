import Formats
import Identity
import SwiftASN1

/// What snapshots consist of.
extension Sample {
    static let snapshots: [Sample] = [
        Sample("MerkleSpan", span),
        Sample("SnapshotChunk", chunk),
        Sample("SnapshotManifest", manifest),
        Sample("SnapshotEntry", entry),
        Sample("SnapshotEntry-removed", SnapshotEntry(name: name, value: nil, next: .zero, height: height)),
        Sample("SnapshotEntry-sentinel", SnapshotEntry(name: nil, value: nil, next: digest(1), height: .zero)),
        Sample(choice: "SnapshotPosition-active", SnapshotPosition.active(entry)),
        Sample(choice: "SnapshotPosition-superseded", SnapshotPosition.superseded(digest(1))),
        Sample(choice: "SnapshotGroup-positions", group),
        Sample(choice: "SnapshotGroup-superseded", SnapshotGroup.superseded(digest(1))),
        Sample(
            "StateChunk",
            StateChunk(
                firstGroup: 1, groups: [group, .superseded(digest(2))], before: [digest(3)], after: [digest(4)],
                activity: [digest(5)], span: span)
        ),
        Sample("JournalChunk", JournalChunk(leaves: [digest(1), digest(2)], span: span)),
        Sample("WindowBlock", block),
        Sample("WindowBlock-empty", WindowBlock(leaf: leaf, outcomes: [], span: nil)),
        Sample("WindowChunk", WindowChunk(blocks: [block], span: span)),
    ]

    private init<Value: DERSerializable & DERParseable & Sendable>(choice name: String, _ value: Value) {
        self.init(name, Self.der(value)) { bytes throws(FormatError) in
            do {
                return Self.der(try Value(derEncoded: bytes))
            } catch let error as FormatError {
                throw error
            } catch {
                throw FormatError(.malformed, "the bytes are no \(name)", cause: error)
            }
        }
    }

    private static func der(_ value: some DERSerializable) -> [UInt8] {
        var serializer = DER.Serializer()
        do {
            try serializer.serialize(value)
        } catch {
            preconditionFailure("the sample does not serialize: \(error)")
        }
        return serializer.serializedBytes
    }

    private static let height = Height(rawValue: 7)
    private static let name = StateName(contract: "notes", key: [1, 2, 3])
    private static let entry = SnapshotEntry(name: name, value: [4, 5], next: digest(0xFE), height: height)
    private static let group = SnapshotGroup.positions([.superseded(digest(1)), .active(entry)])
    private static let span = MerkleSpan(of: 3..<5, size: 9) { digest(UInt8($0.lowerBound)) }
    private static let chunk = SnapshotChunk(byteCount: 300, digest: digest(1))
    private static let leaf = JournalLeaf(
        height: height, header: digest(1), transactionsRoot: digest(2), outcomesRoot: digest(3))
    private static let block = WindowBlock(leaf: leaf, outcomes: [rejected.derBytes], span: span)

    private static var manifest: SnapshotManifest {
        SnapshotManifest(
            suite: .p256, consortium: digest(0xC1), header: header, finalization: certificate, sealingHeader: header,
            sealingFinalization: certificate, state: StateCommitment(size: 600, twigsRoot: digest(0x7B)),
            firstWindowHeight: Height(rawValue: 1), stateChunks: [chunk, chunk], journalChunks: [chunk],
            windowChunks: [chunk])
    }
}
