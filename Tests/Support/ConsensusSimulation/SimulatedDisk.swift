import Consensus
import Formats
import Identity

/// What a crash leaves: records that were synced, and the chain that was executed.
struct SimulatedDisk: Sendable {
    private(set) var durable: [ConsensusRecord]
    private var pending: [ConsensusRecord] = []
    /// The final chain, from height 1 on: the ledger, which commits at once.
    var chain: [SimulatedBlock] = []
    /// The finalization of the chain's head.
    var finalization: QuorumCertificate?

    /// An empty disk has no clearance: whoever starts from it has lost its memory.
    init(isNew: Bool) {
        durable = isNew ? [.clearance(above: .zero, epoch: .zero)] : []
    }

    mutating func append(_ record: ConsensusRecord) { pending.append(record) }

    mutating func sync() {
        durable += pending
        pending = []
    }

    /// A crash: of what was not synced, a part of any length may have reached the disk.
    mutating func crash(generator: inout SeededGenerator) {
        durable += pending.prefix(Int.random(in: 0...pending.count, using: &generator))
        pending = []
    }

    /// The broken disk of a canary: it acknowledges votes, and forgets them.
    mutating func forgetVotes() {
        durable.removeAll { record in
            switch record {
            case .vote, .proposal: true
            case .certificate, .clearance: false
            }
        }
    }
}
