import Consensus
import Formats
import Identity

/// Votes for blocks and gives them to nobody: its proposals reach one validator alone, and whoever asks has no answer.
struct Withholder: Misbehaviour {
    func bend(_ message: ConsensusMessage, to peer: MemberName, as traitor: Traitor) -> [ConsensusMessage] {
        guard case .proposal(let proposal) = message else { return [message] }
        let favoured = (proposal.statement.view.rawValue + 1) % UInt64(traitor.validators.count)
        return traitor.validators.index(of: peer)?.rawValue == Int(favoured) ? [message] : []
    }

    func bend(block: [UInt8]?, as traitor: Traitor) -> [UInt8]? { nil }
    func bend(range: Parcel.RangeReply, as traitor: Traitor) -> Parcel.RangeReply? { nil }
}
