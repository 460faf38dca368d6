import Consensus
import Formats
import Identity

/// Votes in views that nobody will ever see, besides what it ought to say (FISCO-BCOS #2211).
struct HugeViews: Misbehaviour {
    func bend(_ message: ConsensusMessage, to peer: MemberName, as traitor: Traitor) -> [ConsensusMessage] {
        guard case .vote(let vote) = message else { return [message] }
        let statement = vote.statement
        let views = [statement.view.rawValue + 40, statement.view.rawValue + 5_000, UInt64(1) << 60]
        return [message]
            + views.compactMap { view in
                traitor.vote(
                    .nullify(View(rawValue: view), epoch: statement.epoch, channel: statement.channel)
                ).map { .vote($0) }
            }
    }
}
