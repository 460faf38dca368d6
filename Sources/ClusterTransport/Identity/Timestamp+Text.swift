public import Foundation

extension Timestamp {
    /// The timestamp of a `Date`, with the part below a millisecond cut off; a date outside of time is at its nearer
    /// end.
    public init(_ date: Date) {
        let milliseconds = (date.timeIntervalSince1970 * 1000).rounded(.down)
        self.init(milliseconds: Int64(exactly: milliseconds) ?? (milliseconds > 0 ? .max : 0))
    }

    /// The same point in time for interfaces that take a `Date`.
    public var date: Date {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}

extension Timestamp: CustomStringConvertible {
    /// ISO 8601 in UTC, to the second: `2026-11-21T08:00:00Z`.
    public var description: String {
        date.formatted(.iso8601)
    }
}

extension Timestamp {
    /// A point in time from calendar fields in UTC.
    init(utcYear year: Int, month: Int, day: Int, hours: Int, minutes: Int, seconds: Int) {
        let components = DateComponents(
            year: year, month: month, day: day, hour: hours, minute: minutes, second: seconds
        )
        // The ASN.1 library has checked every field against the calendar before it comes here.
        self.init(Self.utcCalendar.date(from: components) ?? Date(timeIntervalSince1970: 0))
    }

    /// The calendar fields in UTC, to the second.
    var utcComponents: (year: Int, month: Int, day: Int, hours: Int, minutes: Int, seconds: Int) {
        let parts = Self.utcCalendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        return (
            parts.year ?? 1970, parts.month ?? 1, parts.day ?? 1, parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0
        )
    }

    private static let utcCalendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()
}
