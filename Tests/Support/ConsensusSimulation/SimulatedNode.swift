import Consensus
import Formats
import Identity

/// One validator: its engine while it runs, its disk always.
struct SimulatedNode: Sendable {
    let index: ValidatorIndex
    var disk = SimulatedDisk(isNew: true)
    var engine: Simplex?
    /// Counts restarts: what was scheduled for an earlier life is void.
    var life = 0
    var timers: [SimplexTimer: Int] = [:]
    /// Blocks that the node holds, final or not.
    var blocks: [Digest: SimulatedBlock] = [:]
    /// Items that wait for finality here.
    var waiting: Set<UInt64> = []
    var ordered: Set<UInt64> = []
    /// The newest finalization whose block is not executed yet.
    var pendingFinalization: QuorumCertificate?
    /// A look at what is still missing is scheduled.
    var isCatchingUp = false
    var blame: [BlameReason: Int] = [:]
    var evidence: [Evidence] = []

    /// The last executed block, and the genesis before there is one.
    func head(of channel: ChannelIdentifier) -> (digest: Digest, height: UInt64) {
        disk.chain.last.map { ($0.digest, $0.height) } ?? (channel.digest, 0)
    }

    /// The ancestors of a block down to the executed head, newest first; the digest that is missing where one is.
    func path(to digest: Digest, channel: ChannelIdentifier) -> (blocks: [SimulatedBlock], missing: Digest?) {
        let head = head(of: channel)
        var path: [SimulatedBlock] = []
        var next = digest
        while next != head.digest {
            guard let block = blocks[next] else { return (path, next) }
            guard block.height > head.height else { return (path, nil) }
            path.append(block)
            next = block.parent
        }
        return (path, nil)
    }

    /// A block and those before it, as an answer to whoever lacks it.
    func ancestry(of digest: Digest, limit: Int) -> [SimulatedBlock] {
        var ancestry: [SimulatedBlock] = []
        var next = blocks[digest]
        while let block = next, ancestry.count < limit {
            ancestry.append(block)
            next = blocks[block.parent]
        }
        return ancestry
    }

    mutating func start(configuration: Simplex.Configuration) -> [SimplexEffect] {
        life += 1
        timers = [:]
        blocks = [:]
        pendingFinalization = nil
        isCatchingUp = false
        ordered = Set(disk.chain.flatMap(\.items))
        waiting.subtract(ordered)
        for block in disk.chain {
            blocks[block.digest] = block
        }
        for case .proposal(let proposal) in disk.durable {
            blocks[proposal.statement.block] = SimulatedBlock(bytes: proposal.block)
        }
        var engine = Simplex(
            configuration: configuration, restoring: disk.durable, finalized: disk.finalization)
        let effects = engine.receive(.start)
        self.engine = engine
        return effects
    }
}
