import Formats
package import Ledger
package import Logging
import Metrics

/// Keeps a read model behind the ledger, at its own pace: whoever commits a block only leaves word of it.
package struct ReadModelFollower<Source: ReadModelSource, FollowerClock: Clock<Duration>>: Sendable {
    private let model: ReadModel
    private let source: Source
    private let logger: Logger
    private let pause: Duration
    private let clock: FollowerClock
    private let metrics = ReadModelMetrics()

    /// - Parameters:
    ///   - pause: between one step and the next. On a busy chain a step then carries many blocks, in one transaction
    ///     that writes each page of the tables once; a chain that has rested is followed at once.
    ///   - clock: what the pause is measured by.
    package init(
        _ model: ReadModel,
        source: Source,
        logger: Logger,
        pause: Duration = .milliseconds(250),
        clock: FollowerClock = ContinuousClock()
    ) {
        self.model = model
        self.source = source
        self.logger = logger
        self.pause = pause
        self.clock = clock
    }

    /// Follows until the task is cancelled.
    ///
    /// What goes wrong is told in the log and tried again with the next block: a node goes on without its read model.
    /// - Parameter commits: word that blocks were executed.
    package func run(_ commits: AsyncStream<Void>) async {
        await catchUp()
        for await _ in commits {
            await catchUp()
            do {
                try await clock.sleep(for: pause)
            } catch {
                // Only cancellation ends the pause early, and with it the service.
                return
            }
        }
    }

    private func catchUp() async {
        var isCurrent = false
        var mayStartAnew = true
        while !isCurrent, !Task.isCancelled {
            do throws(LedgerError) {
                let step = try await model.advance(from: source)
                report(step)
                isCurrent = step.isCurrent
            } catch {
                guard error.code != .cancelled else { return }
                logger.error("the read model does not follow", metadata: ["error": "\(error)"])
                guard error.code == .readModelDamaged, mayStartAnew, startAnew(because: error) else { return }
                // Where the disk damages the new one as well, the next try comes with the next block.
                mayStartAnew = false
            }
        }
    }

    /// - Returns: whether the model can be filled again.
    private func startAnew(because error: LedgerError) -> Bool {
        do throws(LedgerError) {
            try model.rebuild(because: error.message)
            return true
        } catch {
            logger.error("the read model cannot be made anew", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func report(_ step: ReadModelStep) {
        if let reason = step.rebuildReason {
            logger.notice("the read model is made anew", metadata: ["reason": "\(reason)"])
        }
        metrics.height.record(step.height.rawValue)
        metrics.lag.record(step.lag)
        if !step.isCurrent {
            logger.debug("the read model is behind", metadata: ["height": "\(step.height)", "behind": "\(step.lag)"])
        }
    }
}
