import Formats
import Identity
public import Logging
public import Nodes
import Synchronization

/// Delivers events to the receivers of a node's webhooks (事件推送): for each in order, at least once, and none waits for
/// another's.
///
/// It is woken by blocks, by changes of subscriptions and by the end of a pause; between these it does nothing.
public actor WebhookDispatcher {
    private let store: WebhookStore
    private let feed: EventFeed
    private let configuration: WebhookConfiguration
    private let wallClock: any WallClock
    private let clock: any Clock<Duration>
    private let logger: Logger
    private let chance: @Sendable () -> UInt64
    private let metrics = WebhookMetrics()
    /// Subscriptions whose turn is under way: at most one each.
    private var underWay: Set<WebhookIdentifier> = []
    private var passed: [WebhookIdentifier: (from: EventCursor, upTo: EventCursor)] = [:]
    private var alarm: Task<Void, Never>?
    /// Subscriptions that wait because of a fault of the node's own.
    private var pausedUntil: [WebhookIdentifier: Timestamp] = [:]

    /// - Parameters:
    ///   - store: the node's subscriptions.
    ///   - feed: what is delivered.
    ///   - configuration: how receivers are reached.
    ///   - wallClock: what signatures and schedules go by.
    ///   - clock: what pauses are measured by.
    ///   - logger: where failures are told.
    ///   - generator: what pauses vary by.
    public init(
        store: WebhookStore, feed: EventFeed, configuration: WebhookConfiguration = WebhookConfiguration(),
        wallClock: any WallClock, clock: any Clock<Duration>, logger: Logger,
        generator: some RandomNumberGenerator & Sendable
    ) {
        (self.store, self.feed, self.configuration) = (store, feed, configuration)
        (self.wallClock, self.clock, self.logger) = (wallClock, clock, logger)
        let numbers = Chance(generator)
        chance = { numbers.next() }
    }

    /// Random numbers for whoever asks.
    private final class Chance<Generator: RandomNumberGenerator & Sendable>: Sendable {
        private let generator: Mutex<Generator>

        init(_ generator: Generator) { self.generator = Mutex(generator) }

        func next() -> UInt64 { generator.withLock { $0.next() } }
    }

    /// Delivers until the task is cancelled. It is run once, by one task, for each store that was opened.
    public func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.watchBlocks() }
            for await _ in store.changes.stream {
                let pause = await serve(in: &group)
                setAlarm(after: pause)
            }
            setAlarm(after: nil)
            group.cancelAll()
        }
    }

    /// One alarm stands at a time: each look at what is due sets the next, and the last one none.
    private func setAlarm(after pause: Duration?) {
        alarm?.cancel()
        guard let pause else { return alarm = nil }
        alarm = Task { [clock, store] in
            do {
                try await clock.sleep(for: pause)
                store.changes.send(())
            } catch {
                // Only its cancellation ends a pause early, and then another alarm is set, or none is needed.
                return
            }
        }
    }

    /// Wakes with every block, and once in the beginning.
    private func watchBlocks() async {
        var height = Height.zero
        store.changes.send(())
        while !Task.isCancelled {
            do {
                height = try await feed.heights.next(above: height)
                store.changes.send(())
            } catch is CancellationError {
                return
            } catch let error as NodeError where error.code == .overloaded {
                guard await sleep(store.limits.pauseAfterError) else { return }
            } catch {
                logger.info("webhooks rest, because the node stops", metadata: ["reason": "\(error)"])
                return
            }
        }
    }

    /// - Returns: whether the time is over; not where the task was cancelled.
    private func sleep(_ duration: Duration) async -> Bool {
        do {
            try await clock.sleep(for: duration)
            return true
        } catch {
            return false
        }
    }

    /// Begins the turns of subscriptions that are due.
    /// - Returns: after how long something is due without anything else happening.
    private func serve(in group: inout DiscardingTaskGroup) async -> Duration? {
        let due: [WebhookDue]
        do throws(WebhookError) {
            due = try await store.due()
        } catch {
            logger.warning("webhooks are not served", metadata: ["error": "\(error)"])
            return store.limits.pauseAfterError
        }
        let now = wallClock.now
        let known = Set(due.map(\.identifier))
        passed = passed.filter { known.contains($0.key) }
        pausedUntil = pausedUntil.filter { known.contains($0.key) && $0.value > now }
        var next: Timestamp?
        for webhook in due where !underWay.contains(webhook.identifier) {
            let start = [webhook.schedule.nextAttempt, pausedUntil[webhook.identifier]].compactMap(\.self).max()
            if let start, start > now {
                next = min(next ?? start, start)
            } else if webhook.hasQueued || place(of: webhook).nextHeight <= feed.heights.current {
                begin(webhook.identifier, in: &group)
            }
        }
        return next.map { max(.milliseconds(1), $0.since(now)) }
    }

    /// Up to where nothing is to be delivered.
    private func place(of webhook: WebhookDue) -> EventCursor {
        guard let known = passed[webhook.identifier], known.from == webhook.cursor else { return webhook.cursor }
        return max(known.upTo, webhook.cursor)
    }

    private func begin(_ identifier: WebhookIdentifier, in group: inout DiscardingTaskGroup) {
        underWay.insert(identifier)
        let turn = WebhookTurn(
            identifier: identifier, passed: passed[identifier], store: store, feed: feed,
            configuration: configuration, wallClock: wallClock, chance: chance, logger: logger, metrics: metrics)
        group.addTask { await self.end(identifier, with: await turn.run()) }
    }

    private func end(_ identifier: WebhookIdentifier, with end: TurnEnd) {
        underWay.remove(identifier)
        switch end {
        case .idle(let from, let upTo): passed[identifier] = (from, upTo)
        case .more: passed[identifier] = nil
        case .pause: pausedUntil[identifier] = wallClock.now.advanced(by: store.limits.pauseAfterError)
        }
        store.changes.send(())
    }
}
