import Identity
import Ledger
import Logging

/// Prunes a node's ledger by its policy, behind everything else that the node does: one small step, then a pause in
/// which blocks are committed.
struct PruningService: Sendable {
    /// Between two steps. With the steps' own milliseconds the writer is free most of the time.
    private static let pause = Duration.milliseconds(20)
    /// After an error, which is most often a disk that is full.
    private static let longPause = Duration.seconds(60)

    let ledger: ChannelLedger
    let policy: PruningPolicy
    let wallClock: any WallClock
    let clock: any Clock<Duration>
    let logger: Logger

    /// Prunes until the task is cancelled.
    /// - Parameter commits: word that blocks were executed.
    func run(_ commits: AsyncStream<Void>) async {
        do {
            try await prune()
            for await _ in commits { try await prune() }
        } catch {
            // The task is cancelled: the node stops.
            logger.debug("pruning ends", metadata: ["reason": "\(error)"])
        }
    }

    private func prune() async throws {
        var (transactions, entries) = (0, 0)
        var isDone = false
        while !isDone {
            do throws(LedgerError) {
                let step = try await ledger.prune(policy, now: wallClock.now)
                transactions += step.transactions
                entries += step.entries
                isDone = step.isDone
            } catch {
                logger.error("pruning does not go on", metadata: ["error": "\(error)"])
                try await clock.sleep(for: Self.longPause)
            }
            try await clock.sleep(for: Self.pause)
        }
        if transactions > 0 || entries > 0 {
            logger.info("pruned", metadata: ["transactions": "\(transactions)", "entries": "\(entries)"])
        }
    }
}
