import Identity
import Licences
import OneThings
import ZhenglianClient

/// The statutory calendar, as `onething calendar` writes and reads it.
struct CalendarFile: TableFile {
    struct Year: Codable {
        let year: Int
        /// The notice that says so.
        let basis: String
        let holidays: [CalendarDate]
        let workingWeekendDays: [CalendarDate]
    }

    static let maximumByteCount = 256 << 10
    static let command = "onething calendar"
    static let document = "docs/one-things.md"
    static let rule =
        "It has the next version's number and every year of the calendar in force; one that is over stays as it is."

    let version: UInt64
    let years: [Year]

    /// The calendar with another version's number: what the next version starts from.
    init(_ calendar: StatutoryCalendar, version: UInt64) {
        self.version = version
        years = calendar.years.map {
            Year(
                year: $0.year, basis: $0.basis, holidays: $0.holidays, workingWeekendDays: $0.workingWeekendDays)
        }
    }

    func table() throws -> StatutoryCalendar {
        try StatutoryCalendar(
            version: version,
            years: years.map {
                try CalendarYear(
                    year: $0.year, basis: $0.basis, holidays: $0.holidays, workingWeekendDays: $0.workingWeekendDays)
            })
    }

    func lines(in language: Language) -> [String] {
        guard !years.isEmpty else {
            return [Phrase("no year: nothing can be counted in working days", "没有任何年份：不能按工作日计算").text(in: language)]
        }
        return years.map { year in
            Phrase(
                "\(year.year), \(year.basis): \(year.holidays.count) days off, "
                    + "\(year.workingWeekendDays.count) weekend days worked",
                "\(year.year) 年，\(year.basis)：放假 \(year.holidays.count) 天，调休上班 \(year.workingWeekendDays.count) 天"
            ).text(in: language)
        }
    }
}

extension CalendarFile {
    static func answer(to client: ZhenglianClient) async throws -> TableAnswer<Table> {
        try await client.oneThings.calendar()
    }

    static func propose(_ table: Table, by client: ZhenglianClient) async throws {
        try await client.oneThings.propose(table)
    }

    static func approve(_ proposal: Digest, by client: ZhenglianClient) async throws {
        try await client.oneThings.approveCalendar(proposal)
    }
}
