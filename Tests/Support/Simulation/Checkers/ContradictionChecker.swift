import Consensus
import Formats
import Identity

/// Watches the wire: no honest validator ever contradicts itself, over all its lives.
struct ContradictionChecker {
    private struct Key: Hashable {
        let member: MemberName
        let epoch: Epoch
        let view: View
    }

    private var votes: [Key: [VoteStatement]] = [:]
    private var proposals: [Key: Digest] = [:]

    /// - Returns: what is wrong with a message that has left an honest member's machine.
    mutating func sent(_ message: ConsensusMessage, by member: MemberName) -> String? {
        switch message {
        case .vote(let vote): return sent(vote.statement, by: member)
        case .proposal(let proposal):
            let statement = proposal.statement
            let key = Key(member: member, epoch: statement.epoch, view: statement.view)
            let known = proposals.updateValue(statement.block, forKey: key) ?? statement.block
            return known == statement.block ? nil : "it proposed twice in view \(statement.view)"
        case .certificate, .certificateRequest, .status: return nil
        }
    }

    private mutating func sent(_ statement: VoteStatement, by member: MemberName) -> String? {
        let key = Key(member: member, epoch: statement.epoch, view: statement.view)
        let earlier = votes[key, default: []]
        guard !earlier.contains(statement) else { return nil }
        votes[key] = earlier + [statement]
        let isContradiction = earlier.contains { other in
            switch (other.kind, statement.kind) {
            case (.notarize, .notarize), (.finalize, .finalize), (.nullify, .finalize), (.finalize, .nullify): true
            default: false
            }
        }
        guard isContradiction else { return nil }
        return "it said \(statement.kind) in view \(statement.view) after \(earlier.map(\.kind))"
    }
}
