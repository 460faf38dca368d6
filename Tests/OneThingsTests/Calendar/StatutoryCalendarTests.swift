import Formats
import Licences
import OneThings
import Testing

@Suite("The statutory calendar")
struct StatutoryCalendarTests {
    private func days(_ texts: String...) throws -> [CalendarDate] { try texts.map { try CalendarDate($0) } }

    private func year(
        _ year: Int = 2026, holidays: [CalendarDate] = [], working: [CalendarDate] = []
    ) throws -> CalendarYear {
        try CalendarYear(year: year, basis: "notice", holidays: holidays, workingWeekendDays: working)
    }

    @Test(arguments: [
        ("20260101", false), ("20260104", true), ("20260105", true), ("20260110", false), ("20260214", true),
        ("20260216", false), ("20260224", true), ("20260228", true), ("20260509", true), ("20261011", false),
    ])
    func daysAreWorkedAsTheNoticeSays(day: String, isWorked: Bool) throws {
        #expect(try NoticeOf2026.calendar().isWorkingDay(CalendarDate(day)) == isWorked)
    }

    @Test func aCalendarReadsWhatItWrites() throws {
        let calendar = try NoticeOf2026.calendar()
        #expect(try StatutoryCalendar(derBytes: calendar.derBytes, limit: 1 << 16) == calendar)
        #expect(try StatutoryCalendar(derBytes: StatutoryCalendar.empty.derBytes, limit: 100) == .empty)
    }

    @Test func daysStandInAscendingOrderHoweverTheyAreGiven() throws {
        let year = try year(holidays: days("20261001", "20260101"))
        #expect(try year.holidays == days("20260101", "20261001"))
    }

    @Test func whatCannotBeIsRefusedWithTheDay() throws {
        let wrong: [() throws -> CalendarYear] = [
            { try year(holidays: days("20250101")) },
            { try year(holidays: days("20260101", "20260101")) },
            { try year(working: days("20260105")) },
            { try year(holidays: days("20260104"), working: days("20260104")) },
            { try CalendarYear(year: 2026, basis: "", holidays: [], workingWeekendDays: []) },
        ]
        for make in wrong {
            #expect(throws: OneThingError(.wrongCalendar, "")) { try make() }
        }
        #expect(throws: OneThingError(.wrongCalendar, "")) {
            try StatutoryCalendar(version: 2, years: [try year(), try year()])
        }
        for version in [0, UInt64.max] {
            #expect(throws: OneThingError(.wrongCalendar, "")) { try StatutoryCalendar(version: version, years: []) }
        }
    }

    @Test func daysAreCountedAsTheCalendarOfTheWorldDoes() throws {
        #expect(try CalendarDate("19700101").dayNumber == 0)
        #expect(try CalendarDate("20000301").dayNumber == 11_017)
        for number in stride(from: -62_000, through: 2_932_896, by: 97) {
            let date = try #require(CalendarDate(dayNumber: number))
            #expect(date.dayNumber == number)
        }
        #expect(try CalendarDate("18000101").dayNumber == -62_091)
        #expect(CalendarDate(dayNumber: -62_092) == nil)
        #expect(CalendarDate(dayNumber: 2_932_897) == nil)
        #expect(CalendarDate(dayNumber: .max) == nil)
        #expect(try CalendarDate("20261121").isWeekend)
        #expect(try CalendarDate("18000104").isWeekend)
        #expect(try !CalendarDate("18000106").isWeekend)
    }
}
