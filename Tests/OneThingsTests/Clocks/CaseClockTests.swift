import Foundation
import Identity
import LedgerTestKit
import Licences
import OneThings
import Testing

/// Time limits as the law counts them, with the notice of 2026 as the calendar.
@Suite("Clocks of cases")
struct CaseClockTests {
    private let calendar: StatutoryCalendar

    init() throws { calendar = try NoticeOf2026.calendar() }

    private func time(_ text: String) throws -> Timestamp {
        let date = try #require(try? Date(text, strategy: .iso8601))
        return Timestamp(milliseconds: Int64((date.timeIntervalSince1970 * 1_000).rounded()))
    }

    private func end(
        _ start: String, _ amount: Int64, _ unit: TimeLimit.Unit, firstDay: CaseClock.FirstDay = .next
    ) throws -> Timestamp? {
        try CaseClock(start: time(start), firstDay: firstDay).end(of: TimeLimit(amount, unit), in: calendar)
    }

    @Test func twentyDaysBeginAfterTheDayOfPublicationAndEndAtMidnightInChina() throws {
        // Published at 10:00 on 10 March in China: day 1 is the 11th, day 20 the 30th.
        #expect(try end("2026-03-10T02:00:00Z", 20, .calendarDays) == time("2026-03-30T16:00:00Z"))
        // A minute before midnight in China it is still that day, a minute after it the next.
        #expect(try end("2026-03-10T15:59:00Z", 20, .calendarDays) == time("2026-03-30T16:00:00Z"))
        // At midnight exactly, the day before has just ended: what follows it begins with its end.
        #expect(try end("2026-03-10T16:00:00Z", 20, .calendarDays) == time("2026-03-30T16:00:00Z"))
        #expect(try end("2026-03-10T16:00:01Z", 20, .calendarDays) == time("2026-03-31T16:00:00Z"))
        #expect(try end("2026-03-10T02:00:00Z", 20, .calendarDays, firstDay: .same) == time("2026-03-29T16:00:00Z"))
    }

    @Test(arguments: [
        // Friday: Monday, Tuesday, Wednesday.
        ("2026-03-13T02:00:00Z", 3, "2026-03-18T16:00:00Z"),
        // The spring festival, with a Saturday worked before it and one after it.
        ("2026-02-13T02:00:00Z", 1, "2026-02-14T16:00:00Z"),
        ("2026-02-13T02:00:00Z", 2, "2026-02-24T16:00:00Z"),
        ("2026-02-26T02:00:00Z", 2, "2026-02-28T16:00:00Z"),
        ("2026-02-27T02:00:00Z", 2, "2026-03-02T16:00:00Z"),
        // The national day's week; Saturday the 10th is worked.
        ("2026-09-30T02:00:00Z", 3, "2026-10-10T16:00:00Z"),
    ])
    func workingDaysAreThoseOfTheNotice(start: String, count: Int64, expected: String) throws {
        #expect(try end(start, count, .workingDays) == time(expected))
    }

    @Test func workingDaysInAYearWithoutACalendarAreNotGuessed() throws {
        #expect(throws: OneThingError(.calendarMissing, "")) { try end("2026-12-30T02:00:00Z", 3, .workingDays) }
        #expect(try end("2026-12-30T02:00:00Z", 1, .workingDays) == time("2026-12-31T16:00:00Z"))
        #expect(throws: OneThingError(.calendarMissing, "")) {
            try CaseClock(start: time("2026-03-10T02:00:00Z")).end(of: TimeLimit(1, .workingDays), in: .empty)
        }
    }

    @Test func limitsByTheClockRunOverMidnightAndHolidays() throws {
        #expect(try end("2026-02-14T15:00:00Z", 90, .minutes) == time("2026-02-14T16:30:00Z"))
        #expect(try end("2026-02-14T15:00:00Z", 48, .hours) == time("2026-02-16T15:00:00Z"))
        #expect(try end("2026-02-14T15:00:00Z", 5, .seconds) == time("2026-02-14T15:00:05Z"))
    }

    @Test func aDayCountsWhenItsEndComesWhileTheClockGoes() throws {
        let limit = try TimeLimit(3, .calendarDays)
        var clock = CaseClock(start: try time("2026-03-10T02:00:00Z"))
        // Stopped and taken up again within a day: nothing is lost.
        try clock.pause(at: time("2026-03-11T02:00:00Z"))
        #expect(try clock.end(of: limit, in: calendar) == nil)
        clock.resume(at: try time("2026-03-11T10:00:00Z"))
        #expect(try clock.end(of: limit, in: calendar) == time("2026-03-13T16:00:00Z"))
        // Stopped over two midnights: two days more.
        try clock.pause(at: time("2026-03-12T02:00:00Z"))
        clock.resume(at: try time("2026-03-14T02:00:00Z"))
        #expect(try clock.end(of: limit, in: calendar) == time("2026-03-15T16:00:00Z"))
    }

    @Test func aLimitByTheClockGrowsByWhatTheClockStood() throws {
        let limit = try TimeLimit(60, .minutes)
        var clock = CaseClock(start: try time("2026-03-10T02:00:00Z"))
        try clock.pause(at: time("2026-03-10T02:30:00Z"))
        #expect(try clock.end(of: limit, in: calendar) == nil)
        clock.resume(at: try time("2026-03-10T05:00:00Z"))
        #expect(try clock.end(of: limit, in: calendar) == time("2026-03-10T05:30:00Z"))
        // What comes after the end changes nothing.
        try clock.pause(at: time("2026-03-10T05:30:00Z"))
        #expect(try clock.end(of: limit, in: calendar) == time("2026-03-10T05:30:00Z"))
    }

    @Test func stoppingAndGoingOnTwiceIsOnce() throws {
        var clock = CaseClock(start: try time("2026-03-10T02:00:00Z"))
        clock.resume(at: try time("2026-03-10T03:00:00Z"))
        #expect(clock.pauses.isEmpty)
        try clock.pause(at: time("2026-03-10T03:00:00Z"))
        try clock.pause(at: time("2026-03-10T04:00:00Z"))
        #expect(clock.pauses.map(\.from) == [try time("2026-03-10T03:00:00Z")])
        clock.resume(at: try time("2026-03-10T02:30:00Z"))
        #expect(clock.pauses[0].until == clock.pauses[0].from)
        for minute in 1..<Int64(CaseClock.maximumPauseCount) {
            try clock.pause(at: clock.start.advanced(by: .seconds(minute * 60 + 7_200)))
            clock.resume(at: clock.start.advanced(by: .seconds(minute * 60 + 7_230)))
        }
        #expect(throws: OneThingError(.tooManyPauses, "")) { try clock.pause(at: time("2026-03-20T03:00:00Z")) }
    }

    /// The same rule, day by day and without a jump.
    private func naiveEnd(_ clock: CaseClock, _ limit: TimeLimit) throws -> Timestamp? {
        var left = limit.amount
        let begin = clock.firstDay == .next ? Timestamp(milliseconds: clock.start.milliseconds - 1) : clock.start
        var day = CalendarDate(beijing: begin).dayNumber + (clock.firstDay == .next ? 1 : 0)
        while true {
            let date = try #require(CalendarDate(dayNumber: day))
            let stands = clock.pauses.contains { $0.from < date.beijingEnd && date.beijingEnd <= $0.until ?? .distant }
            if stands, clock.isPaused, clock.pauses.last.map({ $0.from < date.beijingEnd }) == true { return nil }
            if !stands, try limit.unit == .calendarDays || calendar.isWorkingDay(date) { left -= 1 }
            if left == 0 { return date.beijingEnd }
            day += 1
        }
    }

    @Test func anyClockEndsWhereCountingDayByDayEnds() throws {
        var generator = SeededGenerator(seed: 61)
        for _ in 0..<2_000 {
            let start = try time("2026-01-02T00:00:00Z").advanced(
                by: .seconds(Int64.random(in: 0..<8_640_000, using: &generator)))
            var clock = CaseClock(start: start, firstDay: Bool.random(using: &generator) ? .next : .same)
            var now = start
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                now = now.advanced(by: .seconds(Int64.random(in: 0..<300_000, using: &generator)))
                if clock.isPaused { clock.resume(at: now) } else { try clock.pause(at: now) }
            }
            let unit: TimeLimit.Unit = Bool.random(using: &generator) ? .calendarDays : .workingDays
            let limit = try TimeLimit(Int64.random(in: 1...40, using: &generator), unit)
            #expect(try clock.end(of: limit, in: calendar) == naiveEnd(clock, limit), "\(clock), \(limit)")
        }
    }

    @Test(arguments: [
        (Int64(0), TimeLimit.Unit.minutes), (-1, .calendarDays), (3_661, .workingDays), (1 << 40, .seconds),
    ])
    func limitsBeyondAllReasonAreRefused(amount: Int64, unit: TimeLimit.Unit) {
        #expect(throws: OneThingError(.wrongTimeLimit, "")) { try TimeLimit(amount, unit) }
    }
}

extension Timestamp {
    fileprivate static let distant = Timestamp(milliseconds: .max)
}
