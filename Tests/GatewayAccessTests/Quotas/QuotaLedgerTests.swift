import GatewayAccess
import Identity
import LedgerTestKit
import Testing

/// How much callers may ask, checked against a count of every request that was let through.
@Suite("Quotas")
struct QuotaLedgerTests {
    private static let start = TestConsortium.createdAt

    private func quota(_ perMinute: Int, _ perDay: Int? = nil) throws -> Quota {
        try #require(Quota(requestsPerMinute: perMinute, requestsPerDay: perDay))
    }

    private func isAllowed(_ decision: QuotaLedger.Decision) -> Bool {
        if case .allowed = decision { true } else { false }
    }

    @Test func aMinuteHasNoMoreThanItsRequests() throws {
        var ledger = QuotaLedger()
        let quota = try quota(3)
        #expect(ledger.admit("a", quota: quota, at: Self.start) == .allowed(remaining: 2))
        #expect(ledger.admit("a", quota: quota, at: Self.start) == .allowed(remaining: 1))
        #expect(ledger.admit("a", quota: quota, at: Self.start) == .allowed(remaining: 0))
        #expect(ledger.admit("a", quota: quota, at: Self.start) == .refused(retryAfterSeconds: 70))
        #expect(ledger.admit("b", quota: quota, at: Self.start) == .allowed(remaining: 2))
        #expect(
            ledger.admit("a", quota: quota, at: Self.start.advanced(by: .seconds(69))) == .refused(retryAfterSeconds: 1)
        )
        #expect(ledger.admit("a", quota: quota, at: Self.start.advanced(by: .seconds(70))) == .allowed(remaining: 2))
    }

    @Test func aDayInChinaHasNoMoreThanItsRequests() throws {
        var ledger = QuotaLedger()
        let quota = try quota(100, 2)
        // 2026-01-01T00:00:00Z is eight in the morning in China: sixteen hours are left of the day.
        for remaining in [1, 0] {
            #expect(ledger.admit("a", quota: quota, at: Self.start) == .allowed(remaining: remaining))
        }
        #expect(ledger.admit("a", quota: quota, at: Self.start) == .refused(retryAfterSeconds: 16 * 3_600))
        let midnight = Self.start.advanced(by: .seconds(16 * 3_600))
        #expect(
            ledger.admit("a", quota: quota, at: midnight.advanced(by: .milliseconds(-1)))
                == .refused(retryAfterSeconds: 1))
        #expect(ledger.admit("a", quota: quota, at: midnight) == .allowed(remaining: 1))
    }

    @Test func aClockThatIsSetBackGivesNobodyAMinuteTwice() throws {
        var ledger = QuotaLedger()
        let quota = try quota(1)
        #expect(isAllowed(ledger.admit("a", quota: quota, at: Self.start)))
        #expect(!isAllowed(ledger.admit("a", quota: quota, at: Self.start.advanced(by: .seconds(-3_600)))))
        #expect(!isAllowed(ledger.admit("a", quota: quota, at: Timestamp(milliseconds: 0))))
        #expect(isAllowed(ledger.admit("a", quota: quota, at: Timestamp(milliseconds: .max))))
    }

    @Test func nobodysCountBeginsAnewBecauseOthersCame() throws {
        var ledger = QuotaLedger(capacity: 3)
        let quota = try quota(5, 5)
        for name in ["a", "b", "c"] {
            for _ in 0..<5 { #expect(isAllowed(ledger.admit(name, quota: quota, at: Self.start))) }
        }
        let later = Self.start.advanced(by: .seconds(600))
        for number in 0..<100 { #expect(!isAllowed(ledger.admit("flood-\(number)", quota: quota, at: later))) }
        for name in ["a", "b", "c"] { #expect(!isAllowed(ledger.admit(name, quota: quota, at: later))) }
        #expect(ledger.count == 3)
        // The next day nothing of them matters, and there is room.
        let tomorrow = Self.start.advanced(by: .seconds(86_400))
        #expect(isAllowed(ledger.admit("flood-1", quota: quota, at: tomorrow)))
        #expect(isAllowed(ledger.admit("a", quota: quota, at: tomorrow)))
    }

    @Test(arguments: 0..<40)
    func noHistoryLetsMoreThroughAndWaitingAsLongAsToldHelps(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let names = ["a", "b", "c", "d", "e"]
        var ledger = QuotaLedger(capacity: Int.random(in: 2...5, using: &generator))
        // With room for all, only the quota refuses.
        var roomy = QuotaLedger()
        let quotas = try names.map { _ in
            try quota(
                Int.random(in: 1...20, using: &generator),
                Bool.random(using: &generator) ? Int.random(in: 1...100, using: &generator) : nil)
        }
        var allowed = [[Timestamp]](repeating: [], count: names.count)
        var now = Self.start
        for _ in 0..<1_500 {
            now = now.advanced(by: .milliseconds(Int.random(in: 0...40, using: &generator) == 0 ? 90_000 : 700))
            if Int.random(in: 0..<300, using: &generator) == 0 { now = now.advanced(by: .seconds(30_000)) }
            let caller = Int.random(in: names.indices, using: &generator)
            switch ledger.admit(names[caller], quota: quotas[caller], at: now) {
            case .allowed: allowed[caller].append(now)
            case .refused(let seconds): #expect((1...86_400).contains(seconds))
            }
            if case .refused(let seconds) = roomy.admit(names[caller], quota: quotas[caller], at: now) {
                // Whoever waits as long as it was told gets through, unless the day is over its quota as well.
                var later = roomy
                let first = later.admit(
                    names[caller], quota: quotas[caller], at: now.advanced(by: .seconds(seconds)))
                if quotas[caller].requestsPerDay == nil { #expect(isAllowed(first), "seed \(seed)") }
                var sooner = roomy
                let early = sooner.admit(
                    names[caller], quota: quotas[caller], at: now.advanced(by: .seconds(seconds - 1)))
                #expect(!isAllowed(early), "seed \(seed): it was told to wait longer than it had to")
            }
        }
        for caller in names.indices {
            let times = allowed[caller]
            let perMinute = quotas[caller].requestsPerMinute
            for (index, time) in times.enumerated() where index >= perMinute {
                #expect(time.since(times[index - perMinute]) > .seconds(60), "seed \(seed)")
            }
            guard let perDay = quotas[caller].requestsPerDay else { continue }
            let days = Dictionary(grouping: times) { ($0.milliseconds + 28_800_000) / 86_400_000 }
            #expect(days.values.allSatisfy { $0.count <= perDay }, "seed \(seed)")
        }
    }
}
