public import Identity
import Licences

/// A clock of a case (期限计时): when it began, and when it stood still. It knows no other time than the ledger's.
///
/// The end is exclusive: what is on the ledger at a block time before it came in time, what stands in a block of that
/// time or later came late.
public struct CaseClock: Hashable, Sendable {
    /// A stretch of time in which the clock stood still (停表).
    public struct Pause: Hashable, Sendable {
        public let from: Timestamp
        /// `nil` while it stands still.
        public var until: Timestamp?

        public init(from: Timestamp, until: Timestamp? = nil) { (self.from, self.until) = (from, until) }
    }

    /// Which day is the first that counts.
    public enum FirstDay: Int64, NumberedName {
        /// The day after the one on which the clock began (期间开始之日不计算在内, Civil Code, article 201): the rule. A clock
        /// that begins at midnight, as one that follows another does, began with the end of the day before.
        case next = 0
        /// The day itself.
        case same = 1
    }

    /// Times that a clock can be stopped.
    public static let maximumPauseCount = 20

    public let start: Timestamp
    public let firstDay: FirstDay
    /// One after the other; only the last may still be open.
    public private(set) var pauses: [Pause]

    public init(start: Timestamp, firstDay: FirstDay = .next) {
        self.init(start: start, firstDay: firstDay, pauses: [])
    }

    init(start: Timestamp, firstDay: FirstDay, pauses: [Pause]) {
        (self.start, self.firstDay, self.pauses) = (start, firstDay, pauses)
    }

    /// Whether the clock stands still.
    public var isPaused: Bool { pauses.last.map { $0.until == nil } ?? false }

    /// The clock stands still from `time` on; one that does already is left as it is.
    /// - Throws: ``OneThingError`` with code `tooManyPauses`.
    public mutating func pause(at time: Timestamp) throws(OneThingError) {
        guard !isPaused else { return }
        guard pauses.count < Self.maximumPauseCount else {
            throw OneThingError(.tooManyPauses, "a clock is stopped at most \(Self.maximumPauseCount) times")
        }
        pauses.append(Pause(from: max(time, start)))
    }

    /// The clock goes on from `time`; one that goes is left as it is.
    public mutating func resume(at time: Timestamp) {
        guard isPaused, let last = pauses.indices.last else { return }
        pauses[last].until = max(time, pauses[last].from)
    }

    /// When `limit` is over, counted from the clock's start: the first moment that is too late; `nil` while the clock
    /// stands still before it, because nobody knows then.
    ///
    /// A limit in days ends with its last day, at midnight in China. A day counts when its end comes while the clock
    /// goes: one that is interrupted and taken up again within a day loses nothing.
    /// - Throws: ``OneThingError`` with code `calendarMissing` where working days are counted into a year that the
    ///   calendar does not have.
    public func end(of limit: TimeLimit, in calendar: StatutoryCalendar) throws(OneThingError) -> Timestamp? {
        if let duration = limit.duration { return end(of: duration) }
        return try end(ofDays: limit.amount, areWorkingDays: limit.unit == .workingDays, in: calendar)
    }

    private func end(of duration: Duration) -> Timestamp? {
        var end = start.advanced(by: duration)
        for pause in pauses where pause.from < end {
            guard let until = pause.until else { return nil }
            end = end.advanced(by: until.since(pause.from))
        }
        return end
    }

    private func end(
        ofDays count: Int64, areWorkingDays: Bool, in calendar: StatutoryCalendar
    ) throws(OneThingError) -> Timestamp? {
        // What begins at midnight follows what ended with the day before: to it, that was the day on which it began.
        let justBefore = Timestamp(milliseconds: start.milliseconds - 1)
        var day =
            firstDay == .next ? CalendarDate(beijing: justBefore).dayNumber + 1 : CalendarDate(beijing: start).dayNumber
        var counted: Int64 = 0
        // A calendar ends, and so does every pause: no clock runs past the last day that a date can name.
        while let date = CalendarDate(dayNumber: day) {
            let end = date.beijingEnd
            if let pause = pauses.first(where: { $0.from < end && $0.until.map { end <= $0 } ?? true }) {
                guard let until = pause.until else { return nil }
                day = max(day + 1, CalendarDate(beijing: until).dayNumber)
                continue
            }
            let counts = areWorkingDays ? try calendar.isWorkingDay(date) : true
            if counts { counted += 1 }
            guard counted < count else { return end }
            day += 1
        }
        return nil
    }
}
