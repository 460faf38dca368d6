public import Formats
public import Identity

/// The consensus engine of one validator, channel and epoch: the rules of `consensus.md` as a value, without I/O,
/// clock, randomness or concurrency. The same events give the same effects.
///
/// ## How a driver uses it
///
/// ```swift
/// var engine = Simplex(configuration: configuration, restoring: records, finalized: lastFinalization)
/// perform(engine.receive(.start))
/// for await event in events { perform(engine.receive(event)) }
/// ```
///
/// **Order of effects.** `receive` returns effects in the order in which they have to be carried out: first every
/// ``SimplexEffect/persist(_:)``, then at most one ``SimplexEffect/sync``, then everything else. What follows a `sync`
/// may leave this machine only when all that was persisted before is durable: that is rule 9. A driver may take several
/// events together, carry out all their `persist`s, one `sync` if any asks for it, and then all other effects in order:
/// one `fdatasync` for the lot. If the log refuses (disk full), nothing that follows may be carried out; the driver
/// tries the same records again or stops.
///
/// **Messages.** A message from the transport goes to ``relevance(of:from:)`` first, which costs nothing: most of what
/// a hostile peer can send ends there. What is relevant has its signatures checked away from the engine
/// (``MessageVerifier``) and comes back as ``SimplexEvent/message(_:from:)``. A message that is ``Relevance/ahead`` is
/// dropped and reported as ``SimplexEvent/peerAhead(_:)``.
///
/// **Own votes.** The engine has no key. It persists the statement and asks for the vote; the driver signs, broadcasts,
/// and returns it as ``SimplexEvent/voteCast(_:)``. Only then does it count: a vote counts when it is durable.
///
/// **Blocks** are digests and bytes here. The node checks and stores them (``SimplexEffect/verify(_:)``), builds them
/// (``SimplexEffect/propose(_:)``) and executes them (``SimplexEffect/finalized(_:)``; the ancestors that it lacks, it
/// fetches itself).
///
/// **Rest.** Without work no timer is armed and no view turns. A view becomes active by
/// ``SimplexEvent/workPending(_:)``, by a valid proposal in it, by votes of f + 1 other validators in it (one alone
/// cannot keep an idle chain busy), or while the newest notarised block is not final.
///
/// ## Faults have three names
/// Our own bug stops the process (`precondition`); a peer's fault is an effect (``SimplexEffect/blame(_:_:)``,
/// ``SimplexEffect/evidence(_:)``); a harmless duplicate has no effect.
///
/// ## A lost disk
/// The log of a new validator begins with ``ConsensusRecord/clearance(above:epoch:)`` for view 0, written when the node
/// is set up for a network that has not begun. Restored from records without a clearance, a validator does not know
/// what it has voted, so it votes and proposes in no view in which it may have voted before: it asks for the status of
/// others, waits for n - q + f distinct answers (at least 1 where n > 1), and stays silent in every view up to M + 1,
/// where M is the highest view that they prove.
///
/// Why that is enough: let v be the highest view in which the validator has voted. Honest validators vote only in a
/// view that they have entered, so for v > 1 a certificate of v - 1 exists. A lost disk is one of the f faults, so of
/// its q signers at least q - f are honest validators with memory; of the n - 1 others, at most n - 1 - (q - f) are not
/// among those. Of n - q + f others at least one is therefore such a signer, which was in view v - 1 or later when it
/// signed, and never goes back. So M + 1 ≥ v. A view in a status is proved by a certificate, so nobody can silence the
/// validator with a large number.
///
/// That nobody who answers has ever voted makes no difference: those who have may be the ones that did not answer. With
/// f = 0 a validator without memory is more than the protocol tolerates: views up to M + 1 need its vote, which it
/// cannot give, and an operator has to decide.
public struct Simplex: Sendable {
    /// What does not change within an epoch.
    public struct Configuration: Sendable {
        public let channel: ChannelIdentifier
        public let validators: ValidatorSet
        /// This validator's place in the set.
        public let index: ValidatorIndex
        public let limits: ChannelLimits
        /// What the epoch stands on; `nil` where that is not known any more, and blocks of the epoch are final.
        public let root: Root?

        /// - Precondition: `index` is in the set.
        public init(
            channel: ChannelIdentifier,
            validators: ValidatorSet,
            index: ValidatorIndex,
            limits: ChannelLimits,
            root: Root?
        ) {
            precondition(validators[index] != nil, "the validator is in its own set")
            self.channel = channel
            self.validators = validators
            self.index = index
            self.limits = limits
            self.root = root
        }

        /// The first view of the epoch: the one after the root's. Statements are bound to their epoch, so that the
        /// views of two epochs may overlap. 0, in which no validator ever is, where the root is not known.
        var firstView: View { root?.view.next ?? .zero }
    }

    /// The block that an epoch begins on: final, and not voted on in the epoch.
    public struct Root: Hashable, Sendable {
        /// The view in its header; 0 for the genesis.
        public let view: View
        /// The channel's identifier for the genesis.
        public let digest: Digest

        public init(view: View, digest: Digest) {
            self.view = view
            self.digest = digest
        }

        /// The root of epoch 0.
        public init(genesisOf channel: ChannelIdentifier) {
            self.init(view: .zero, digest: channel.digest)
        }
    }

    let configuration: Configuration

    /// Every view that the engine knows something about. Sparse; order comes from sorting the keys.
    ///
    /// Below the current view only certificates and this validator's own statements grow with the number of views
    /// without finality, and each such view took a quorum: no minority can make this grow.
    var rounds: [View: Round] = [:]
    /// How many views the engine knows something about.
    public var roundCount: Int { rounds.count }
    /// Views whose proposal is neither checked nor given up: few, unlike ``rounds``.
    var waitingProposals: Set<View> = []
    /// The newest notarised view that is not final.
    var unfinalizedView: View?
    /// The view that this validator is in.
    public internal(set) var currentView: View
    /// The last final block.
    public internal(set) var finalized: FinalizedTip

    var isWorkPending = false
    /// The current view's timers run, or its leader was given up at once.
    var isActive = false
    var isLeaderSkipped = false
    var consecutiveNullifications = 0
    var armedTimers: [SimplexTimer: Duration] = [:]
    /// The last final view when the retransmission timer was armed: nothing is repeated while blocks become final.
    var finalizedAtRetransmission = View.zero

    /// What others told and do, by index.
    var peers: [Peer]
    var payload = Payload.none
    /// Views whose certificates have been asked for and are not here.
    var requestedViews: Set<View> = []
    /// Views whose blocks have been asked for and are not here.
    var requestedBlocks: Set<View> = []
    var fetchAttempts = 0

    /// `nil` once the validator may vote.
    var recovery: Recovery?
    /// No vote and no proposal in this view or below: the validator may have voted there with a log that is lost.
    var silentThrough = View.zero
    var effects = EffectQueue()

    /// What the engine has to know about another validator.
    struct Peer: Sendable {
        var isReachable = false
        /// The view that this validator was in when the peer last proposed or voted for a block.
        var lastHeard: View
        /// The view in which the peer was last asked for certificates because it was ahead.
        var askedIn: View?
    }

    /// How far this validator is with its own proposal in the current view.
    enum Payload: Hashable, Sendable {
        case none
        case requested(ProposalRequest)
        case unavailable(ProposalRequest)
        case proposed
    }

    /// Who has answered a validator without memory.
    struct Recovery: Sendable {
        var answers: Set<ValidatorIndex> = []
    }

    /// Makes an engine from what is durable.
    /// - Parameters:
    ///   - records: the write-ahead log, oldest first. Without a ``ConsensusRecord/clearance(above:epoch:)`` the engine
    ///     recovers first (see ``Simplex``).
    ///   - finalized: the finalization of the last block that the ledger has committed; `nil` for the genesis. One of
    ///     another epoch says nothing here. The log may know a later one, which ``SimplexEvent/start`` then tells.
    /// - Precondition: the root is known, or a block of the epoch is final.
    public init(
        configuration: Configuration,
        restoring records: [ConsensusRecord],
        finalized certificate: QuorumCertificate? = nil
    ) {
        self.configuration = configuration
        currentView = configuration.firstView
        let root = configuration.root
        finalized = FinalizedTip(
            view: root?.view ?? .zero, digest: root?.digest ?? configuration.channel.digest, certificate: nil,
            isAvailable: true)
        peers = Array(repeating: Peer(lastHeard: .zero), count: configuration.validators.count)
        restore(records, finalized: certificate)
    }

    /// Takes one event and returns what has to be done, in order.
    public mutating func receive(_ event: SimplexEvent) -> [SimplexEffect] {
        switch event {
        case .start: start()
        case .message(let message, let peer): receive(message, from: peer)
        case .voteCast(let vote): countOwn(vote)
        case .timerFired(let timer): fire(timer)
        case .payloadReady(let proposal): propose(proposal)
        case .payloadUnavailable(let view): doWithoutPayload(in: view)
        case .blockVerified(let view, let digest, let isValid): finishVerification(view, digest, isValid: isValid)
        case .blockAvailable(let view, let digest): markAvailable(view, digest)
        case .workPending(let isPending): setWorkPending(isPending)
        case .peerReachability(let peer, let isReachable): setReachability(of: peer, isReachable)
        case .peerAhead(let peer): askForCertificates(of: peer)
        }
        settle()
        return effects.drain()
    }

    /// Does whatever the state allows now and did not before. Every step holds its own conditions and happens once, so
    /// that no event needs to know what it may have been the last missing piece of.
    private mutating func settle() {
        updateActivity()
        verifyWaitingProposals()
        voteForProposal()
        requestPayload()
        updateRetransmission()
    }
}

/// The last final block.
public struct FinalizedTip: Hashable, Sendable {
    /// The epoch's root's view until a block of the epoch is final.
    public let view: View
    public let digest: Digest
    /// `nil` exactly for the epoch's root.
    public let certificate: QuorumCertificate?
    /// Whether the node has the block itself.
    var isAvailable: Bool
}
