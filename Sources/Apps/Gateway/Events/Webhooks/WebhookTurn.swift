import Formats
import Identity
import Logging
import Nodes

/// How a subscription's turn has ended.
enum TurnEnd: Sendable {
    /// There is nothing to deliver up to here, counted from where the subscription is written down to be.
    case idle(from: EventCursor, upTo: EventCursor)
    /// There may be more to do at once, or the schedule says when.
    case more
    /// The node's own ledger or database has failed.
    case pause
}

/// Delivers what is due for one subscription, in order, one after the other, up to a number.
struct WebhookTurn: Sendable {
    let identifier: WebhookIdentifier
    /// Up to where nothing was found to deliver, where the subscription is written down to be at `from`.
    let passed: (from: EventCursor, upTo: EventCursor)?
    let store: WebhookStore
    let feed: EventFeed
    let configuration: WebhookConfiguration
    let wallClock: any WallClock
    let chance: @Sendable () -> UInt64
    let logger: Logger
    let metrics: WebhookMetrics

    private var limits: WebhookLimits { store.limits }

    @concurrent
    func run() async -> TurnEnd {
        var sender: WebhookSender?
        let end: TurnEnd
        do {
            end = try await deliver(by: &sender)
        } catch let error as EventError where error.code == .pruned {
            end = await stop(because: error)
        } catch {
            if !(error is CancellationError) {
                logger.warning(
                    "a webhook is not served", metadata: ["webhook": "\(identifier)", "error": "\(error)"])
            }
            end = .pause
        }
        if let sender {
            do {
                try await sender.close()
            } catch {
                logger.debug("a webhook's connection does not close", metadata: ["error": "\(error)"])
            }
        }
        return end
    }

    /// What is not kept here any more cannot be delivered: its owner has to know, and to say where to go on.
    private func stop(because error: EventError) async -> TurnEnd {
        do throws(WebhookError) {
            try await store.disable(identifier, because: .pruned, error.message)
            metrics.countStopped()
            logger.warning(
                "a webhook is disabled", metadata: ["webhook": "\(identifier)", "reason": "\(error.message)"])
            return .more
        } catch {
            logger.warning("a webhook is not served", metadata: ["webhook": "\(identifier)", "error": "\(error)"])
            return .pause
        }
    }

    private func deliver(by sender: inout WebhookSender?) async throws -> TurnEnd {
        var count = 0
        while count < limits.deliveriesPerTurn {
            try Task.checkCancellation()
            guard let work = try await store.work(of: identifier, at: wallClock.now),
                work.subscription.schedule.isDue(at: wallClock.now)
            else { return .more }
            if let letter = work.queued {
                guard try await resend(letter, work, by: &sender) else { return .more }
                count += 1
                continue
            }
            let written = work.subscription.cursor
            let start = passed.flatMap { $0.from == written ? max($0.upTo, written) : nil } ?? written
            let page = try await feed.page(
                after: start, matching: work.subscription.filter, limit: limits.deliveriesPerTurn - count)
            guard !page.events.isEmpty else {
                return try await pass(from: written, to: page.cursor)
            }
            var from = written
            var schedule = work.subscription.schedule
            for event in page.events {
                guard try await deliver(event, from: from, schedule, work, by: &sender) else { return .more }
                schedule.delivered()
                from = event.cursor
                count += 1
            }
            // Whatever its owner has changed meanwhile is looked at with the next page.
        }
        return .more
    }

    private func pass(from written: EventCursor, to cursor: EventCursor) async throws -> TurnEnd {
        guard cursor.height.rawValue - written.height.rawValue >= limits.heightsPerCursorWrite else {
            return .idle(from: written, upTo: cursor)
        }
        try await store.pass(identifier, from: written, to: cursor)
        return .idle(from: cursor, upTo: cursor)
    }

    /// - Returns: whether the next one's turn comes at once.
    private func deliver(
        _ event: FeedEvent, from: EventCursor, _ schedule: DeliverySchedule, _ work: WebhookWork,
        by sender: inout WebhookSender?
    ) async throws -> Bool {
        let failure = try await send(Array(event.json.utf8), event.cursor, event.type, work, by: &sender)
        let now = wallClock.now
        guard let failure else {
            metrics.count(hasArrived: true)
            return try await store.noteDelivered(identifier, from: from, to: event.cursor, at: now)
        }
        var schedule = schedule
        let effect = schedule.failed(failure, at: now, chance: chance(), limits: limits)
        try await store.noteFailed(identifier, from: from, event, failure, schedule, effect, at: now)
        metrics.count(effect)
        logger.notice(
            "a webhook's delivery has not arrived",
            metadata: [
                "webhook": "\(identifier)", "cursor": "\(event.cursor)", "failure": "\(failure.message)",
                "effect": "\(effect)",
            ])
        return false
    }

    /// - Returns: whether it has arrived.
    private func resend(
        _ letter: DeadLetter, _ work: WebhookWork, by sender: inout WebhookSender?
    ) async throws -> Bool {
        let failure = try await send(letter.body, letter.cursor, letter.type, work, by: &sender)
        try await store.note(letter, failure)
        metrics.count(hasArrived: failure == nil)
        return failure == nil
    }

    private func send(
        _ body: [UInt8], _ cursor: EventCursor, _ type: EventType, _ work: WebhookWork,
        by sender: inout WebhookSender?
    ) async throws -> DeliveryFailure? {
        do {
            if sender == nil {
                sender = try await WebhookSender(
                    work.subscription.address, attempt: work.subscription.schedule.attempts,
                    configuration: configuration, limits: limits, logger: logger)
            }
        } catch let refused as DeliveryRefused {
            return refused.failure
        }
        let seconds = wallClock.now.milliseconds / 1_000
        return try await sender?.send(
            WebhookDelivery(
                identifier: WebhookDelivery.identifier(identifier, cursor), type: type, body: body,
                signature: WebhookSignature.header(of: body, at: seconds, secrets: work.secrets)))
    }
}
