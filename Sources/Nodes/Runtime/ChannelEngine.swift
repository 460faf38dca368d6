import Consensus
import DequeModule
import Formats
import Identity
import Ledger
import Logging

/// Drives consensus and execution of one channel: carries out what the pure ``Simplex`` value asks for and tells it
/// what happened.
///
/// The actor has a thread of its own (``SerialQueueExecutor``). Its turns never wait for anything but the disk:
/// signature checks, execution and calls of peers run in ``BackgroundWork`` and come back as events. Events that arrive
/// together are taken together, so that one synchronisation of the log serves all of them.
actor ChannelEngine {
    /// What an engine is made of.
    struct Parts {
        let genesis: Genesis
        let index: ValidatorIndex
        let key: any SigningKey
        let ledger: ChannelLedger
        let finalized: QuorumCertificate?
        /// Where proofs of misbehaviour are kept.
        let evidencePath: String
        let verifier: MessageVerifier
        let waiters: OutcomeWaiters
        let work: BackgroundWork
        let clock: any WallClock
        let logger: Logger
        /// Told when the engine cannot go on: the node stops.
        let onFailure: @Sendable (any Error) -> Void
        /// Told when a block has registered or revoked a certificate.
        let onCertificatesChange: @Sendable () -> Void
        /// Told when blocks are executed and on disk.
        let onCommit: @Sendable () -> Void
    }

    /// Limits of the engine that are no one else's business.
    enum Limits {
        /// How long a leader without transactions waits before it proposes an empty block that seals results: long
        /// enough that steady work, even from one client that waits for each answer, seals in its own next block.
        static let quietDelay = Duration.milliseconds(100)
        /// How often transactions that were handed in here and still wait are offered to the others again.
        static let offerInterval = Duration.seconds(2)
        /// Most transactions offered again at a time.
        static let offerCount = 500
        /// Most finalised blocks that may wait for execution before this node, as a leader, holds back new ones.
        static let executionBacklog = 16
        /// How long a block that is final and not here may be on its way before it is asked for, and between attempts.
        static let synchronizationDelay = Duration.milliseconds(200)
        /// Most proposals that wait to be judged: one for each view in which they are kept.
        static let deferredCount = Int(SimplexLimits.proposalWindow + SimplexLimits.blockWindow)
        /// Most events taken together.
        static let batchCount = 64
    }

    nonisolated let executor = SerialQueueExecutor(label: "consensus")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    let genesis: Genesis
    let index: ValidatorIndex
    let key: any SigningKey
    nonisolated let ledger: ChannelLedger
    nonisolated let waiters: OutcomeWaiters
    nonisolated let work: BackgroundWork
    nonisolated let clock: any WallClock
    nonisolated let logger: Logger
    nonisolated let blockValidator: BlockValidator
    let blockBuilder: BlockBuilder
    nonisolated let verifier: MessageVerifier
    let onFailure: @Sendable (any Error) -> Void
    let onCertificatesChange: @Sendable () -> Void
    let onCommit: @Sendable () -> Void

    let metrics = NodeMetrics()
    var evidence: EvidenceDirectory
    var simplex: Simplex
    /// The votes; `nil` once the engine has stopped, so that they are free for the next one.
    var log: WriteAheadLog?
    var outboxes: [ValidatorIndex: PeerOutbox] = [:]
    var peers: [ValidatorIndex: ValidatorPeer] = [:]
    var reachable: Set<ValidatorIndex> = []
    var timers: [SimplexTimer: SerialQueueExecutor.ScheduledAction] = [:]

    var mempool: Mempool
    /// The transactions in the mempool, as they were verified.
    var pending: [TransactionIdentifier: VerifiedTransaction] = [:]
    /// Those that were handed in at this node, by when they were last offered to the others.
    var offered: [TransactionIdentifier: ContinuousClock.Instant] = [:]
    var recent: RecentTransactions

    var tree: BlockTree
    /// The newest final block: handed to execution, perhaps not executed yet.
    var finalTip: ParentBlock
    /// Final blocks that wait for execution, in order.
    var executionQueue: Deque<Ledger.FinalizedBlock> = []
    var isExecuting = false
    /// A certificate whose block does not connect to what is here: blocks are missing.
    var awaitedFinalization: QuorumCertificate?
    var isSynchronizing = false
    var synchronizationTimer: SerialQueueExecutor.ScheduledAction?
    var synchronizationAttempts = 0

    var proposalRequest: ProposalRequest?
    var quietTimer: SerialQueueExecutor.ScheduledAction?
    var isQuiet = false
    var offerTimer: SerialQueueExecutor.ScheduledAction?
    /// Proposals that wait until this node has executed as far as they state results, or has their parent.
    var deferred: [ExaminedProposal] = []
    /// Proposals of submitters whose registration may be in a block that is not executed here yet.
    var unadmitted: [Proposal] = []
    var fetching: Set<Digest> = []
    var isWorkPending = false

    private var events: Deque<SimplexEvent> = []
    private var isProcessing = false
    private var isProcessingScheduled = false
    private(set) var hasStopped = false

    init(_ parts: Parts, log: consuming WriteAheadLog) {
        let records = log.takeRecords()
        genesis = parts.genesis
        index = parts.index
        key = parts.key
        ledger = parts.ledger
        waiters = parts.waiters
        work = parts.work
        clock = parts.clock
        logger = parts.logger
        verifier = parts.verifier
        onFailure = parts.onFailure
        evidence = EvidenceDirectory(path: parts.evidencePath)
        onCertificatesChange = parts.onCertificatesChange
        onCommit = parts.onCommit
        blockValidator = BlockValidator(genesis: parts.genesis)
        blockBuilder = BlockBuilder(genesis: parts.genesis)
        self.log = consume log
        let head = parts.ledger.head
        let limits = parts.genesis.limits
        mempool = Mempool(
            limits: MempoolLimits(maximumTransactionBytes: limits.maximumTransactionBytes),
            height: head.height
        )
        tree = BlockTree(root: head.block)
        finalTip = head.block
        recent = RecentTransactions(after: head.height)
        simplex = Simplex(
            configuration: Simplex.Configuration(
                channel: parts.genesis.channel,
                validators: parts.genesis.validators,
                index: parts.index,
                limits: parts.genesis.limits
            ),
            restoring: records,
            finalized: parts.finalized
        )
        for case .proposal(let proposal) in records {
            Self.restore(proposal, into: &tree, suite: parts.genesis.suite)
        }
    }

    /// A block that this validator has voted for is needed again after a restart: by itself, and by those who missed
    /// it.
    private static func restore(_ proposal: Proposal, into tree: inout BlockTree, suite: any CryptoSuite) {
        guard let block = try? Block(derBytes: proposal.block, limit: Proposal.maximumBlockByteCount) else {
            preconditionFailure(
                "the log holds a proposal whose block does not parse, which was parsed before it was kept")
        }
        _ = tree.insert(
            BlockTree.Entry(
                block: block,
                bytes: proposal.block,
                digest: proposal.statement.block,
                transactions: block.transactions.map { $0.body.identifier(suite: suite) },
                verified: nil
            )
        )
    }

    /// Joins the engine with the other validators and begins.
    func start(outboxes: [PeerOutbox], peers: [ValidatorIndex: ValidatorPeer]) {
        self.outboxes = Dictionary(uniqueKeysWithValues: outboxes.map { ($0.index, $0) })
        self.peers = peers
        receive(.start)
        updateWork()
    }

    // MARK: Events

    /// Takes an event in. It is processed in this turn or, together with others that wait, in the next.
    func receive(_ event: SimplexEvent) {
        events.append(event)
        guard !isProcessing, !isProcessingScheduled, !hasStopped else { return }
        isProcessingScheduled = true
        // Whatever is queued behind this turn comes first and shares the synchronisation of the log.
        _ = executor.schedule(after: .zero) { self.assumeIsolated { $0.processEvents() } }
    }

    private func processEvents() {
        isProcessingScheduled = false
        guard !hasStopped else { return }
        isProcessing = true
        defer { isProcessing = false }
        while !events.isEmpty {
            var effects: [SimplexEffect] = []
            var records: [ConsensusRecord] = []
            var needsSynchronization = false
            for _ in 0..<min(events.count, Limits.batchCount) {
                for effect in simplex.receive(events.removeFirst()) {
                    switch effect {
                    case .persist(let record): records.append(record)
                    case .sync: needsSynchronization = true
                    default: effects.append(effect)
                    }
                }
            }
            // Nothing that follows a vote's record may leave this machine before the record is durable.
            guard keep(records, durably: needsSynchronization) else { return }
            for effect in effects {
                guard !hasStopped else { return }
                perform(effect)
            }
        }
    }

    private func keep(_ records: [ConsensusRecord], durably: Bool) -> Bool {
        do throws(WriteAheadLogError) {
            if !records.isEmpty { try log?.append(records) }
            if durably { try log?.sync() }
            return true
        } catch {
            fail(error)
            return false
        }
    }

    /// Stops everything: a node whose disk fails or whose results differ must not speak any more.
    func fail(_ error: any Error) {
        guard !hasStopped else { return }
        stop()
        logger.critical("the engine stops", metadata: ["error": "\(error)"])
        waiters.end(with: NodeError(.unavailable, "the node stops: \(error)"))
        onFailure(error)
    }

    /// Takes no event any more, speaks to nobody, and lets go of the votes.
    func stop() {
        hasStopped = true
        for timer in Array(timers.values) + [quietTimer, offerTimer, synchronizationTimer].compactMap(\.self) {
            timer.cancel()
        }
        timers = [:]
        quietTimer = nil
        offerTimer = nil
        synchronizationTimer = nil
        offered = [:]
        awaitedFinalization = nil
        log = nil
    }
}
