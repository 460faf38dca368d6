import ClusterTransport
import Consensus
import CoreMetrics
import Formats
import Identity
import Ledger
import Replication
import Synchronization

/// Looks at the engine once a second: for metrics, and so that `node doctor` can say for how long.
final class HealthMonitor: Sendable {
    /// How late a change is noticed.
    static let interval = Duration.seconds(1)

    private let engine: ChannelEngine
    private let ledger: ChannelLedger
    private let metrics = HealthMetrics()
    private let clock: ContinuousClock
    private let start: ContinuousClock.Instant
    private let record = Mutex(HealthRecord())

    init(engine: ChannelEngine, ledger: ChannelLedger, clock: ContinuousClock = ContinuousClock()) {
        self.engine = engine
        self.ledger = ledger
        self.clock = clock
        start = clock.now
    }

    private var now: Duration { clock.now - start }

    /// Looks until the task is cancelled.
    func run() async {
        while true {
            _ = await look()
            do {
                try await clock.sleep(for: Self.interval)
            } catch {
                return
            }
        }
    }

    /// Counts a connection that was refused.
    func note(_ refusal: PeerRefusal) {
        metrics.refusedConnections.increment()
        record.withLock { $0.note(refusal, at: now) }
    }

    /// What there is to see now, and since when.
    func look() async -> (standing: Replica.Standing, record: HealthRecord, time: Duration) {
        let standing = await engine.standing
        let height = ledger.head.height
        let time = now
        let (change, record) = record.withLock { ($0.note(standing, height: height, at: time), $0) }
        report(standing, record, change, at: time)
        return (standing, record, time)
    }

    private func report(
        _ standing: Replica.Standing, _ record: HealthRecord, _ change: HealthRecord.Change, at time: Duration
    ) {
        metrics.pendingTransactions.record(standing.pendingCount)
        metrics.waitingBlocks.record(standing.waitingBlocks)
        metrics.unreachableValidators.record(
            max(0, standing.validators.count - 1 - standing.reachable.intersection(standing.validators).count))
        metrics.isBehind.record(standing.isBehind ? 1 : 0)
        metrics.missingContracts.record(ledger.missingContracts.count)
        metrics.secondsSinceCommit.record(record.secondsSinceCommit(at: time))
        guard let diagnosis = standing.diagnosis else { return }
        metrics.view.record(diagnosis.view.rawValue)
        metrics.finalView.record(diagnosis.lastFinalizedView.rawValue)
        metrics.secondsInView.record(record.secondsInView(at: time))
        metrics.consecutiveNullifications.record(diagnosis.consecutiveNullifications)
        let notarize = diagnosis.votes.first { $0.kind == "notarize" }
        metrics.missingVotes.record(
            diagnosis.isActive ? max(0, diagnosis.quorum - (notarize?.present.count ?? 0)) : 0)
        if change.hasNewView { metrics.viewChangesSeen.increment() }
    }
}
