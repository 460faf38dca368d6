/// Why a calendar, a definition or a case of a one-thing (一件事) was refused, and what to do about it.
///
/// Two errors are equal when their codes are.
public struct OneThingError: Error, Sendable {
    /// What went wrong. Clients may switch over it; new codes may come with a new version.
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// A day of a calendar is not of its year, stands there twice, or cannot be what it is said to be.
        public static let wrongCalendar = Code(rawValue: "wrongCalendar")
        /// The calendar on the ledger does not have the year.
        public static let calendarMissing = Code(rawValue: "calendarMissing")
        /// A time limit is below or above what the law and the clock know.
        public static let wrongTimeLimit = Code(rawValue: "wrongTimeLimit")
        /// A clock has been stopped as often as one can be.
        public static let tooManyPauses = Code(rawValue: "tooManyPauses")
        /// A value for the ledger is no code, or looks like personal data.
        public static let wrongValue = Code(rawValue: "wrongValue")
        /// What the act is about is not open: the case, the step or this attempt of it is over, or has not begun.
        public static let notOpen = Code(rawValue: "notOpen")
        /// Another department has to do this.
        public static let notConcerned = Code(rawValue: "notConcerned")
        /// The definition has no such step, answer, option, reason or item, or does not provide for this here.
        public static let notDefined = Code(rawValue: "notDefined")
        /// Data or papers are missing, or there are some that the definition does not name.
        public static let wrongContent = Code(rawValue: "wrongContent")
        /// The act came after the end of its clock.
        public static let tooLate = Code(rawValue: "tooLate")
        /// It was done before, as often as the definition lets it be done, or as often as there is room for.
        public static let doneBefore = Code(rawValue: "doneBefore")
    }

    public let code: Code
    /// What happened, where, and what to do.
    public let message: String

    public init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
}

extension OneThingError: Equatable, CustomStringConvertible {
    public static func == (left: OneThingError, right: OneThingError) -> Bool { left.code == right.code }

    public var description: String { "\(message) (\(code.rawValue))" }
}
