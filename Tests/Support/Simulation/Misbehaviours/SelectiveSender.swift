import Consensus
import Formats
import Identity

/// Speaks to half of the validators only, and to the other half in some views.
struct SelectiveSender: Misbehaviour {
    func bend(_ message: ConsensusMessage, to peer: MemberName, as traitor: Traitor) -> [ConsensusMessage] {
        let view: UInt64 =
            switch message {
            case .proposal(let proposal): proposal.statement.view.rawValue
            case .vote(let vote): vote.statement.view.rawValue
            case .certificate(let certificate): certificate.statement.view.rawValue
            case .certificateRequest, .status: 0
            }
        return traitor.isInSecondHalf(peer) == (view % 5 == 0) ? [message] : []
    }
}
