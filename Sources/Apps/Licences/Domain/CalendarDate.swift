/// A day of the Gregorian calendar, written `yyyyMMdd`.
public struct CalendarDate: DomainText {
    /// The years that a licence or a birth can fall in.
    public static let years = 1800...9999

    public let year: Int
    public let month: Int
    public let day: Int

    /// The day of these numbers; `nil` where the calendar does not have it.
    public init?(year: Int, month: Int, day: Int) {
        guard Self.years.contains(year), (1...12).contains(month) else { return nil }
        guard (1...Self.dayCount(ofMonth: month, year: year)).contains(day) else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    public static func read(_ text: String, findings: inout [LicenceError]) throws(LicenceError) -> CalendarDate {
        let digits = try CodeAlphabet.digits.values(of: text, count: 8...8, as: "date (yyyyMMdd)")
        guard let date = CalendarDate(digits: digits[...]) else {
            throw LicenceError(.wrongDate, "\(text) is no day of the calendar", found: text, expected: "yyyyMMdd")
        }
        return date
    }

    /// The day that eight digits spell; `nil` where the calendar does not have it.
    init?(digits: ArraySlice<Int>) {
        let number = digits.reduce(0) { $0 * 10 + $1 }
        self.init(year: number / 10_000, month: number / 100 % 100, day: number % 100)
    }

    public var text: String {
        let number = String(year * 10_000 + month * 100 + day)
        return String(repeating: "0", count: 8 - number.utf8.count) + number
    }

    private static func dayCount(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
