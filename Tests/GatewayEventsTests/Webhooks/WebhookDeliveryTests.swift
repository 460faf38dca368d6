import Formats
import Foundation
import GatewayEvents
import HTTPTypes
import Hummingbird
import Identity
import Ledger
import LedgerTestKit
import Synchronization
import Testing

/// Deliveries over real connections: all of them, in order, signed, whatever becomes of receivers and of the node.
@Suite("Delivery of webhooks")
struct WebhookDeliveryTests {
    @Test func everythingArrivesInOrderAndSigned() async throws {
        let scene = try WebhookScene()
        let receiver = Receiver()
        try await receiver.start()
        let store = try scene.store()
        let (subscription, secret) = try await scene.subscribe(receiver, in: store)
        try await scene.serving(store) { () async throws in
            _ = try await scene.ledger.appendNotes(3)
            let before = try await scene.cursors()
            #expect(try await eventually { receiver.received.count == before.count })
            // What comes later comes by itself.
            _ = try await scene.ledger.appendNotes(2)
            let all = try await scene.cursors()
            #expect(try await eventually { receiver.received.count == all.count })
            #expect(try receiver.cursors == all)
        }
        let now = scene.clock.time.milliseconds / 1_000
        for received in receiver.received {
            let header = try #require(received["Zhenglian-Signature"])
            #expect(WebhookSignature.isValid(header, of: received.body, secret: secret, now: now))
            #expect(received["Zhenglian-Delivery"] == "\(subscription.identifier).\(try received.cursor)")
            #expect(received["Content-Type"] == "application/json")
        }
        let state = try await store.subscription(subscription.identifier)
        #expect(state.state == .active && state.lastFailure == nil && state.deliveredAt == scene.clock.time)
        await receiver.kill()
    }

    @Test func aReceiverThatWasAwayMissesNothing() async throws {
        let scene = try WebhookScene()
        let receiver = Receiver()
        try await receiver.start()
        let store = try scene.store()
        let identifier = try await scene.subscribe(receiver, in: store).subscription.identifier
        _ = try await scene.ledger.appendNotes(2)
        try await scene.serving(store) { () async throws in
            let first = try await scene.cursors().count
            #expect(try await eventually { receiver.received.count == first })
            await receiver.kill()
            _ = try await scene.ledger.appendNotes(2)
            for attempt in 1...3 {
                #expect(try await eventually { try await store.subscription(identifier).schedule.attempts == attempt })
                scene.clock.advance(by: .seconds(60))
            }
            try await receiver.start()
            let all = try await scene.cursors()
            #expect(
                try await eventually {
                    scene.clock.advance(by: .seconds(10))
                    return receiver.received.count == all.count
                })
            #expect(try receiver.cursors == all)
        }
        await receiver.kill()
    }

    @Test func aNodeThatIsKilledAnywhereDeliversAgainAndLosesNothing() async throws {
        let scene = try WebhookScene()
        let receiver = Receiver()
        try await receiver.start()
        _ = try await scene.subscribe(receiver, in: try scene.store())
        _ = try await scene.ledger.appendNotes(6)
        let all = try await scene.cursors()
        var known = 0
        var kills = 0
        while known < all.count {
            // Each time another node on the same files, which ends somewhere in the middle.
            let store = try scene.store()
            try await scene.serving(store) { () async throws in
                #expect(try await eventually { Set(try receiver.cursors).count >= min(known + 13, all.count) })
            }
            known = Set(try receiver.cursors).count
            kills += 1
        }
        let cursors = try receiver.cursors
        // At least once, and a new one never before an older one.
        var newest = 0
        for cursor in cursors {
            let place = try #require(all.firstIndex(of: cursor))
            #expect(place <= newest)
            newest = max(newest, place + 1)
        }
        #expect(newest == all.count)
        #expect(cursors.count <= all.count + kills)
        await receiver.kill()
    }

    @Test func aSlowReceiverHoldsUpNobodyElse() async throws {
        let scene = try WebhookScene()
        let gate = AsyncStream<Void>.makeStream()
        let slow = Receiver { _, _ in
            for await _ in gate.stream { break }
            return Receiver.Answer()
        }
        let quick = Receiver()
        try await slow.start()
        try await quick.start()
        let store = try scene.store()
        _ = try await scene.subscribe(slow, in: store)
        _ = try await scene.subscribe(quick, in: store)
        _ = try await scene.ledger.appendNotes(3)
        let all = try await scene.cursors()
        try await scene.serving(store) { () async throws in
            #expect(try await eventually { slow.received.count == 1 && quick.received.count == all.count })
            #expect(slow.received.count == 1)
        }
        gate.continuation.finish()
        await slow.kill()
        await quick.kill()
    }

    @Test func aReceiverThatTakesTooLongIsTriedAgain() async throws {
        var limits = WebhookLimits()
        limits.deliveryTime = .milliseconds(500)
        let scene = try WebhookScene(limits: limits)
        let gate = AsyncStream<Void>.makeStream()
        let receiver = Receiver { _, count in
            if count == 0 { for await _ in gate.stream { break } }
            return Receiver.Answer()
        }
        try await receiver.start()
        let store = try scene.store()
        let identifier = try await scene.subscribe(receiver, in: store, to: ["block"]).subscription.identifier
        _ = try await scene.ledger.appendNotes(1)
        try await scene.serving(store) { () async throws in
            #expect(try await eventually { try await store.subscription(identifier).lastFailure != nil })
            #expect(try await store.subscription(identifier).lastFailure?.contains("longer") == true)
            #expect(
                try await eventually {
                    scene.clock.advance(by: .seconds(10))
                    return try receiver.cursors.last == "2.0.0"
                })
        }
        let cursors = try receiver.cursors
        #expect(cursors.prefix(2) == ["1.0.0", "1.0.0"])
        gate.continuation.finish()
        await receiver.kill()
    }

    @Test func anAnswerThatNeverEndsIsCutOffAndCounts() async throws {
        var limits = WebhookLimits()
        limits.deliveryTime = .seconds(2)
        let scene = try WebhookScene(limits: limits)
        let receiver = Receiver { _, count in
            let body = ResponseBody { writer in
                for _ in 0..<1_000_000 {
                    try await writer.write(ByteBuffer(string: count == 0 ? "x" : String(repeating: "x", count: 1_000)))
                    try await ContinuousClock().sleep(for: .milliseconds(20))
                }
            }
            return Receiver.Answer(status: 200, body: count < 2 ? body : ResponseBody())
        }
        try await receiver.start()
        let store = try scene.store()
        _ = try await scene.subscribe(receiver, in: store, to: ["block"])
        _ = try await scene.ledger.appendNotes(3)
        try await scene.serving(store) { () async throws in
            #expect(try await eventually { receiver.received.count == 4 })
        }
        #expect(try receiver.cursors == ["1.0.0", "2.0.0", "3.0.0", "4.0.0"])
        await receiver.kill()
    }

    @Test func redirectionsAreNotFollowed() async throws {
        let scene = try WebhookScene()
        let target = Receiver()
        try await target.start()
        let location = try target.address().text
        let receiver = Receiver { _, _ in Receiver.Answer(status: 307, headers: [.location: location]) }
        try await receiver.start()
        let store = try scene.store()
        let identifier = try await scene.subscribe(receiver, in: store).subscription.identifier
        _ = try await scene.ledger.appendNotes(1)
        try await scene.serving(store) { () async throws in
            #expect(
                try await eventually {
                    try await store.subscription(identifier).lastFailure?.contains("307") == true
                })
        }
        #expect(target.received.isEmpty)
        await target.kill()
        await receiver.kill()
    }

    @Test func aReceiverThatIsGoneIsDisabledAndResumedOnDemand() async throws {
        let scene = try WebhookScene()
        let isGone = Mutex(true)
        let receiver = Receiver { _, _ in Receiver.Answer(status: isGone.withLock { $0 } ? 410 : 200) }
        try await receiver.start()
        let store = try scene.store()
        let identifier = try await scene.subscribe(receiver, in: store, to: ["block"]).subscription.identifier
        _ = try await scene.ledger.appendNotes(2)
        try await scene.serving(store) { () async throws in
            #expect(try await eventually { try await store.subscription(identifier).state == .disabled })
            #expect(try await store.subscription(identifier).reason == .gone)
            isGone.withLock { $0 = false }
            scene.clock.advance(by: .seconds(86_400))
            _ = try await scene.ledger.appendNotes(1)
            #expect(receiver.received.count == 1)
            try await store.resume(identifier)
            #expect(try await eventually { receiver.received.count == 5 })
            #expect(Set(try receiver.cursors).count == 4)
        }
        await receiver.kill()
    }

    @Test func whatNeverArrivesIsPutAsideAndSentAgainOnDemand() async throws {
        var limits = WebhookLimits()
        limits.attemptCount = 3
        let scene = try WebhookScene(limits: limits)
        let isBroken = Mutex(true)
        let receiver = Receiver { received, _ in
            let isPoison = (try? received.cursor) == "2.0.0" && isBroken.withLock { $0 }
            return Receiver.Answer(status: isPoison ? 500 : 200)
        }
        try await receiver.start()
        let store = try scene.store()
        let identifier = try await scene.subscribe(receiver, in: store, to: ["block"]).subscription.identifier
        _ = try await scene.ledger.appendNotes(3)
        try await scene.serving(store) { () async throws in
            #expect(
                try await eventually {
                    scene.clock.advance(by: .seconds(20))
                    return try await store.subscription(identifier).cursor.height.rawValue == 4
                })
            #expect(try receiver.cursors == ["1.0.0", "2.0.0", "2.0.0", "2.0.0", "3.0.0", "4.0.0"])
            let letter = try #require(try await store.deadLetters(of: identifier).first)
            #expect(letter.failure.contains("500") && letter.type == .block && !letter.isQueued)
            #expect("\(letter.cursor)" == "2.0.0")
            // It fails once more, and stays; then it arrives, and is gone.
            try await store.resend(letter.number, of: identifier)
            #expect(
                try await eventually {
                    guard receiver.received.count == 7 else { return false }
                    return try await store.deadLetters(of: identifier).first?.isQueued == false
                })
            isBroken.withLock { $0 = false }
            try await store.resend(letter.number, of: identifier)
            #expect(try await eventually { try await store.deadLetters(of: identifier).isEmpty })
            #expect(receiver.received.last?.body == letter.body)
        }
        await receiver.kill()
    }

    @Test func whatFailsForDaysIsDisabledWithItsReason() async throws {
        var limits = WebhookLimits()
        limits.patience = .seconds(3_000)
        let scene = try WebhookScene(limits: limits)
        let receiver = Receiver { _, _ in Receiver.Answer(status: 503, headers: [.retryAfter: "400"]) }
        try await receiver.start()
        let store = try scene.store()
        let identifier = try await scene.subscribe(receiver, in: store).subscription.identifier
        _ = try await scene.ledger.appendNotes(1)
        try await scene.serving(store) { () async throws in
            let isDisabled = try await eventually {
                scene.clock.advance(by: .seconds(100))
                return try await store.subscription(identifier).state == .disabled
            }
            #expect(isDisabled)
            // The receiver has asked for 400 seconds, and was left alone for so long each time.
            #expect(receiver.received.count <= 9)
            #expect(try await store.subscription(identifier).reason == .failing)
        }
        await receiver.kill()
    }

    @Test func whatIsPrunedBeforeItArrivedStopsTheSubscriptionUntilItsOwnerSaysWhereToGoOn() async throws {
        var limits = ChannelLimits()
        limits.transactionLifetime = 4
        let scene = try WebhookScene(channel: limits)
        let receiver = Receiver()
        try await receiver.start()
        let store = try scene.store()
        let identifier = try await scene.subscribe(receiver, in: store, to: ["block"]).subscription.identifier
        _ = try await scene.ledger.appendNotes(29, transactions: 1)
        let policy = PruningPolicy(heights: 8, departments: [])
        while try await !scene.ledger.ledger.prune(policy, now: await scene.ledger.now).isDone {}
        let first = try await scene.ledger.ledger.followableHeights().first
        try await scene.serving(store) { () async throws in
            #expect(try await eventually { try await store.subscription(identifier).state == .disabled })
            let stopped = try await store.subscription(identifier)
            #expect(stopped.reason == .pruned && stopped.lastFailure?.contains("\(first)") == true)
            #expect(receiver.received.isEmpty)
            try await store.resume(identifier, after: .before(first))
            #expect(try await eventually { try receiver.cursors.last == "30.0.0" })
            #expect(try receiver.cursors.first == "\(first).0.0")
        }
        await receiver.kill()
    }

    @Test func aLedgerThatIsBehindIsWaitedFor() async throws {
        let scene = try WebhookScene()
        let receiver = Receiver()
        try await receiver.start()
        let store = try scene.store()
        let identifier = try await store.subscribe(
            try receiver.address(), to: .all, for: try scene.owner(), after: try EventCursor("5"), at: scene.clock.time
        ).subscription.identifier
        _ = try await scene.ledger.appendNotes(1)
        try await scene.serving(store) { () async throws in
            _ = try await scene.ledger.appendNotes(8)
            #expect(
                try await eventually {
                    scene.clock.advance(by: .seconds(11))
                    return try receiver.cursors.last?.hasPrefix("10.") == true
                })
            #expect(try receiver.cursors.first == "6.0.0")
            #expect(try await store.subscription(identifier).state == .active)
        }
        await receiver.kill()
    }

    @Test func bothSecretsSignWhileBothAreValid() async throws {
        let scene = try WebhookScene()
        let receiver = Receiver()
        try await receiver.start()
        let store = try scene.store()
        let (subscription, first) = try await scene.subscribe(receiver, in: store, to: ["block"])
        let second = try await store.rotateSecret(subscription.identifier, at: scene.clock.time)
        func valid() async throws -> [Bool] {
            _ = try await scene.ledger.appendNotes(1)
            let last = try await scene.cursors(try EventFilter(types: ["block"])).last
            #expect(try await eventually { try receiver.cursors.last == last })
            let received = try #require(receiver.received.last)
            let header = try #require(received["Zhenglian-Signature"])
            return [first, second].map {
                WebhookSignature.isValid(
                    header, of: received.body, secret: $0, now: scene.clock.time.milliseconds / 1_000)
            }
        }
        try await scene.serving(store) { () async throws in
            #expect(try await valid() == [true, true])
            scene.clock.advance(by: .seconds(86_401))
            #expect(try await valid() == [false, true])
            // Where somebody has seen it, the one before ends at once.
            let third = try await store.rotateSecret(subscription.identifier, at: scene.clock.time, overlap: .zero)
            #expect(try await valid() == [false, false])
            #expect(third != second)
        }
        await receiver.kill()
    }

    @Test func aPausedSubscriptionGoesOnWhereItWas() async throws {
        let scene = try WebhookScene()
        let receiver = Receiver()
        try await receiver.start()
        let store = try scene.store()
        let identifier = try await scene.subscribe(receiver, in: store, to: ["block"]).subscription.identifier
        _ = try await scene.ledger.appendNotes(1)
        try await scene.serving(store) { () async throws in
            #expect(try await eventually { receiver.received.count == 2 })
            try await store.pause(identifier)
            _ = try await scene.ledger.appendNotes(3)
            let other = Receiver()
            try await other.start()
            _ = try await scene.subscribe(other, in: store, to: ["block"])
            #expect(try await eventually { other.received.count == 5 })
            #expect(receiver.received.count == 2)
            try await store.resume(identifier)
            #expect(try await eventually { receiver.received.count == 5 })
            // From the beginning, where somebody asks for it.
            try await store.resume(identifier, after: .end(of: .zero))
            #expect(try await eventually { receiver.received.count == 10 })
            try await store.delete(identifier)
            _ = try await scene.ledger.appendNotes(1)
            #expect(try await eventually { other.received.count == 6 })
            #expect(receiver.received.count == 10)
            await other.kill()
        }
        await receiver.kill()
    }

    @Test(arguments: ["http://127.0.0.1:9/", "https://127.0.0.1:9/", "http://localhost:9/", "http://[::1]:9/"])
    func theNodesOwnMachineIsOutOfReachUnlessItIsAllowed(text: String) async throws {
        let scene = try WebhookScene(configuration: WebhookConfiguration())
        try await expectRefusal(of: text, in: scene)
    }

    @Test(arguments: [
        "http://169.254.169.254/", "https://169.254.169.254/", "https://2852039166/", "https://0xa9fea9fe/",
        "https://[::ffff:169.254.169.254]/", "http://10.1.2.3/", "https://0/",
    ])
    func whatStandsBesideTheNodeIsOutOfReachHoweverItIsWritten(text: String) async throws {
        try await expectRefusal(of: text, in: try WebhookScene())
    }

    private func expectRefusal(of text: String, in scene: WebhookScene) async throws {
        let store = try scene.store()
        let identifier = try await store.subscribe(
            try WebhookAddress(text), to: .all, for: try scene.owner(), after: .end(of: .zero), at: scene.clock.time
        ).subscription.identifier
        _ = try await scene.ledger.appendNotes(1)
        try await scene.serving(store) { () async throws in
            #expect(try await eventually { try await store.subscription(identifier).lastFailure != nil })
        }
        let failure = try #require(try await store.subscription(identifier).lastFailure)
        #expect(failure.contains("may not reach"), "\(failure)")
    }
}
