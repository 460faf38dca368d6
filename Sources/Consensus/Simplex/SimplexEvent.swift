public import Formats
public import Identity

/// What a driver tells the engine. Every event may come at any time and any number of times, unless it says otherwise.
public enum SimplexEvent: Hashable, Sendable {
    /// Once, first.
    case start
    /// A message that ``Simplex/relevance(of:from:)`` found relevant and whose signatures hold. `from` is the peer that
    /// the transport has authenticated; it is never this validator itself.
    case message(ConsensusMessage, from: ValidatorIndex)
    /// The vote that ``SimplexEffect/vote(_:)`` asked for: durable, signed and broadcast.
    case voteCast(Vote)
    /// A timer has run out. One that was cancelled in the meantime does no harm.
    case timerFired(SimplexTimer)
    /// The block that ``SimplexEffect/propose(_:)`` asked for, with this validator's signature under the statement.
    case payloadReady(Proposal)
    /// There is no block to propose in this view: nothing to put in it, or the parent is not executed yet. The engine
    /// asks again with the next ``workPending(_:)`` that is true, and when a view has passed without finality.
    case payloadUnavailable(View)
    /// The answer to ``SimplexEffect/verify(_:)``. A valid block is stored by the node before it says so.
    case blockVerified(View, Digest, isValid: Bool)
    /// A block that ``SimplexEffect/fetchBlock(_:_:from:)`` asked for has arrived and is stored; or the node has
    /// executed the block of this view.
    case blockAvailable(View, Digest)
    /// Whether anything waits to be ordered: transactions in the mempool, or an executed block that no header seals.
    /// With `false` the chain rests.
    case workPending(Bool)
    /// The transport's word about a connection to a validator. Until told, nobody is reachable.
    case peerReachability(ValidatorIndex, isReachable: Bool)
    /// A message from this validator was ``Simplex/Relevance/ahead``: it is asked for its certificates.
    case peerAhead(ValidatorIndex)
}

/// The engine's timers. Arming a timer that is armed replaces it.
public enum SimplexTimer: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Until the leader's proposal has to be here: 2Δ.
    case leader(View)
    /// Until the view has to be over: 3Δ.
    case view(View)
    /// Until everything that may have been lost is said again.
    case retransmission

    public var description: String {
        switch self {
        case .leader(let view): "leader timer of view \(view)"
        case .view(let view): "view timer of view \(view)"
        case .retransmission: "retransmission timer"
        }
    }
}
