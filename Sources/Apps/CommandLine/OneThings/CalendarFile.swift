import Licences
import OneThings

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

    let version: UInt64
    let years: [Year]

    init(_ calendar: StatutoryCalendar) { self.init(calendar, version: calendar.version) }

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
