import Formats
import Foundation
import GatewayEvents
import Identity
import LedgerTestKit
import Testing

/// Deliveries by TLS: to a receiver that proves who it is, and to nobody else.
@Suite("Delivery of webhooks by TLS")
struct SecureDeliveryTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// A scene whose receivers are known by the certificates of a file.
    private func scene(trusting pem: String) throws -> WebhookScene {
        let path = directory.path("roots.pem")
        try pem.write(toFile: path, atomically: true, encoding: .utf8)
        return try WebhookScene(
            configuration: WebhookConfiguration(
                rule: WebhookAddressRule(allowsLoopback: true), trustRootsPath: path))
    }

    @Test func whatIsSentArrivesAtAReceiverThatIsWhoItShouldBe() async throws {
        let identity = try ServerIdentity("localhost")
        let scene = try scene(trusting: identity.pem)
        let receiver = Receiver(security: identity.configuration)
        try await receiver.start()
        let store = try scene.store()
        let (_, secret) = try await scene.subscribe(receiver, in: store)
        try await scene.serving(store) { () async throws in
            _ = try await scene.ledger.appendNotes(2)
            let all = try await scene.cursors()
            #expect(try await eventually { receiver.received.count == all.count })
            #expect(try receiver.cursors == all)
        }
        let now = scene.clock.time.milliseconds / 1_000
        for received in receiver.received {
            let header = try #require(received["Zhenglian-Signature"])
            #expect(WebhookSignature.isValid(header, of: received.body, secret: secret, now: now))
        }
        await receiver.kill()
    }

    @Test(arguments: ["another authority", "another name"])
    func nothingIsSentToAReceiverThatIsSomebodyElse(by difference: String) async throws {
        let identity = try ServerIdentity(difference == "another name" ? "receiver.example" : "localhost")
        let trusted = difference == "another authority" ? try ServerIdentity("localhost") : identity
        let scene = try scene(trusting: trusted.pem)
        let receiver = Receiver(security: identity.configuration)
        try await receiver.start()
        let store = try scene.store()
        let identifier = try await scene.subscribe(receiver, in: store).subscription.identifier
        try await scene.serving(store) { () async throws in
            _ = try await scene.ledger.appendNotes(1)
            #expect(try await eventually { try await store.subscription(identifier).schedule.attempts > 0 })
        }
        #expect(receiver.received.isEmpty)
        #expect(try await store.subscription(identifier).lastFailure?.isEmpty == false)
        await receiver.kill()
    }
}
