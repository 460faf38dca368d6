import GatewayEvents
import Identity
import LedgerTestKit
import Testing

/// When deliveries are tried, as a value: time and chance are the test's.
@Suite("Schedule of deliveries")
struct DeliveryScheduleTests {
    private let limits = WebhookLimits()
    private let start = Timestamp(milliseconds: 1_767_300_000_000)
    private let broken = DeliveryFailure(.connection, "no route")

    @Test func pausesDoubleUpToAnHourAndTheLastTryPutsAside() {
        var schedule = DeliverySchedule()
        var now = start
        var pauses: [Int64] = []
        while true {
            // The middle of chance: pauses are as they are documented.
            let effect = schedule.failed(broken, at: now, chance: 20, limits: limits)
            if case .retry(let next) = effect {
                #expect(!schedule.isDue(at: next.advanced(by: .milliseconds(-1))))
                #expect(schedule.isDue(at: next))
                pauses.append(next.since(now).components.seconds)
                now = next
            } else {
                #expect(effect == .putAside(until: now.advanced(by: .seconds(3_600))))
                break
            }
        }
        #expect(pauses == [5, 10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600, 3_600, 3_600, 3_600])
        #expect(schedule.attempts == 0)
        #expect(schedule.failingSince == start)
    }

    @Test func noPauseIsLongerOrShorterThanAFifthFromItsMiddle() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<1_000 {
            var schedule = DeliverySchedule()
            guard case .retry(let next) = schedule.failed(broken, at: start, chance: generator.next(), limits: limits)
            else {
                Issue.record("the first failure is not tried again")
                return
            }
            #expect((4_000...6_000).contains(next.milliseconds - start.milliseconds))
        }
    }

    @Test func whatArrivesForgetsWhatFailed() {
        var schedule = DeliverySchedule()
        _ = schedule.failed(broken, at: start, chance: 0, limits: limits)
        schedule.delivered()
        #expect(schedule == DeliverySchedule())
        #expect(schedule.isDue(at: start))
    }

    @Test func whoAsksToBeLeftAloneIsForAtMostAnHour() {
        for (asked, seconds) in [(Int64(90), Int64(90)), (1, 5), (1_000_000, 3_600)] {
            var schedule = DeliverySchedule()
            let failure = DeliveryFailure(.status, "busy", retryAfter: .seconds(asked))
            let effect = schedule.failed(failure, at: start, chance: 20, limits: limits)
            #expect(effect == .retry(at: start.advanced(by: .seconds(seconds))))
        }
    }

    @Test func whoIsGoneIsAskedNoMore() {
        var schedule = DeliverySchedule()
        let effect = schedule.failed(DeliveryFailure(.gone, "gone"), at: start, chance: 0, limits: limits)
        #expect(effect == .disable(because: .gone))
    }

    @Test func whatFailsForDaysIsDisabledWhateverIsPutAsideMeanwhile() throws {
        var schedule = DeliverySchedule()
        var now = start
        var putAside = 0
        while now.since(start) < .seconds(6 * 86_400) {
            switch schedule.failed(broken, at: now, chance: 20, limits: limits) {
            case .retry(let next): now = next
            case .putAside(let next):
                putAside += 1
                now = next
            case .disable(let reason):
                #expect(now.since(start) >= limits.patience)
                #expect(now.since(start) < limits.patience + limits.longestPause * 2)
                #expect(reason == .failing)
                #expect(putAside > 5)
                return
            }
        }
        Issue.record("it is never disabled")
    }
}
