public import Consensus
public import Formats
import Identity

/// A Byzantine validator: it runs the honest engine, and what it sends is bent on the way out.
public protocol Misbehaviour: Sendable {
    /// What `recipient` gets instead of `message`.
    func bend(_ message: ConsensusMessage, to recipient: ValidatorIndex, as traitor: Traitor) -> [ConsensusMessage]
}

/// Who misbehaves: it can sign whatever it likes with its own key.
public struct Traitor: Sendable {
    public let index: ValidatorIndex

    private var key: SimulatedKey { SimulatedKey(number: index.rawValue) }

    func vote(_ statement: VoteStatement) -> ConsensusMessage {
        .vote(Vote(statement: statement, validator: index, signature: Signature([UInt8(index.rawValue)])))
    }

    /// The proposal of another block in the same place.
    func sibling(of proposal: Proposal) -> ConsensusMessage {
        let statement = proposal.statement
        guard let block = SimulatedBlock(bytes: proposal.block) else { return .proposal(proposal) }
        let other = SimulatedBlock(
            view: block.view, height: block.height, parentView: block.parentView, parent: block.parent,
            items: block.items + [UInt64.max])
        let sibling = ProposalStatement(
            channel: statement.channel, epoch: statement.epoch, view: statement.view, parentView: statement.parentView,
            parent: statement.parent, block: other.digest)
        let signed = SignedProposal(statement: sibling, signature: Signature([UInt8(index.rawValue)]))
        return .proposal(Proposal(signed: signed, block: other.bytes))
    }
}
