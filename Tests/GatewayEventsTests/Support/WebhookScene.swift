import Formats
import GatewayEvents
import Identity
import LedgerTestKit
import Logging

/// A node's ledger with webhooks, whose dispatcher can be stopped as a crash stops it, and started anew on the same
/// files.
final class WebhookScene: Sendable {
    let ledger: EventLedger
    let clock = SteppedClock()
    let directory: TemporaryDirectory
    let configuration: WebhookConfiguration
    let limits: WebhookLimits

    init(
        limits: WebhookLimits = WebhookLimits(), channel: ChannelLimits = ChannelLimits(),
        configuration: WebhookConfiguration = WebhookConfiguration(rule: WebhookAddressRule(allowsLoopback: true))
    ) throws {
        ledger = try EventLedger(try TestConsortium(limits: channel))
        directory = try TemporaryDirectory()
        (self.limits, self.configuration) = (limits, configuration)
    }

    func store() throws -> WebhookStore {
        try WebhookStore(directory.path("webhooks"), genesis: ledger.genesis, limits: limits)
    }

    func owner(_ department: Int = 0) throws -> WebhookOwner {
        try WebhookOwner("application/counter", of: ledger.department(department))
    }

    func subscribe(
        _ receiver: Receiver, in store: WebhookStore, to types: [String] = []
    ) async throws -> (subscription: WebhookSubscription, secret: WebhookSecret) {
        try await store.subscribe(
            try receiver.address(), to: try EventFilter(types: types), for: try owner(), after: .end(of: .zero),
            at: clock.time)
    }

    /// Runs a dispatcher while `body` does.
    func serving<Value: Sendable>(
        _ store: WebhookStore, _ body: () async throws -> Value
    ) async throws -> Value {
        let dispatcher = WebhookDispatcher(
            store: store, feed: ledger.feed(), configuration: configuration,
            wallClock: SteppedWallClock(clock: clock), clock: clock,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            generator: SeededGenerator(seed: 1))
        let task = Task { await dispatcher.run() }
        do {
            let value = try await body()
            task.cancel()
            await task.value
            return value
        } catch {
            task.cancel()
            await task.value
            throw error
        }
    }

    /// All events there are, as they are delivered.
    func cursors(_ filter: EventFilter = .all) async throws -> [String] {
        var cursors: [String] = []
        var cursor = EventCursor.end(of: .zero)
        while true {
            let page = try await ledger.feed().page(after: cursor, matching: filter)
            cursors += page.events.map { "\($0.cursor)" }
            cursor = page.cursor
            if !page.hasMore { return cursors }
        }
    }
}
