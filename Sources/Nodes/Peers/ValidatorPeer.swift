package import ClusterTransport
package import Distributed
import Formats
import Identity

/// A validator as the other validators call it.
package distributed actor ValidatorPeer: RemotelyCallable {
    package typealias ActorSystem = ClusterSystem

    package static let name: ActorName = "validator"

    package static let remoteMethods = RemoteMethods<ValidatorPeer> {
        $0.oneWay(1, "deliver(_:)", roles: [.validator], lane: .consensus) { try await $0.deliver($1) }
        $0.oneWay(2, "offer(_:)", roles: [.validator, .observer], lane: .requests) { try await $0.offer($1) }
        $0.method(3, "block(_:)", roles: [.validator], lane: .bulk, failure: NodeError.self) { try await $0.block($1) }
        $0.method(4, "blocks(_:)", roles: [.validator, .observer], lane: .bulk, failure: NodeError.self) {
            try await $0.blocks($1)
        }
        $0.method(10, "snapshot(_:)", roles: [.validator, .observer], lane: .bulk, failure: NodeError.self) {
            try await $0.snapshot($1)
        }
        $0.method(11, "snapshotChunk(_:)", roles: [.validator, .observer], lane: .bulk, failure: NodeError.self) {
            try await $0.snapshotChunk($1)
        }
        $0.method(5, "results(_:)", roles: [.validator, .observer], lane: .bulk, failure: NodeError.self) {
            try await $0.results($1)
        }
    }

    private let intake: PeerIntake
    private let snapshots: SnapshotProvider

    init(intake: PeerIntake, snapshots: SnapshotProvider, actorSystem: ClusterSystem) {
        self.intake = intake
        self.snapshots = snapshots
        self.actorSystem = actorSystem
    }

    /// Takes consensus messages. Whatever is not relevant, not signed or not of the caller is dropped there.
    distributed func deliver(_ envelope: ConsensusEnvelope) async {
        guard let caller = CallContext.current?.caller.member else { return }
        await intake.receive(envelope, from: caller)
    }

    /// Sends ``deliver(_:)`` without waiting for anything.
    /// - Throws: `ClusterError`.
    nonisolated func post(_ envelope: ConsensusEnvelope) throws(ClusterError) {
        try actorSystem.post(envelope, to: 1, of: self)
    }

    /// Takes transactions that another node was handed.
    package distributed func offer(_ batch: TransactionBatch) async {
        await intake.receive(batch)
    }

    /// Gives a block that need not be final.
    distributed func block(_ request: BlockRequest) async throws -> BlockReply {
        try await intake.block(request)
    }

    /// Tells what a height has come to here.
    distributed func results(_ request: HeightResultsRequest) async throws -> HeightResults {
        try await intake.results(request)
    }

    /// Gives final blocks with the certificate of the last.
    distributed func blocks(_ request: BlockRangeRequest) async throws -> BlockRangeReply {
        try await intake.blocks(request)
    }

    /// Tells what this node has for one who begins, and the manifest of a snapshot.
    distributed func snapshot(_ request: SnapshotRequest) async throws -> SnapshotReply {
        try await snapshots.offer(request)
    }

    /// Gives a chunk of a snapshot.
    distributed func snapshotChunk(_ request: SnapshotChunkRequest) async throws -> SnapshotChunkReply {
        try await snapshots.chunk(request)
    }
}
