/// Why a transaction does not enter the mempool.
///
/// Two errors are equal when their codes are.
public struct MempoolError: Error, Sendable, Codable {
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// It is waiting already: nothing is wrong.
        public static let duplicate = Code(rawValue: "duplicate")
        /// Its department has as much waiting as it may: overload, to be tried again later.
        public static let laneFull = Code(rawValue: "laneFull")
        /// More departments than the node has lanes for: overload, to be tried again later.
        public static let tooManyLanes = Code(rawValue: "tooManyLanes")
        /// Longer than the channel allows.
        public static let tooLarge = Code(rawValue: "tooLarge")
        /// No block to come may hold it any more.
        public static let expired = Code(rawValue: "expired")
    }

    public let code: Code
    /// What happened, and what to do.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension MempoolError: Equatable, CustomStringConvertible {
    public static func == (left: MempoolError, right: MempoolError) -> Bool { left.code == right.code }

    public var description: String { "\(message) (\(code.rawValue))" }
}
