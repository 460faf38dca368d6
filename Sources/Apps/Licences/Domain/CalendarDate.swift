public import Identity

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

    private init(unchecked year: Int, _ month: Int, _ day: Int) {
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

    /// The day as a number, `yyyyMMdd`.
    public var number: Int64 { Int64(year * 10_000 + month * 100 + day) }

    public var text: String {
        let number = String(number)
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

extension CalendarDate {
    /// The day that it is in China, eight hours ahead of UTC, at a point in time: what a licence's period is counted
    /// in. The year is held within ``years``.
    public init(beijing time: Timestamp) {
        // Far beyond the year 9999, and far below an overflow.
        let days = (min(time.milliseconds, 1 << 50) + 8 * 3_600_000) / 86_400_000
        // Days since 0000-03-01, in eras of 400 years: a year that begins in March has its leap day at its end.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let calendarMonth = month < 10 ? month + 3 : month - 9
        let calendarYear = yearOfEra + era * 400 + (calendarMonth <= 2 ? 1 : 0)
        guard let date = CalendarDate(year: Int(calendarYear), month: Int(calendarMonth), day: Int(day)) else {
            // Only a time after the year 9999 has no such day.
            self.init(unchecked: 9999, 12, 31)
            return
        }
        self = date
    }
}
