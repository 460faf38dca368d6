import Foundation
import Licences
import OneThings

/// The State Council's notice of 4 November 2025 on the holidays of 2026, as the demonstration has it.
enum NoticeOf2026 {
    private struct File: Decodable {
        struct Year: Decodable {
            let year: Int
            let basis: String
            let holidays: [CalendarDate]
            let workingWeekendDays: [CalendarDate]
        }

        let version: UInt64
        let years: [Year]
    }

    private static let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Demo/calendar-2026.json")

    static func calendar() throws -> StatutoryCalendar {
        let file = try JSONDecoder().decode(File.self, from: try Data(contentsOf: url))
        return try StatutoryCalendar(
            version: file.version,
            years: file.years.map {
                try CalendarYear(
                    year: $0.year, basis: $0.basis, holidays: $0.holidays, workingWeekendDays: $0.workingWeekendDays)
            })
    }
}
