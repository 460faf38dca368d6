import GatewayAccess
import Identity
import LedgerTestKit
import Testing

/// Whoever guesses passwords is locked out, and nobody else.
@Suite("Guessing passwords")
struct LoginGuardTests {
    private static let start = TestConsortium.createdAt

    private func isAllowed(
        _ attempts: inout LoginGuard, _ name: String = "li", known: Bool = true, from address: String = "10.0.0.1",
        after seconds: Int = 0
    ) -> Bool {
        let now = Self.start.advanced(by: .seconds(seconds))
        return attempts.attempt(name: name, isKnown: known, address: address, at: now) == .allowed
    }

    @Test(arguments: [true, false])
    func fiveFailuresLockANameForFifteenMinutes(isKnown: Bool) {
        var attempts = LoginGuard()
        for number in 0..<5 { #expect(isAllowed(&attempts, known: isKnown, from: "10.0.0.\(number)", after: number)) }
        #expect(!isAllowed(&attempts, known: isKnown, from: "10.0.1.1", after: 5))
        #expect(
            attempts.attempt(
                name: "li", isKnown: isKnown, address: "10.0.1.1", at: Self.start.advanced(by: .seconds(4)))
                == .locked(retryAfterSeconds: 900))
        #expect(attempts.lockouts(at: Self.start.advanced(by: .seconds(5))).map(\.name) == (isKnown ? ["li"] : []))
        #expect(!isAllowed(&attempts, known: isKnown, from: "10.0.1.1", after: 903))
        #expect(isAllowed(&attempts, known: isKnown, from: "10.0.1.1", after: 904))
        #expect(isAllowed(&attempts, known: isKnown, from: "10.0.1.1", after: 905), "and counting begins anew")
    }

    @Test func fiveFailuresLockAnAddress() {
        var attempts = LoginGuard()
        for number in 0..<5 { #expect(isAllowed(&attempts, "name-\(number)", known: false)) }
        #expect(!isAllowed(&attempts, "li"))
        #expect(isAllowed(&attempts, "li", from: "10.0.0.2"))
    }

    @Test func aSuccessForgetsTheNamesFailuresAndNotTheAddresss() {
        var attempts = LoginGuard()
        for _ in 0..<4 { #expect(isAllowed(&attempts)) }
        #expect(isAllowed(&attempts))
        attempts.succeeded(name: "li", address: "10.0.0.1")
        #expect(attempts.lockouts(at: Self.start).isEmpty)
        #expect(isAllowed(&attempts, from: "10.0.0.2"))
        #expect(isAllowed(&attempts, "wang"), "the fifth from there")
        #expect(!isAllowed(&attempts, "wang"))
    }

    @Test func manyAttemptsAtOnceAreNoMoreThanFive() {
        var attempts = LoginGuard()
        #expect((0..<100).filter { isAllowed(&attempts, from: "10.0.0.\($0)") }.count == 5)
    }

    @Test func aFloodOfNamesLocksNoAccountAndTakesNoMoreRoom() {
        var attempts = LoginGuard(capacity: 100)
        for number in 0..<1_000 {
            _ = isAllowed(&attempts, "name-\(number)", known: false, from: "10.\(number / 256).0.\(number % 256)")
        }
        #expect(attempts.count <= 201)
        #expect(!isAllowed(&attempts, "name-new", known: false, from: "10.9.9.9"))
        #expect(isAllowed(&attempts, "li", from: "10.9.9.9"))
        #expect(isAllowed(&attempts, "name-new", known: false, from: "10.9.9.8", after: 900))
    }

    @Test func lockedAddressesAreNotPushedOut() {
        var attempts = LoginGuard(capacity: 10)
        for _ in 0..<5 { _ = isAllowed(&attempts, "li", from: "evil") }
        for number in 0..<1_000 { _ = isAllowed(&attempts, "account-\(number)", from: "10.0.\(number)") }
        #expect(!isAllowed(&attempts, "wang", from: "evil"))
        #expect(isAllowed(&attempts, "wang", from: "10.1.1.1"))
    }

    @Test func whereEveryAddressIsLockedFurtherOnesAre() {
        var attempts = LoginGuard(capacity: 3)
        for address in ["a", "b", "c"] {
            for number in 0..<5 { _ = isAllowed(&attempts, "\(address)-\(number)", from: address) }
        }
        #expect(!isAllowed(&attempts, "li", from: "d"))
        #expect(isAllowed(&attempts, "li", from: "d", after: 900))
    }
}
