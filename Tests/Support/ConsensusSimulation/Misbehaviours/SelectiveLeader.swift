public import Consensus
public import Formats

/// As a leader, shows its proposal to a bare majority only, and keeps its certificates to itself.
public struct SelectiveLeader: Misbehaviour {
    public init() {}

    public func bend(
        _ message: ConsensusMessage,
        to recipient: ValidatorIndex,
        as traitor: Traitor
    ) -> [ConsensusMessage] {
        switch message {
        case .proposal: (recipient.rawValue + traitor.index.rawValue) % 3 == 0 ? [] : [message]
        case .certificate: []
        case .vote, .certificateRequest, .status: [message]
        }
    }
}
