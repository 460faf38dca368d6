/// The days on which a licence is valid, the first and the last included.
public struct LicenceValidity: Hashable, Sendable {
    /// How a licence without a last day is written.
    public static let openEnd = "长期"

    public let from: CalendarDate
    /// The last day; `nil` for a licence without one.
    public let until: CalendarDate?

    /// - Throws: ``LicenceError`` with code `wrongDate` where the last day lies before the first.
    public init(from: CalendarDate, until: CalendarDate?) throws(LicenceError) {
        if let until, until < from {
            throw LicenceError(
                .wrongDate, "the last day \(until) lies before the first day \(from)",
                found: until.text, expected: "\(from) or later"
            )
        }
        self.from = from
        self.until = until
    }

    /// The last day as it is written, `长期` where there is none.
    public var untilText: String { until?.text ?? Self.openEnd }

    /// Whether the licence is valid on `date`.
    public func contains(_ date: CalendarDate) -> Bool {
        from <= date && until.map { date <= $0 } ?? true
    }
}
