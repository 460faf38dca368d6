import Formats
public import Licences
public import SwiftASN1

/// The working days by law (法定工作日历), year by year, as the departments of the consortium have put them on the ledger.
///
/// All days are days in China, eight hours ahead of UTC.
public struct StatutoryCalendar: VotedTable {
    public static let formatVersion: Int64 = 1
    /// Years that a calendar has at most.
    public static let maximumYearCount = 64
    /// Sixty-four years with sixty days each, twice over.
    public static let maximumByteCount = 60 << 10

    /// The calendar before any was adopted: it has no year, so nothing that is counted in working days can begin.
    public static let empty = StatutoryCalendar(unchecked: [], version: 1)

    public let version: UInt64
    /// In ascending order.
    public let years: [CalendarYear]

    /// The calendar of these years, in any order.
    /// - Throws: ``OneThingError`` with code `wrongCalendar`.
    public init(version: UInt64, years: [CalendarYear]) throws(OneThingError) {
        self.version = version
        self.years = years.sorted { $0.year < $1.year }
        try check()
    }

    private init(unchecked years: [CalendarYear], version: UInt64) { (self.years, self.version) = (years, version) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.formatVersion, of: "statutory calendar")
        version = UInt64(try fields.integer(in: 1...Int64.max))
        years = try fields.list(limit: Self.maximumYearCount) { try CalendarYear(derEncoded: &$0) }
        try check()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.formatVersion)
        try fields.serialize(version)
        try fields.serialize(list: years) { try $0.serialize($1) }
    }

    private func check() throws(OneThingError) {
        guard (1...UInt64(Int64.max)).contains(version) else {
            throw OneThingError(.wrongCalendar, "version \(version) of a calendar is below 1 or above 2^63 - 1")
        }
        guard years.count <= Self.maximumYearCount else {
            throw OneThingError(.wrongCalendar, "a calendar has at most \(Self.maximumYearCount) years")
        }
        if let pair = zip(years, years.dropFirst()).first(where: { $0.year >= $1.year }) {
            throw OneThingError(.wrongCalendar, "the year \(pair.1.year) stands in the calendar twice, or out of order")
        }
    }

    /// The days of a year; `nil` where the calendar does not have it.
    public func year(_ year: Int) -> CalendarYear? { years.first { $0.year == year } }

    /// Whether a day is worked.
    /// - Throws: ``OneThingError`` with code `calendarMissing`.
    public func isWorkingDay(_ day: CalendarDate) throws(OneThingError) -> Bool {
        guard let year = year(day.year) else {
            throw OneThingError(
                .calendarMissing,
                "the calendar has no year \(day.year): propose it before working days are counted in it")
        }
        return year.isWorkingDay(day)
    }
}
