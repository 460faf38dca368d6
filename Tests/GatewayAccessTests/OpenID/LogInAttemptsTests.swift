import Crypto
import GatewayAccess
import Identity
import LedgerTestKit
import Testing

/// Log-ins that are under way: whose they are, how long, and how many.
@Suite struct LogInAttemptsTests {
    private var generator = SeededGenerator(seed: 7)
    private let now = TestConsortium.createdAt

    /// The code that an answer is refused with; `nil` where it is taken.
    private func refusal(
        of state: String, browser: String?, in attempts: inout LogInAttempts, at time: Timestamp? = nil
    ) -> AccessError.Code? {
        do throws(AccessError) {
            _ = try attempts.finish(state: state, browser: browser, at: time ?? now)
            return nil
        } catch {
            return error.code
        }
    }

    @Test mutating func anAttemptIsAnsweredOnceInItsOwnBrowser() throws {
        var attempts = LogInAttempts()
        let mine = try attempts.begin(next: "/trace", browser: nil, from: "a", at: now, using: &generator)
        let other = try attempts.begin(next: "/", browser: nil, from: "b", at: now, using: &generator)
        #expect(Set([mine.state, mine.nonce, mine.challenge, mine.browser]).count == 4)
        #expect(mine.browser != other.browser && mine.state != other.state && mine.nonce != other.nonce)
        for wrong in [nil, "", other.browser, mine.state, "=", String(repeating: "A", count: 5_000)] {
            #expect(refusal(of: mine.state, browser: wrong, in: &attempts) == .logInUnknown)
        }
        for wrong in ["", mine.nonce, mine.browser, mine.state + "A", String(repeating: "A", count: 43)] {
            #expect(refusal(of: wrong, browser: mine.browser, in: &attempts) == .logInUnknown)
        }
        let returned = try attempts.finish(state: mine.state, browser: mine.browser, at: now)
        #expect(returned.next == "/trace" && returned.nonce == mine.nonce && returned.begunAt == now)
        let digest = SHA256.hash(data: Array(returned.verifier.utf8))
        #expect(TestIssuer.base64(Array(digest)) == mine.challenge, "the proof key is the one of the request")
        #expect(
            refusal(of: mine.state, browser: mine.browser, in: &attempts) == .logInUnknown, "an answer counts once")
        #expect(attempts.count == 1)
    }

    @Test mutating func anAttemptIsOverAfterItsTime() throws {
        var attempts = LogInAttempts()
        let first = try attempts.begin(next: "/", browser: nil, from: "a", at: now, using: &generator)
        let second = try attempts.begin(next: "/", browser: nil, from: "a", at: now, using: &generator)
        let last = now.advanced(by: AccessLimits.logInAttemptLifetime)
        _ = try attempts.finish(
            state: first.state, browser: first.browser, at: Timestamp(milliseconds: last.milliseconds - 1))
        #expect(refusal(of: second.state, browser: second.browser, in: &attempts, at: last) == .logInUnknown)
        #expect(attempts.count == 0)
    }

    @Test mutating func aBrowserMayHaveBegunInTwoWindows() throws {
        var attempts = LogInAttempts()
        let first = try attempts.begin(next: "/a", browser: nil, from: "a", at: now, using: &generator)
        let second = try attempts.begin(next: "/b", browser: first.browser, from: "a", at: now, using: &generator)
        #expect(second.browser == first.browser && second.state != first.state)
        // A secret that nobody was given here is not taken up.
        let made = TestIssuer.base64([UInt8](repeating: 1, count: 32))
        let third = try attempts.begin(next: "/c", browser: made, from: "a", at: now, using: &generator)
        #expect(third.browser != made)
        #expect(try attempts.finish(state: first.state, browser: second.browser, at: now).next == "/a")
        #expect(try attempts.finish(state: second.state, browser: second.browser, at: now).next == "/b")
    }

    @Test mutating func whoeverFillsThePlacesLosesHisOwn() throws {
        var attempts = LogInAttempts(capacity: 10)
        let mine = try attempts.begin(next: "/", browser: nil, from: "office", at: now, using: &generator)
        for _ in 0..<100 {
            _ = try attempts.begin(next: "/", browser: nil, from: "flood", at: now, using: &generator)
            #expect(attempts.count <= 10)
        }
        _ = try attempts.finish(state: mine.state, browser: mine.browser, at: now)
    }

    @Test mutating func anAddressBeginsOnlySoManyInAMinute() throws {
        var attempts = LogInAttempts()
        let allowed = AccessLimits.logInAttemptQuota.requestsPerMinute
        for _ in 0..<allowed {
            _ = try attempts.begin(next: "/", browser: nil, from: "a", at: now, using: &generator)
        }
        var refused: AccessError.Code?
        do throws(AccessError) {
            _ = try attempts.begin(next: "/", browser: nil, from: "a", at: now, using: &generator)
        } catch {
            refused = error.code
        }
        #expect(refused == .loginBusy)
        _ = try attempts.begin(next: "/", browser: nil, from: "b", at: now, using: &generator)
        let later = now.advanced(by: .seconds(70))
        _ = try attempts.begin(next: "/", browser: nil, from: "a", at: later, using: &generator)
    }
}
