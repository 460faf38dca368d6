public import Consensus
public import Formats

/// Watches the wire: no honest validator ever contradicts itself, over all its lives (rule 9).
public struct VoteChecker: Sendable {
    private struct Key: Hashable {
        let validator: ValidatorIndex
        let view: View
    }

    private var votes: [Key: [VoteStatement]] = [:]
    private var proposals: [View: ProposalStatement] = [:]
    public private(set) var violations: [Violation] = []

    public init() {}

    /// A message of an honest validator has left its machine.
    public mutating func sent(_ message: ConsensusMessage, by node: ValidatorIndex) {
        switch message {
        case .vote(let vote): sent(vote.statement, by: node)
        case .proposal(let proposal):
            let known = proposals[proposal.statement.view]
            if let known, known != proposal.statement {
                violations.append(
                    Violation(.contradiction, "validator \(node) proposed twice in view \(proposal.statement.view)"))
            }
            proposals[proposal.statement.view] = proposal.statement
        case .certificate, .certificateRequest, .status: break
        }
    }

    private mutating func sent(_ statement: VoteStatement, by node: ValidatorIndex) {
        let key = Key(validator: node, view: statement.view)
        let earlier = votes[key, default: []]
        guard !earlier.contains(statement) else { return }
        let isContradiction = earlier.contains { other in
            switch (other.kind, statement.kind) {
            case (.notarize, .notarize), (.finalize, .finalize), (.nullify, .finalize), (.finalize, .nullify): true
            default: false
            }
        }
        if isContradiction {
            violations.append(
                Violation(
                    .contradiction,
                    "validator \(node) said \(statement.kind) in view \(statement.view) after \(earlier.map(\.kind))"))
        }
        votes[key] = earlier + [statement]
    }
}
