import Foundation
import GatewayEvents
import Identity
import LedgerTestKit
import Testing

/// What owners do with subscriptions, and what a file that is not as it was left does.
@Suite("Subscriptions of webhooks")
struct WebhookStoreTests {
    private func subscribe(
        _ store: WebhookStore, _ scene: WebhookScene, of department: Int = 0
    ) async throws -> (subscription: WebhookSubscription, secret: WebhookSecret) {
        try await store.subscribe(
            try WebhookAddress("https://receiver.example/"), to: try EventFilter(types: ["licence.*"]),
            for: try scene.owner(department), after: try EventCursor("3.1.2"), at: scene.clock.time)
    }

    @Test func whatWasMadeIsThereWhenTheFilesAreOpenedAgain() async throws {
        let scene = try WebhookScene()
        let made = try await subscribe(try scene.store(), scene)
        let found = try await scene.store().subscriptions()
        #expect(found == [made.subscription])
        #expect(found[0].cursor == (try EventCursor("3.1.2")))
        #expect(found[0].filter == (try EventFilter(types: ["licence.*"])))
        // Nobody but the owner reads the files, and the secret is in none of them.
        for name in ["webhooks.sqlite", "webhooks.key"] {
            let path = scene.directory.path("webhooks/\(name)")
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(bytes.range(of: Data(made.secret.text.utf8)) == nil)
        }
    }

    @Test func aDepartmentSeesAndChangesItsOwnAlone() async throws {
        let scene = try WebhookScene()
        let store = try scene.store()
        let (mine, theirs) = (try await subscribe(store, scene), try await subscribe(store, scene, of: 1))
        let (me, other) = (scene.ledger.department(0), scene.ledger.department(1))
        #expect(try await store.subscriptions(of: me) == [mine.subscription])
        #expect(try await store.subscriptions(of: other) == [theirs.subscription])
        #expect(try await store.subscriptions().count == 2)
        let identifier = theirs.subscription.identifier
        let missing = WebhookError(.notFound, "")
        await #expect(throws: missing) { try await store.subscription(identifier, of: me) }
        await #expect(throws: missing) { try await store.pause(identifier, of: me) }
        await #expect(throws: missing) { try await store.resume(identifier, of: me) }
        await #expect(throws: missing) { try await store.delete(identifier, of: me) }
        await #expect(throws: missing) { try await store.rotateSecret(identifier, of: me, at: scene.clock.time) }
        await #expect(throws: missing) { try await store.deadLetters(of: identifier, in: me) }
        await #expect(throws: missing) { try await store.resend(1, of: identifier, in: me) }
        await #expect(throws: missing) { try await store.discard(1, of: identifier, in: other) }
        #expect(try await store.subscriptions(of: other) == [theirs.subscription])
    }

    @Test func thereIsRoomForSoManyAndNoMore() async throws {
        var limits = WebhookLimits()
        (limits.subscriptionCount, limits.subscriptionsPerDepartment) = (3, 2)
        let scene = try WebhookScene(limits: limits)
        let store = try scene.store()
        _ = try await subscribe(store, scene)
        let second = try await subscribe(store, scene)
        await #expect(throws: WebhookError(.tooMany, "")) { try await subscribe(store, scene) }
        _ = try await subscribe(store, scene, of: 1)
        await #expect(throws: WebhookError(.tooMany, "")) { try await subscribe(store, scene, of: 2) }
        try await store.delete(second.subscription.identifier)
        _ = try await subscribe(store, scene, of: 2)
    }

    @Test func filesThatDoNotBelongTogetherAreRefused() async throws {
        let scene = try WebhookScene()
        _ = try await subscribe(try scene.store(), scene)
        #expect(throws: WebhookError(.wrongDatabase, "")) {
            try WebhookStore(scene.directory.path("webhooks"), genesis: try TestConsortium().genesis)
        }
        let key = scene.directory.path("webhooks/webhooks.key")
        try FileManager.default.removeItem(atPath: key)
        #expect(throws: WebhookError(.wrongKey, "")) { try scene.store() }
        try Data("nonsense".utf8).write(to: URL(fileURLWithPath: key))
        #expect(throws: WebhookError(.wrongKey, "")) { try scene.store() }
    }

    @Test func aFileThatIsNoDatabaseIsTold() throws {
        let scene = try WebhookScene()
        _ = try scene.store()
        try Data(repeating: 0x5a, count: 8_192).write(
            to: URL(fileURLWithPath: scene.directory.path("webhooks/webhooks.sqlite")))
        #expect(throws: WebhookError(.corrupted, "")) { try scene.store() }
    }

    @Test(arguments: ["", "a\nb", "\u{7f}", String(repeating: "证", count: 43)])
    func whoOwnsASubscriptionHasAName(principal: String) throws {
        let department = try #require(DepartmentName("tax"))
        #expect(throws: WebhookError(.wrongOwner, "")) { try WebhookOwner(principal, of: department) }
    }
}
