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
        let day = (min(time.milliseconds, 1 << 50) + Self.beijingOffset) / Self.dayMilliseconds
        // Only a time after the year 9999 has no such day.
        self = CalendarDate(dayNumber: Int(day)) ?? CalendarDate(unchecked: 9999, 12, 31)
    }

    /// The day `dayNumber` days after 1970-01-01, before it where the number is negative; `nil` outside of ``years``.
    public init?(dayNumber: Int) {
        guard abs(dayNumber) < 1 << 30 else { return nil }
        // Days since 0000-03-01, in eras of 400 years: a year that begins in March has its leap day at its end.
        let shifted = dayNumber + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let calendarMonth = month < 10 ? month + 3 : month - 9
        let calendarYear = yearOfEra + era * 400 + (calendarMonth <= 2 ? 1 : 0)
        self.init(year: calendarYear, month: calendarMonth, day: day)
    }

    /// How many days after 1970-01-01 the day is; negative before it.
    public var dayNumber: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Whether the day is a Saturday or a Sunday.
    public var isWeekend: Bool {
        // 1970-01-01 was a Thursday: counted from it, Saturdays are 2 and Sundays 3 modulo 7.
        let remainder = dayNumber % 7
        return [2, 3].contains(remainder < 0 ? remainder + 7 : remainder)
    }

    /// The first moment of the day in China; for a day before 1970 the beginning of time.
    public var beijingBeginning: Timestamp {
        Timestamp(milliseconds: Int64(dayNumber) * Self.dayMilliseconds - Self.beijingOffset)
    }

    /// The first moment after the day in China: midnight.
    public var beijingEnd: Timestamp {
        Timestamp(milliseconds: Int64(dayNumber + 1) * Self.dayMilliseconds - Self.beijingOffset)
    }

    private static let dayMilliseconds: Int64 = 86_400_000
    private static let beijingOffset: Int64 = 8 * 3_600_000
}
