public import Consensus
public import Formats

/// Listens, is connected, and says nothing: a leader that nobody hears, and a vote that is missing.
public struct SilentValidator: Misbehaviour {
    public init() {}

    public func bend(
        _ message: ConsensusMessage,
        to recipient: ValidatorIndex,
        as traitor: Traitor
    ) -> [ConsensusMessage] {
        []
    }
}
