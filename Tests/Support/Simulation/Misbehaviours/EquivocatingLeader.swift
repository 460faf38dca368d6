import Consensus
import Formats
import Identity

/// Proposes one block to one half of the validators and another to the other, and votes for each where it was proposed.
struct EquivocatingLeader: Misbehaviour {
    /// The second block of each view, by the first's digest.
    private var rivals: [Digest: Proposal] = [:]

    mutating func bend(_ message: ConsensusMessage, to peer: MemberName, as traitor: Traitor) -> [ConsensusMessage] {
        guard traitor.isInSecondHalf(peer) else { return [message] }
        switch message {
        case .proposal(let proposal):
            return rival(of: proposal, as: traitor).map { [.proposal($0)] } ?? [message]
        case .vote(let vote):
            guard let block = vote.statement.block, let rival = rivals[block] else { return [message] }
            return [traitor.vote(vote.statement.of(rival.statement.block)).map { .vote($0) } ?? message]
        case .certificate, .certificateRequest, .status:
            return [message]
        }
    }

    private mutating func rival(of proposal: Proposal, as traitor: Traitor) -> Proposal? {
        if let known = rivals[proposal.statement.block] { return known }
        guard let block = traitor.ownBlock(proposal) else { return nil }
        let header = block.header.with(timestamp: block.header.timestamp.advanced(by: .milliseconds(1)))
        let rival = traitor.proposal(proposal, of: Block(header: header, transactions: block.transactions))
        rivals[proposal.statement.block] = rival
        return rival
    }
}

extension VoteStatement {
    /// The same statement about another block.
    func of(_ block: Digest) -> VoteStatement {
        switch kind {
        case .notarize: .notarize(block, in: view, epoch: epoch, channel: channel)
        case .finalize: .finalize(block, in: view, epoch: epoch, channel: channel)
        case .nullify: self
        }
    }
}
