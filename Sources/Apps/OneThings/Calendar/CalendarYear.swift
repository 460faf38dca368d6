public import Formats
public import Licences
public import SwiftASN1

/// The days of one year that are worked, or not, against the rule of the week: what the State Council announces every
/// year (节假日安排).
public struct CalendarYear: DERSequence, Hashable {
    /// Days that a year has at most.
    public static let maximumDayCount = 366
    /// Longest reference to the notice.
    public static let maximumBasisByteCount = 128

    public let year: Int
    /// The notice that says so, such as 国办发明电〔2025〕7号.
    public let basis: String
    /// Days off, weekends within a holiday or not (放假), in ascending order.
    public let holidays: [CalendarDate]
    /// Saturdays and Sundays that are worked (调休上班), in ascending order.
    public let workingWeekendDays: [CalendarDate]

    /// The year with these days, in any order.
    /// - Throws: ``OneThingError`` with code `wrongCalendar`, which names the day.
    public init(
        year: Int, basis: String, holidays: [CalendarDate], workingWeekendDays: [CalendarDate]
    ) throws(OneThingError) {
        self.year = year
        self.basis = basis
        self.holidays = holidays.sorted()
        self.workingWeekendDays = workingWeekendDays.sorted()
        try check()
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        year = Int(try fields.integer(in: Int64(CalendarDate.years.lowerBound)...Int64(CalendarDate.years.upperBound)))
        basis = try fields.text(limit: Self.maximumBasisByteCount)
        holidays = try fields.list(limit: Self.maximumDayCount) { try $0.domainText(limit: 8) }
        workingWeekendDays = try fields.list(limit: Self.maximumDayCount) { try $0.domainText(limit: 8) }
        try check()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Int64(year))
        try fields.serialize(text: basis)
        try fields.serialize(list: holidays) { try $0.serialize(text: $1.text) }
        try fields.serialize(list: workingWeekendDays) { try $0.serialize(text: $1.text) }
    }

    /// Whether the day is worked; it has to be one of this year.
    func isWorkingDay(_ day: CalendarDate) -> Bool {
        day.isWeekend ? Self.contains(day, in: workingWeekendDays) : !Self.contains(day, in: holidays)
    }

    private func check() throws(OneThingError) {
        guard !basis.isEmpty, basis.utf8.count <= Self.maximumBasisByteCount else {
            throw OneThingError(
                .wrongCalendar,
                "the calendar of \(year) names its notice, in at most \(Self.maximumBasisByteCount) bytes"
            )
        }
        for days in [holidays, workingWeekendDays] {
            if let day = days.first(where: { $0.year != year }) {
                throw OneThingError(.wrongCalendar, "\(day) stands in the calendar of \(year)")
            }
            if let pair = zip(days, days.dropFirst()).first(where: { $0 >= $1 }) {
                throw OneThingError(
                    .wrongCalendar, "\(pair.1) stands in the calendar of \(year) twice, or out of order")
            }
        }
        if let day = workingWeekendDays.first(where: { !$0.isWeekend }) {
            throw OneThingError(.wrongCalendar, "\(day) is no Saturday or Sunday: it needs no word to be worked")
        }
        if let day = workingWeekendDays.first(where: { Self.contains($0, in: holidays) }) {
            throw OneThingError(.wrongCalendar, "\(day) is a day off and a working day at once")
        }
    }

    private static func contains(_ day: CalendarDate, in days: [CalendarDate]) -> Bool {
        let place = days.partitioningIndex { $0 >= day }
        return place < days.endIndex && days[place] == day
    }
}

extension Array {
    /// The first index whose element fulfils `predicate`, where all elements after one that does also do.
    fileprivate func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
        var range = startIndex..<endIndex
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = predicate(self[middle]) ? range.lowerBound..<middle : (middle + 1)..<range.upperBound
        }
        return range.lowerBound
    }
}
