package import Consensus
import DequeModule
package import Formats
package import Identity
package import Ledger

/// One member's part in a channel: consensus, mempool, undecided blocks, catching up, epochs. A value without I/O,
/// clock, randomness or concurrency: the same events at the same instants ask for the same effects.
///
/// The node's engine carries the effects out and feeds events in; the simulator does the same on simulated time,
/// network and disks. ``ReplicaOutput`` says in which order.
///
/// A member that is a validator of the current epoch, with the key that the ledger names, takes part in consensus. Any
/// other follows: it asks for final blocks, and says nothing. Which of the two it is, is decided anew with each epoch.
///
/// ## Where things are
/// - `Replica+Consensus`: what the ``Simplex`` value asks for, and messages from peers.
/// - `Replica+Proposals`: building blocks as a leader, judging those of others.
/// - `Replica+Finality`: from a certificate to the ledger.
/// - `Replica+CatchUp`: final blocks that are missing, from several members at once (``CatchUp``).
/// - `Replica+Transactions`: on their way into a block.
/// - `Replica+Epochs`: the end of one validator set and the beginning of the next.
package struct Replica: Sendable {
    package struct Configuration: Sendable {
        package let genesis: Genesis
        package let member: MemberName
        /// The keys that this member can vote with: the present one, and the next where it is about to change.
        package let keys: Set<KeyIdentifier>

        package init(genesis: Genesis, member: MemberName, keys: Set<KeyIdentifier>) {
            self.genesis = genesis
            self.member = member
            self.keys = keys
        }
    }

    package let configuration: Configuration
    var genesis: Genesis { configuration.genesis }
    let blockValidator: BlockValidator
    let blockBuilder: BlockBuilder

    // MARK: Consensus

    /// `nil` where this member does not vote in the current epoch.
    var simplex: Simplex?
    /// This member's place among the validators of the current epoch, where it votes.
    var index: ValidatorIndex?
    /// Who validates, as the last executed block has it.
    package internal(set) var schedule: ValidatorSchedule
    /// Whether the votes of this validator may be lost: then it finds out what it has said before it votes.
    var hasMemory: Bool
    var consensusEvents: Deque<SimplexEvent> = []
    var armedTimers: Set<SimplexTimer> = []
    var reachable: Set<MemberName> = []
    var isWorkPending = false

    // MARK: Transactions

    var mempool: Mempool
    /// The transactions in the mempool, as they were verified.
    var pending: [TransactionIdentifier: VerifiedTransaction] = [:]
    /// Those that were handed in at this node, by when they were last offered to the others.
    var offered: [TransactionIdentifier: Duration] = [:]
    var isOfferTimerArmed = false
    var recent: RecentTransactions

    // MARK: Blocks

    var tree: BlockTree
    /// The newest final block: handed to execution, perhaps not executed yet.
    var finalTip: ParentBlock
    var head: LedgerHead
    /// This node's results at the heights that a block above the executed head may state.
    var results: [Height: ExecutedState]
    /// Final blocks that wait for execution, in order, those under way first.
    var executionQueue: Deque<FinalizedBlock> = []
    /// How many blocks are being executed.
    var executingCount = 0
    /// A certificate whose block does not connect to what is here: blocks are missing.
    var awaitedFinalization: QuorumCertificate?
    var fetching: Set<Digest> = []
    var catchUp = CatchUp()
    var isCatchUpTimerArmed = false
    /// The newest final height when consensus repeated itself last.
    var heightAtRetransmission = Height.zero

    // MARK: Proposals

    var proposalRequest: ProposalRequest?
    /// What waits for its signature.
    var unsignedProposal: UnsignedProposal?
    var gathering = Gathering.none
    var isQuietTimerArmed = false
    var isQuiet = false
    /// Proposals that wait until this node has executed as far as they state results, or has their parent.
    var deferred: [ExaminedProposal] = []
    /// Proposals of submitters whose registration may be in a block that is not executed here yet.
    var unadmitted: [Proposal] = []

    var now = ReplicaInstant(wall: Timestamp(milliseconds: 0), elapsed: .zero)
    var output = ReplicaOutput()
    var hasFailed = false

    /// Makes a replica from what is durable.
    /// - Parameters:
    ///   - records: the write-ahead log, oldest first.
    ///   - head: where the ledger stands.
    ///   - results: the ledger's results from the height that the head's header states up to the head itself.
    ///   - root: the last block of the epoch before the current one, or the genesis; `nil` where the ledger does not
    ///     have it any more, and has final blocks of this epoch.
    ///   - finalization: the newest on the ledger; `nil` before the first block.
    package init(
        _ configuration: Configuration,
        restoring records: [ConsensusRecord],
        head: LedgerHead,
        root: Simplex.Root?,
        results: [ExecutedState],
        finalization: QuorumCertificate?
    ) {
        self.configuration = configuration
        blockValidator = BlockValidator(genesis: configuration.genesis)
        blockBuilder = BlockBuilder(genesis: configuration.genesis)
        schedule = head.schedule
        hasMemory = records.contains(where: \.isClearance)
        mempool = Mempool(
            limits: MempoolLimits(maximumTransactionBytes: configuration.genesis.limits.maximumTransactionBytes),
            height: head.height
        )
        recent = RecentTransactions(after: head.height)
        tree = BlockTree(root: head.block)
        finalTip = head.block
        self.head = head
        self.results = Dictionary(results.map { ($0.height, $0) }) { first, _ in first }
        self.results[head.height] = head.results
        begin(schedule.current, on: root, restoring: records, finalization: finalization)
        for case .proposal(let proposal) in records {
            restore(proposal)
        }
    }

    /// Takes one event and returns what has to be done.
    package mutating func receive(_ event: ReplicaEvent, at instant: ReplicaInstant) -> ReplicaOutput {
        now = instant
        guard !hasFailed else { return ReplicaOutput() }
        handle(event)
        return settled()
    }

    /// Lets consensus take what it was told, and hands over what has come of it.
    mutating func settled() -> ReplicaOutput {
        while let event = consensusEvents.popFirst(), let effects = simplex?.receive(event) {
            for effect in effects {
                perform(effect)
            }
        }
        defer { output = ReplicaOutput() }
        return output
    }

    private mutating func handle(_ event: ReplicaEvent) {
        switch event {
        case .start: start()
        case .message(let message, let member): receive(message, from: member)
        case .peerAhead(let member): noticeAhead(member)
        case .voteCast(let vote): receive(vote)
        case .proposalSigned(let signed): finishProposal(signed)
        case .timerFired(let timer): fire(timer)
        case .reachability(let member, let isReachable): setReachability(of: member, isReachable)
        case .offered(let transactions, let height): insert(transactions, unknownAt: height)
        case .examined(let examined): judge(examined)
        case .examinationFailed(let proposal, let failure, let height): failExamination(of: proposal, failure, height)
        case .executed(let report): finishExecution(report)
        case .blockFetched(let digest, let view, let entry): finishFetch(digest, in: view, entry)
        case .rangeFetched(let request, let answer): finishRange(request, answer)
        }
    }

    private mutating func start() {
        tell(.start)
        updateWork()
        armCatchUpIfFollowing()
    }

    private mutating func fire(_ timer: ReplicaTimer) {
        switch timer {
        case .consensus(let timer):
            guard armedTimers.remove(timer) != nil else { return }
            tell(.timerFired(timer))
            if timer == .retransmission { askIfStuck() }
        case .quiet:
            guard isQuietTimerArmed else { return }
            isQuietTimerArmed = false
            isQuiet = true
            proposeIfPossible()
        case .gathering:
            guard gathering == .waiting else { return }
            gathering = .over
            proposeIfPossible()
        case .offers:
            guard isOfferTimerArmed else { return }
            isOfferTimerArmed = false
            offerAgain()
        case .catchUp:
            guard isCatchUpTimerArmed else { return }
            isCatchUpTimerArmed = false
            retryFinalization()
            catchUpIfBehind()
            armCatchUpIfFollowing()
        }
    }

    /// Gives consensus an event, after those that it has been given before.
    mutating func tell(_ event: SimplexEvent) {
        guard simplex != nil else { return }
        consensusEvents.append(event)
    }

    /// This node's memory, disk or software is at fault.
    mutating func fail(_ error: LedgerError) {
        hasFailed = true
        consensusEvents = []
        output.effects.append(.fail(error))
    }

    // MARK: Names

    var validators: ValidatorSet { schedule.current.validators }

    /// The member that a place stands for in the current epoch.
    func member(_ index: ValidatorIndex) -> MemberName {
        guard let validator = validators[index] else {
            preconditionFailure("consensus names places of its own set only")
        }
        return validator.member
    }
}
