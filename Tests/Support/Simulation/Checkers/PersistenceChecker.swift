import Consensus
import Formats

/// What a validator says is durable before it is said: it is in the log when the log is opened anew.
struct PersistenceChecker {
    private struct Memory {
        var durable: Set<VoteStatement> = []
        var proposed: Set<ProposalStatement> = []
        var said: Set<VoteStatement> = []
        /// Records up to here have been released.
        var released = (epoch: Epoch.zero, view: View.zero)
    }

    private var memories: [Int: Memory] = [:]

    /// The node's log has made records durable.
    mutating func synchronized(_ records: [ConsensusRecord], on node: Int) {
        for record in records {
            switch record {
            case .vote(let statement): memories[node, default: Memory()].durable.insert(statement)
            case .proposal(let proposal): memories[node, default: Memory()].proposed.insert(proposal.statement)
            case .certificate, .clearance: break
            }
        }
    }

    mutating func released(through view: View, of epoch: Epoch, on node: Int) {
        var memory = memories.removeValue(forKey: node) ?? Memory()
        memory.released = (epoch, view)
        memory.durable = memory.durable.filter { ($0.epoch, $0.view) > (epoch, view) }
        memory.said = memory.said.filter { ($0.epoch, $0.view) > (epoch, view) }
        memory.proposed = memory.proposed.filter { ($0.epoch, $0.view) > (epoch, view) }
        memories[node] = memory
    }

    /// - Returns: what is wrong with a message that leaves the node.
    mutating func sent(_ message: ConsensusMessage, by node: Int) -> String? {
        let released = memories[node]?.released ?? (.zero, .zero)
        switch message {
        case .vote(let vote):
            let statement = vote.statement
            guard (statement.epoch, statement.view) > released else { return nil }
            memories[node, default: Memory()].said.insert(statement)
            return memories[node]?.durable.contains(statement) == true
                ? nil : "it said \(statement.kind) in view \(statement.view) before that was durable"
        case .proposal(let proposal):
            let statement = proposal.statement
            guard (statement.epoch, statement.view) > released else { return nil }
            return memories[node]?.proposed.contains(statement) == true
                ? nil : "it sent the proposal of view \(statement.view) before that was durable"
        case .certificate, .certificateRequest, .status: return nil
        }
    }

    /// - Returns: what was said and is not in the log that was opened anew.
    mutating func restarted(_ node: Int, records: [ConsensusRecord], hasLostLog: Bool) -> String? {
        let memory = memories[node] ?? Memory()
        let found = Set(records.compactMap { if case .vote(let statement) = $0 { statement } else { nil } })
        memories[node] = Memory(durable: found, released: memory.released)
        synchronized(records, on: node)
        guard !hasLostLog else { return nil }
        let lost = memory.said.subtracting(found).min { ($0.epoch, $0.view) < ($1.epoch, $1.view) }
        return lost.map { "its log has lost \($0.kind) in view \($0.view), which it had said" }
    }
}
