import GatewayAccess
import Identity
import LedgerTestKit
import Testing

/// Sessions of people in a browser: how long they hold, and who cannot have one.
@Suite("Sessions")
struct SessionStoreTests {
    private static let start = TestConsortium.createdAt

    private func principal(_ name: String = "li") throws -> Principal {
        Principal(kind: .account(try #require(Label(name))), department: Label("market"), entitlements: [.readLedger])
    }

    private func time(_ seconds: Int) -> Timestamp { Self.start.advanced(by: .seconds(seconds)) }

    private func isOver(_ store: inout SessionStore, _ cookie: String, at time: Timestamp) -> Bool {
        do throws(AccessError) {
            _ = try store.session(cookie, at: time)
            return false
        } catch {
            return error.code == .sessionEnded
        }
    }

    @Test func aSessionGoesOnWhileItIsUsedAndEndsAfterEightHours() throws {
        var generator = SeededGenerator(seed: 1)
        var store = SessionStore()
        let ticket = try store.begin(principal(), at: Self.start, using: &generator)
        for seconds in stride(from: 1_700, to: 28_800, by: 1_700) {
            #expect(try store.session(ticket.cookie, at: time(seconds)).principal == principal())
        }
        #expect(isOver(&store, ticket.cookie, at: time(28_800)))
        #expect(store.count == 0)
        let idle = try store.begin(principal(), at: Self.start, using: &generator)
        #expect(!isOver(&store, idle.cookie, at: time(1_799)))
        #expect(isOver(&store, idle.cookie, at: time(1_799 + 1_800)))
        #expect(isOver(&store, idle.cookie, at: Self.start), "what is over is over")
    }

    @Test func onlyThePagesOfASessionMayChangeSomething() throws {
        var generator = SeededGenerator(seed: 1)
        var store = SessionStore()
        let first = try store.begin(principal(), at: Self.start, using: &generator)
        let second = try store.begin(principal(), at: Self.start, using: &generator)
        #expect(first.cookie != second.cookie && first.formToken != second.formToken)
        #expect(first.cookie.utf8.count == 43 && first.formToken.utf8.count == 43)
        let session = try store.session(first.cookie, formToken: first.formToken, at: Self.start)
        #expect(session.formToken == first.formToken)
        for token in ["", second.formToken, first.cookie, first.formToken + "=", String(first.formToken.dropLast())] {
            #expect(throws: AccessError(.notEntitled, "")) {
                try store.session(first.cookie, formToken: token, at: Self.start)
            }
        }
    }

    @Test func whatIsNoCookieIsNoSession() throws {
        var generator = SeededGenerator(seed: 1)
        var store = SessionStore()
        let ticket = try store.begin(principal(), at: Self.start, using: &generator)
        let wrong = [
            "", "a", ticket.cookie + "A", String(ticket.cookie.dropLast()), ticket.cookie + "=",
            String(ticket.cookie.reversed()), String(repeating: "A", count: 43), String(repeating: "A", count: 100_000),
            "证", ticket.formToken,
        ]
        for cookie in wrong { #expect(isOver(&store, cookie, at: Self.start), "\(cookie.prefix(50))") }
        #expect(!isOver(&store, ticket.cookie, at: Self.start))
    }

    @Test func allSessionsOfACallerEndAtOnce() throws {
        var generator = SeededGenerator(seed: 1)
        var store = SessionStore()
        let tickets = try (0..<3).map { _ in try store.begin(principal(), at: Self.start, using: &generator) }
        let other = try store.begin(principal("wang"), at: Self.start, using: &generator)
        store.end(tickets[0].cookie)
        #expect(isOver(&store, tickets[0].cookie, at: Self.start))
        #expect(store.endAll(of: try principal().identifier) == 2)
        for ticket in tickets { #expect(isOver(&store, ticket.cookie, at: Self.start)) }
        #expect(!isOver(&store, other.cookie, at: Self.start))
    }

    @Test func aCallersOldestSessionMakesRoomAndNobodyElses() throws {
        var generator = SeededGenerator(seed: 1)
        var store = SessionStore(capacity: 5, capacityPerPrincipal: 2)
        let other = try store.begin(principal("wang"), at: Self.start, using: &generator)
        let tickets = try (0..<3).map { try store.begin(principal(), at: time($0), using: &generator) }
        #expect(isOver(&store, tickets[0].cookie, at: time(3)))
        #expect(!isOver(&store, tickets[1].cookie, at: time(3)) && !isOver(&store, tickets[2].cookie, at: time(3)))
        #expect(!isOver(&store, other.cookie, at: time(3)))
        for name in ["a", "b"] { _ = try store.begin(principal(name), at: time(3), using: &generator) }
        #expect(throws: AccessError(.tooManySessions, "")) {
            try store.begin(principal("c"), at: time(3), using: &generator)
        }
        _ = try store.begin(principal("c"), at: time(1_900), using: &generator)
    }
}
