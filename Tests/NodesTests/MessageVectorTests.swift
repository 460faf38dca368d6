import ClusterTransport
import Formats
import Identity
import Ledger
import Nodes
import Testing
import VectorTestKit

/// The bytes of every argument, result and declared error of the actors of a node.
@Suite("Bytes of nodes' messages")
struct MessageVectorTests {
    private static func coded<Value: Codable & Sendable>(_ name: String, _ value: Value) throws -> Vector {
        Vector(name, try BinaryEncoder().encode(value)) { bytes in
            try BinaryEncoder().encode(BinaryDecoder().decode(Value.self, from: bytes))
        }
    }

    private static func snapshots() throws -> [Vector] {
        let none: [UInt8]? = nil
        let (head, first) = (Height(rawValue: 300), Height(rawValue: 7))
        let reply = SnapshotReply(head: head, firstBlock: first, manifest: [0x30, 0x00], isMaking: false)
        let making = SnapshotReply(head: head, firstBlock: first, manifest: none, isMaking: true)
        return [
            try coded("SnapshotRequest", SnapshotRequest(isWanted: true)),
            try coded("SnapshotReply", reply),
            try coded("SnapshotReply-making", making),
            try coded("SnapshotChunkRequest", SnapshotChunkRequest(height: head, part: "state", index: 2)),
            try coded("SnapshotChunkReply", SnapshotChunkReply(chunk: [0x30, 0x00])),
            try coded("SnapshotChunkReply-none", SnapshotChunkReply(chunk: none)),
        ]
    }

    private static let missing = MissingContractVersion(
        contract: "catalogue", version: 2, height: Height(rawValue: 5_007))

    private static func status() throws -> NodeStatus {
        let member = try #require(MemberName("department-0/validator/node"))
        let peer = try #require(MemberName("department-1/validator/node"))
        return NodeStatus(
            member: member,
            consortium: FixedValues.digest(0xC1),
            channel: try #require(Label("licences")),
            height: Height(rawValue: 7),
            head: FixedValues.digest(0x4E),
            headTime: FixedValues.timestamp,
            stateRoot: FixedValues.digest(0x5D),
            epoch: Epoch(rawValue: 2),
            view: FixedValues.view,
            leader: peer,
            lastFinalizedView: View(rawValue: 128),
            isActive: true,
            pendingTransactions: 3,
            peers: [NodeStatus.Peer(member: peer, isReachable: false)],
            diagnosis: ["no quorum"],
            uptimeSeconds: 1.5,
            processorSeconds: 0.25,
            residentBytes: 1 << 26,
            version: "0.1.0",
            missingContracts: [Self.missing])
    }

    private static func health(isVoter: Bool) throws -> NodeHealth {
        let member = try #require(MemberName("department-0/validator/node"))
        let peer = try #require(MemberName("department-1/validator/node"))
        let consensus = NodeHealth.Consensus(
            view: FixedValues.view, leader: peer, isLeaderAbsent: true, isActive: true,
            lastFinalizedView: View(rawValue: 128), proposal: "none", quorum: 3,
            votes: [.init(kind: "notarize", present: [member], missing: [peer])], consecutiveNullifications: 2,
            armedTimers: ["view timer of view 129: 1.5 seconds"], recoveryAnswers: nil, silentThrough: .zero,
            viewSeconds: 4.5)
        return NodeHealth(
            member: member, version: "0.1.0", time: FixedValues.timestamp, height: Height(rawValue: 7),
            headTime: FixedValues.timestamp, waitingBlocks: 1, isBehind: false, epoch: Epoch(rawValue: 2),
            validatorCount: 4, quorum: 3, pendingTransactions: 3, secondsSinceCommit: 42.5,
            consensus: isVoter ? consensus : nil,
            peers: [.init(member: peer, isReachable: false, seconds: 40)],
            refusals: [.init(member: nil, reason: "expired", count: 5, secondsAgo: 1.5)],
            certificates: [
                .init(
                    purpose: "ledger", notBefore: FixedValues.timestamp, notAfter: FixedValues.timestamp,
                    isRevoked: false)
            ],
            storage: StorageState(freeBytes: isVoter ? 1 << 30 : nil, isWritable: true),
            evidence: ["epoch-0-view-5-tax-node.der"], missingContracts: isVoter ? [Self.missing] : [])
    }

    /// What is asked to have something proved, or to find where results part.
    static func proofs() throws -> [Vector] {
        [
            try Self.coded(
                "ReceiptRequest-transaction",
                ReceiptRequest(.transaction(TransactionIdentifier(FixedValues.digest(0x1D))))),
            try Self.coded(
                "ReceiptRequest-state",
                ReceiptRequest(.state(StateName(contract: "notes", key: [1, 2]), asOf: Height(rawValue: 300)))),
            try Self.coded(
                "ReceiptRequest-state-newest",
                ReceiptRequest(.state(StateName(contract: "notes", key: [1, 2]), asOf: nil))),
            try Self.coded(
                "ReceiptRequest-trail",
                ReceiptRequest(
                    .trail(
                        StateName(contract: "notes", key: [1, 2]),
                        after: TrailHead(count: 3, chain: FixedValues.digest(4))))),
            try Self.coded("LightClientStepRequest", LightClientStepRequest(known: Height(rawValue: 300))),
            try Self.coded("LightClientStepRequest-genesis", LightClientStepRequest(known: nil)),
            try Self.coded("LightClientStepReply", LightClientStepReply(step: [0x30, 0x00])),
            try Self.coded("HeightResultsRequest", HeightResultsRequest(height: Height(rawValue: 300))),
            try Self.coded(
                "HeightResults",
                HeightResults(
                    results: HeightResults.Results(
                        stateRoot: FixedValues.digest(1),
                        journalRoot: FixedValues.digest(2),
                        outcomesRoot: FixedValues.digest(3),
                        changes: [
                            HeightResults.Change(contract: "notes", key: [1, 2], value: FixedValues.digest(4))
                        ]))),
            try Self.coded("HeightResults-none", HeightResults(results: nil)),
        ]
    }

    @Test func messagesAreThoseOfTheVectors() throws {
        let none: [UInt8]? = nil
        let vectors = [
            try Self.coded("ConsensusEnvelope", ConsensusEnvelope(messages: [[1, 2], [3]])),
            try Self.coded("TransactionBatch", TransactionBatch(transactions: [FixedValues.transaction.derBytes])),
            try Self.coded("BlockRequest", BlockRequest(digest: FixedValues.digest(9))),
            try Self.coded("BlockReply", BlockReply(block: [0x30, 0x00])),
            try Self.coded("BlockReply-none", BlockReply(block: none)),
            try Self.coded("BlockRangeRequest", BlockRangeRequest(first: Height(rawValue: 300), count: 256)),
            try Self.coded("BlockRangeReply", BlockRangeReply(range: [0x30, 0x00], height: Height(rawValue: 301))),
            try Self.coded("BlockRangeReply-none", BlockRangeReply(range: none, height: Height(rawValue: 299))),
            try Self.coded("SubmitRequest", SubmitRequest(transaction: [0x30, 0x00])),
            try Self.coded("SubmitReply", SubmitReply(outcome: [0x30, 0x00])),
            try Self.coded("QueryRequest", QueryRequest(contract: "notes", name: "get", arguments: [0x30, 0x00])),
            try Self.coded("QueryAnswer", QueryAnswer(result: [0x30, 0x00], height: Height(rawValue: 7))),
            try Self.coded("SealingRequest", SealingRequest(height: Height(rawValue: 7))),
            try Self.coded("SealingReply", SealingReply(header: [0x30, 0x00], finalization: [0x30, 0x01, 0x00])),
            try Self.coded("SealingReply-none", SealingReply(header: none, finalization: none)),
            try Self.coded("ReceiptReply", ReceiptReply(receipt: [0x30, 0x00])),
            try Self.coded("NodeStatus", try Self.status()),
            try Self.coded("NodeHealth", try Self.health(isVoter: true)),
            try Self.coded("NodeHealth-observer", try Self.health(isVoter: false)),
            try Self.coded("NodeError", NodeError(.overloaded, "try again in a moment")),
        ]
        let file = VectorFile(
            "wire-messages", comment: "Arguments, results and errors of docs/wire.md, coded: name, SHA-256, bytes.")
        #expect(try file.differences(from: vectors + Self.proofs() + Self.snapshots()) == [])
    }
}
