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
        subcommands: [CalendarShow.self, CalendarPropose.self, CalendarApprove.self, CalendarEnd.self]
    )
}

struct CalendarShow: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the calendar in force, and the one that is proposed, as a node states them.",
        discussion: """
            Examples: zhenglian onething calendar show
                      zhenglian onething calendar show --export next.json
            """
    )

    @Option(help: "Also write the calendar in force as the file of the next version, to be changed and proposed.")
    var export: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let answer = try await ZhenglianClient(ledger: client, identity: identity).oneThings.calendar()
            if let export { try CalendarFile(answer.table, version: answer.table.version + 1).write(to: export) }
            try console.present(TableReport<CalendarFile>(answer, genesis: client.genesis))
        }
    }
}

struct CalendarPropose: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "propose",
        abstract: "Propose the next calendar, as your department's administrator; that approves it as well.",
        discussion: """
            It has the next version's number and every year of the calendar in force: a year that is over stays as it
            is. It takes the place of a proposal that has not been adopted. 'onething calendar show --export' writes a
            file to start from.

            Example: zhenglian onething calendar propose Demo/calendar-2026.json
            """
    )

    @Argument(help: "The calendar: JSON as docs/one-things.md describes it.")
    var file: String

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let calendar = try CalendarFile.read(file)
        try await connection.withClient(console) { client, identity in
            let oneThings = ZhenglianClient(ledger: client, identity: identity).oneThings
            try await oneThings.propose(calendar)
            try console.present(TableReport<CalendarFile>(try await oneThings.calendar(), genesis: client.genesis))
        }
    }
}

struct CalendarApprove: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve the proposed calendar, as your department's administrator.",
        discussion: """
            It is in force once administrators of more than half of the departments have approved it.

            Example: zhenglian onething calendar approve 6b2f…
            """
    )

    @Argument(
        help: "The digest of the proposed calendar, as 'onething calendar show' prints it.", transform: tableDigest)
    var calendar: Digest

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let oneThings = ZhenglianClient(ledger: client, identity: identity).oneThings
            try await oneThings.approveCalendar(calendar)
            try console.present(TableReport<CalendarFile>(try await oneThings.calendar(), genesis: client.genesis))
        }
    }
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
            let first = if let from { from.beijingBeginning } else { try await client.status().headTime }
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
