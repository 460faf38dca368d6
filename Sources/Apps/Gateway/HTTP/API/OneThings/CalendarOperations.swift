import Formats
import GatewayAccess
import HTTPTypes
import Identity
import Licences
import Nodes
import OneThings
import ZhenglianClient

extension Operation {
    /// The statutory calendar that the clocks of cases run on.
    static var calendar: [Operation] { [showCalendar, limitEnd] }

    private static var showCalendar: Operation {
        Operation(
            "getCalendar", .get, "/calendar",
            Summary("the statutory calendar, in force and proposed", "法定工作日历：现行与提案"), entitlement: .readCases,
            answer: .json(VotedTableFacts<CalendarFacts>.schema(of: CalendarFacts.schema))
        ) { call in
            .json(VotedTableFacts(try await call.client.oneThings.calendar(), CalendarFacts.init))
        }
    }

    private static var limitEnd: Operation {
        Operation(
            "getLimitEnd", .get, "/calendar/end",
            Summary(
                "when a time limit is over that begins now, or on a day, by the calendar in force", "按现行日历计算期限届满时刻"),
            entitlement: .readCases,
            parameters: [
                .requiredQuery(
                    "amount", Schema.integer(1...TimeLimit.maximumDayCount).described("how many days", "天数")),
                .requiredQuery(
                    "unit", Schema.choice(["calendarDays", "workingDays"]).described("which days count", "自然日或工作日")),
                .query(
                    "from",
                    Schema.day.described(
                        "the day on which the limit begins; by default that of the newest block", "起算日，缺省为最新区块之日")),
            ],
            answer: .json(LimitEndFacts.schema), problems: [.invalidValue]
        ) { call in
            let limit = try TimeLimit(
                call.number("amount") ?? 0, call.text("unit") == "workingDays" ? .workingDays : .calendarDays)
            let day: CalendarDate? = try call.value("from")
            let calendar = try await call.client.oneThings.calendar().table
            // At midnight itself the day before would have been the one on which the limit begins.
            let first =
                if let day {
                    day.beijingBeginning.advanced(by: .milliseconds(1))
                } else {
                    try await call.client.ledger.status().headTime
                }
            guard let end = try CaseClock(start: first).end(of: limit, in: calendar) else {
                throw Problem(.invalidValue, "the limit ends after the year 9999")
            }
            return .json(LimitEndFacts(begins: CalendarDate(beijing: first), end: end, version: calendar.version))
        }
    }
}

/// The statutory calendar.
struct CalendarFacts: Encodable, Sendable {
    struct Year: Encodable, Sendable {
        let year: Int
        let basis: String
        let holidays: [CalendarDate]
        let workingWeekendDays: [CalendarDate]
    }

    let version: UInt64
    let years: [Year]

    init(_ calendar: StatutoryCalendar) {
        version = calendar.version
        years = calendar.years.map {
            Year(
                year: $0.year, basis: $0.basis, holidays: $0.holidays, workingWeekendDays: $0.workingWeekendDays)
        }
    }

    private static let days = Schema.array(of: .day, 0...CalendarYear.maximumDayCount)

    static let schema = Schema.object(
        .required("version", .integer()),
        .required(
            "years",
            .array(
                of: .object(
                    .required("year", .integer(0...9_999)),
                    .required("basis", Schema.text(1...128).described("the notice that says so", "节假日安排通知")),
                    .required("holidays", days.described("days off", "放假")),
                    .required("workingWeekendDays", days.described("weekend days that are worked", "调休上班"))),
                0...StatutoryCalendar.maximumYearCount))
    ).named("Calendar").described("the statutory calendar", "法定工作日历")
}

/// When a time limit is over.
struct LimitEndFacts: Encodable, Sendable {
    let begins: CalendarDate
    let lastDay: CalendarDate
    let end: String
    let calendarVersion: UInt64

    init(begins: CalendarDate, end: Timestamp, version: UInt64) {
        self.begins = begins
        lastDay = CalendarDate(beijing: Timestamp(milliseconds: end.milliseconds - 1))
        self.end = end.description
        calendarVersion = version
    }

    static let schema = Schema.object(
        .required("begins", .day), .required("lastDay", Schema.day.described("the last day that counts", "届满日")),
        .required("end", Schema.time.described("the first moment that is too late", "逾期起始时刻")),
        .required("calendarVersion", .integer())
    ).named("LimitEnd").described("when a time limit is over", "期限届满")
}
