import ArgumentParser
import Formats
import Foundation
import Identity
import Licences
import Nodes
import OneThings
import ZhenglianClient

struct CalendarCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calendar",
        abstract: "The statutory calendar (法定工作日历), which departments vote on year by year.",
        subcommands: TableCommands<CalendarFile>.all + [CalendarEnd.self]
    )
}

struct CalendarEnd: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "end",
        abstract: "Say when a time limit is over that begins now, or on a day, by the calendar in force.",
        discussion: """
            Days are days in China. A limit in days ends with its last day; the day on which it begins does not count.

            Examples: zhenglian onething calendar end 20 --unit calendarDays
                      zhenglian onething calendar end 3 --unit workingDays --from 20260213
            """
    )

    @Argument(help: "How many days.")
    var amount: Int64

    @Option(help: "What is counted: calendarDays (自然日) or workingDays (工作日).")
    var unit: CountedDays

    @Option(
        help: "The day on which the limit begins, yyyyMMdd; by default that of the newest block.",
        transform: { try CalendarDate($0) })
    var from: CalendarDate?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let limit = try TimeLimit(amount, unit.unit)
        try await connection.withClient(console) { client, identity in
            let calendar = try await ZhenglianClient(ledger: client, identity: identity).oneThings.calendar().table
            // At midnight itself the day before would have been the one on which the limit begins.
            let first =
                if let from {
                    from.beijingBeginning.advanced(by: .milliseconds(1))
                } else {
                    try await client.status().headTime
                }
            guard let end = try CaseClock(start: first).end(of: limit, in: calendar) else {
                throw CommandFailure(
                    .wrongUse, Phrase("the limit ends after the year 9999", "期限届满在 9999 年之后"))
            }
            try console.present(Report(begins: CalendarDate(beijing: first), end: end, version: calendar.version))
        }
    }

    private struct Report: Presentable {
        let begins: CalendarDate
        /// The last day that counts.
        let lastDay: CalendarDate
        /// The first moment that is too late.
        let end: Timestamp
        let calendarVersion: UInt64

        init(begins: CalendarDate, end: Timestamp, version: UInt64) {
            self.begins = begins
            lastDay = CalendarDate(beijing: Timestamp(milliseconds: end.milliseconds - 1))
            self.end = end
            calendarVersion = version
        }

        func lines(in language: Language) -> [String] {
            [
                Phrase(
                    "from \(begins) to the end of \(lastDay); too late from \(end.beijingText) on",
                    "自 \(begins) 起，至 \(lastDay) 日终；\(end.beijingText) 起逾期"
                ).text(in: language)
            ]
        }
    }
}

/// The units that `onething calendar end` counts in.
enum CountedDays: String, ExpressibleByArgument, CaseIterable {
    case calendarDays
    case workingDays

    var unit: TimeLimit.Unit {
        switch self {
        case .calendarDays: .calendarDays
        case .workingDays: .workingDays
        }
    }
}
