public import Consensus
public import Formats

/// Proposes one block to one half of the validators and another to the other half; votes for both.
public struct EquivocatingLeader: Misbehaviour {
    public init() {}

    public func bend(
        _ message: ConsensusMessage,
        to recipient: ValidatorIndex,
        as traitor: Traitor
    ) -> [ConsensusMessage] {
        guard case .proposal(let proposal) = message, recipient.rawValue % 2 == 1 else { return [message] }
        let sibling = traitor.sibling(of: proposal)
        guard case .proposal(let other) = sibling else { return [message] }
        let statement = other.statement
        let vote = VoteStatement.notarize(
            statement.block, in: statement.view, epoch: statement.epoch, channel: statement.channel)
        return [sibling, traitor.vote(vote)]
    }
}
