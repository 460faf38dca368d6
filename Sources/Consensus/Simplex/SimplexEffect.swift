public import Formats
public import Identity

/// What the engine wants done. See ``Simplex`` for the order.
public enum SimplexEffect: Hashable, Sendable {
    /// Append to the write-ahead log. Not yet durable: ``sync`` makes it so.
    case persist(ConsensusRecord)
    /// Make everything appended so far durable, before any effect that follows is carried out.
    case sync
    /// Sign the statement as this validator's vote, broadcast it, and tell the engine ``SimplexEvent/voteCast(_:)``.
    case vote(VoteStatement)
    /// Send to every other validator.
    case broadcast(ConsensusMessage)
    case send(ConsensusMessage, to: ValidatorIndex)
    case armTimer(SimplexTimer, after: Duration)
    case cancelTimer(SimplexTimer)
    /// Build a block; answer with ``SimplexEvent/payloadReady(_:)`` or ``SimplexEvent/payloadUnavailable(_:)``.
    case propose(ProposalRequest)
    /// Check and store the proposed block; answer with ``SimplexEvent/blockVerified(_:_:isValid:)``. Its parent is
    /// notarised and available.
    case verify(Proposal)
    /// A quorum stands behind the block: it may become final.
    case notarized(View, Digest)
    /// The block and all its ancestors are final.
    case finalized(QuorumCertificate)
    /// The block of this view is needed and not here. Fetch it, store it, and say
    /// ``SimplexEvent/blockAvailable(_:_:)``. The validators are those that have vouched for it, without this one.
    /// Repeated while it is missing.
    case fetchBlock(View, Digest, from: [ValidatorIndex])
    /// A validator has provably contradicted itself: keep the proof, report it to the ledger.
    case evidence(Evidence)
    /// A peer did what no correct validator does. Not provable to others: count it, log it, perhaps drop the
    /// connection.
    case blame(ValidatorIndex, BlameReason)
}

/// The block that a leader has to build.
public struct ProposalRequest: Hashable, Sendable {
    public let view: View
    public let parentView: View
    /// The digest of the parent; the channel's identifier where the parent is the genesis.
    public let parent: Digest
    /// An empty block is better than none: blocks without finality wait for a descendant. Where this is false, the node
    /// proposes only if it has something to put in a block, or an executed block to seal.
    public let isRequired: Bool

    public init(view: View, parentView: View, parent: Digest, isRequired: Bool) {
        self.view = view
        self.parentView = parentView
        self.parent = parent
        self.isRequired = isRequired
    }
}

/// What a peer did wrong.
public struct BlameReason: RawRepresentable, Hashable, Sendable, Codable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// A message of another channel.
    public static let wrongChannel = Self(rawValue: "wrongChannel")
    /// A vote or proposal in the name of another validator.
    public static let wrongSender = Self(rawValue: "wrongSender")
    /// A validator outside of the set, a view that has no votes, a parent that is not earlier, a status without its
    /// proof.
    public static let malformed = Self(rawValue: "malformed")
    /// A block longer than the channel allows.
    public static let oversized = Self(rawValue: "oversized")
    /// A proposal on a parent that cannot be final any more.
    public static let invalidParent = Self(rawValue: "invalidParent")
    /// The node found the proposed block to be invalid.
    public static let invalidBlock = Self(rawValue: "invalidBlock")
}

/// What the write-ahead log holds.
public enum ConsensusRecord: Hashable, Sendable {
    /// This validator may vote in the views above this one of the epoch, and in every later epoch. The first record of
    /// a log, or the end of a recovery.
    case clearance(above: View, epoch: Epoch)
    /// This validator's own vote.
    case vote(VoteStatement)
    /// This validator's own proposal, or the one that it votes for: so that whoever has voted for a block can supply
    /// it.
    case proposal(Proposal)
    /// A certificate that moved this validator forward.
    case certificate(QuorumCertificate)

    public var isClearance: Bool { if case .clearance = self { true } else { false } }

    public var epoch: Epoch {
        switch self {
        case .clearance(_, let epoch): epoch
        case .vote(let statement): statement.epoch
        case .proposal(let proposal): proposal.statement.epoch
        case .certificate(let certificate): certificate.statement.epoch
        }
    }

    /// The view that the record is about: below the last finalised one it has no use any more.
    public var view: View {
        switch self {
        case .clearance(let view, _): view
        case .vote(let statement): statement.view
        case .proposal(let proposal): proposal.statement.view
        case .certificate(let certificate): certificate.statement.view
        }
    }
}
