public import Consensus
public import Formats

/// Says everything that contradicts its votes as well, to whoever has an odd number first.
public struct EquivocatingVoter: Misbehaviour {
    public init() {}

    public func bend(
        _ message: ConsensusMessage,
        to recipient: ValidatorIndex,
        as traitor: Traitor
    ) -> [ConsensusMessage] {
        guard case .vote(let vote) = message else { return [message] }
        let statement = vote.statement
        let (view, epoch, channel) = (statement.view, statement.epoch, statement.channel)
        var others = [traitor.vote(.nullify(view, epoch: epoch, channel: channel))]
        if let block = statement.block {
            others.append(traitor.vote(.finalize(block, in: view, epoch: epoch, channel: channel)))
            others.append(traitor.vote(.notarize(channel.digest, in: view, epoch: epoch, channel: channel)))
        }
        return recipient.rawValue % 2 == 1 ? others + [message] : [message] + others
    }
}
