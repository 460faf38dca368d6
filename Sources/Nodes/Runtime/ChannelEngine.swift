import Consensus
import DequeModule
import Formats
import Identity
import Ledger
import Logging
import Replication
import Synchronization

/// Drives one member's part in a channel: carries out what the pure ``Replica`` value asks for and tells it what
/// happened.
///
/// The actor has a thread of its own (``SerialQueueExecutor``). Its turns never wait for anything but the disk:
/// signature checks, execution and calls of peers run in ``BackgroundWork`` and come back as events. Events that arrive
/// together are taken together, so that one synchronisation of the log serves all of them.
actor ChannelEngine {
    /// What an engine is made of.
    struct Parts {
        let genesis: Genesis
        /// The keys that this node votes with, by their identifiers.
        let keys: [KeyIdentifier: any SigningKey]
        let replica: Replica
        let ledger: ChannelLedger
        /// Where proofs of misbehaviour are kept.
        let evidencePath: String
        let verifiers: EpochVerifiers
        let waiters: OutcomeWaiters
        let work: BackgroundWork
        let clock: any WallClock
        let logger: Logger
        /// Finds the validators of the present epoch and the announced one, and keeps connections to them.
        let connect: @Sendable (ValidatorSchedule) throws -> [ValidatorPeer]
        /// Told when the engine cannot go on: the node stops.
        let onFailure: @Sendable (any Error) -> Void
        /// Told when a block has registered or revoked a certificate.
        let onCertificatesChange: @Sendable () -> Void
        /// Told when blocks are executed and on disk.
        let onCommit: @Sendable () -> Void
        /// Told of each contradiction of a validator, when its proof is kept.
        let onEvidence: @Sendable (Evidence) -> Void
    }

    /// Most events taken together.
    private static let batchCount = 64

    nonisolated let executor: SerialQueueExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    nonisolated let genesis: Genesis
    let keys: [KeyIdentifier: any SigningKey]
    nonisolated let ledger: ChannelLedger
    nonisolated let waiters: OutcomeWaiters
    nonisolated let work: BackgroundWork
    nonisolated let clock: any WallClock
    nonisolated let logger: Logger
    nonisolated let blockValidator: BlockValidator
    nonisolated let verifiers: EpochVerifiers
    nonisolated let onFailure: @Sendable (any Error) -> Void
    nonisolated let onCertificatesChange: @Sendable () -> Void
    nonisolated let onCommit: @Sendable () -> Void
    let onEvidence: @Sendable (Evidence) -> Void
    let connect: @Sendable (ValidatorSchedule) throws -> [ValidatorPeer]

    nonisolated let metrics = NodeMetrics()
    var evidence: EvidenceDirectory
    var replica: Replica
    /// The votes; `nil` once the engine has stopped, so that they are free for the next one.
    var log: WriteAheadLog?
    var outboxes: [MemberName: PeerOutbox] = [:]
    var peers: [MemberName: ValidatorPeer] = [:]
    /// Whom broadcasts go to: the other validators of the current epoch.
    var audience: [PeerOutbox] = []
    var timers: [ReplicaTimer: SerialQueueExecutor.ScheduledAction] = [:]

    /// What waits for the engine's next turn.
    private struct Inbox {
        var inputs: Deque<EngineInput> = []
        var isTurnScheduled = false
        var isClosed = false
    }

    private nonisolated let inbox = Mutex(Inbox())
    private let startedAt = ContinuousClock.now
    private var isProcessing = false
    private(set) var hasStopped = false

    init(_ parts: Parts, log: consuming WriteAheadLog) {
        executor = SerialQueueExecutor(label: "consensus")
        genesis = parts.genesis
        keys = parts.keys
        replica = parts.replica
        ledger = parts.ledger
        waiters = parts.waiters
        work = parts.work
        clock = parts.clock
        logger = parts.logger
        verifiers = parts.verifiers
        connect = parts.connect
        onFailure = parts.onFailure
        evidence = EvidenceDirectory(path: parts.evidencePath)
        onCertificatesChange = parts.onCertificatesChange
        onCommit = parts.onCommit
        onEvidence = parts.onEvidence
        blockValidator = BlockValidator(genesis: parts.genesis)
        self.log = consume log
    }

    /// Joins the engine with the other validators and begins.
    func start() {
        adopt(replica.schedule)
        post(.start)
    }

    // MARK: Events

    /// Takes an event in. It is processed in the engine's next turn, together with others that wait.
    nonisolated func post(_ event: ReplicaEvent) {
        post([.event(event)])
    }

    /// Takes several inputs in, for one turn. Nobody waits for it.
    nonisolated func post(_ inputs: [EngineInput]) {
        let needsTurn = inbox.withLock { inbox in
            guard !inbox.isClosed else { return false }
            inbox.inputs.append(contentsOf: inputs)
            defer { inbox.isTurnScheduled = true }
            return !inbox.isTurnScheduled
        }
        guard needsTurn else { return }
        _ = executor.schedule(after: .zero) { self.assumeIsolated { $0.takeTurn() } }
    }

    private func takeTurn() {
        while let inputs = nextInputs() {
            var output = ReplicaOutput()
            let instant = ReplicaInstant(wall: clock.now, elapsed: ContinuousClock.now - startedAt)
            for input in inputs {
                output.append(take(input, at: instant))
            }
            // Nothing that follows a vote's record may leave this machine before the record is durable.
            guard keep(output.records, durably: output.needsSync) else { return }
            for effect in output.effects {
                guard !hasStopped else { return }
                perform(effect)
            }
        }
    }

    private func nextInputs() -> [EngineInput]? {
        inbox.withLock { inbox in
            guard !hasStopped, !inbox.inputs.isEmpty else {
                inbox.isTurnScheduled = false
                return nil
            }
            let count = min(inbox.inputs.count, Self.batchCount)
            defer { inbox.inputs.removeFirst(count) }
            return Array(inbox.inputs.prefix(count))
        }
    }

    private func take(_ input: EngineInput, at instant: ReplicaInstant) -> ReplicaOutput {
        switch input {
        case .event(let event):
            return replica.receive(event, at: instant)
        case .submission(let transaction, let height):
            let (insertion, output) = replica.submit(transaction, unknownAt: height, at: instant)
            answer(insertion, of: transaction)
            return output
        case .execution(let executed, let head):
            let report = ExecutionReport(head: head, results: executed.map(\.executed))
            let output = replica.receive(.executed(report), at: instant)
            // Not before: whoever finds the transaction waiting here has to be told by this.
            for outcome in executed.lazy.flatMap(\.outcomes) {
                waiters.resolve(outcome)
            }
            return output
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
        inbox.withLock { inbox in
            inbox.isClosed = true
            inbox.inputs = []
        }
        for timer in timers.values {
            timer.cancel()
        }
        timers = [:]
        for outbox in outboxes.values {
            outbox.finish()
        }
        outboxes = [:]
        audience = []
        log = nil
    }
}

/// What the engine takes in.
enum EngineInput: Sendable {
    case event(ReplicaEvent)
    /// A transaction that was handed in at this node and was not on the ledger when that had executed this much.
    case submission(VerifiedTransaction, unknownAt: Height)
    /// What the blocks that the replica handed over have come to, and where the ledger stands after them.
    case execution([ExecutedBlock], LedgerHead)
}
