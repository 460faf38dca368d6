import Consensus
import Formats
import Identity

/// Says everything at once: with each vote it gives the view up, and calls its block notarised and final.
struct EquivocatingVoter: Misbehaviour {
    func bend(_ message: ConsensusMessage, to peer: MemberName, as traitor: Traitor) -> [ConsensusMessage] {
        guard case .vote(let vote) = message else { return [message] }
        let statement = vote.statement
        var statements: [VoteStatement] = [
            .nullify(statement.view, epoch: statement.epoch, channel: statement.channel)
        ]
        if let block = statement.block {
            statements += [
                .notarize(block, in: statement.view, epoch: statement.epoch, channel: statement.channel),
                .finalize(block, in: statement.view, epoch: statement.epoch, channel: statement.channel),
            ]
        }
        return statements.compactMap { traitor.vote($0).map { .vote($0) } }
    }
}
