/// Why a department's node does not keep, give out or tell something. It crosses the network as itself.
///
/// Two errors are equal when their codes are.
public struct OneThingServiceError: Error, Sendable, Codable, Equatable, CustomStringConvertible {
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        public init(from decoder: any Decoder) throws {
            rawValue = try decoder.singleValueContainer().decode(String.self)
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(rawValue)
        }

        /// The message is not one that this service knows.
        public static let malformed = Code(rawValue: "malformed")
        /// The caller's department may not have this.
        public static let notEntitled = Code(rawValue: "notEntitled")
        /// There is no such case, step, content or item.
        public static let unknown = Code(rawValue: "unknown")
        /// The step is not in the caller's hand, or not in this attempt.
        public static let notOpen = Code(rawValue: "notOpen")
        /// The step does not need the item by the definition.
        public static let notNeeded = Code(rawValue: "notNeeded")
        /// The items stand in another list of content by now: look again.
        public static let outdated = Code(rawValue: "outdated")
        /// The vault does not hold what the ledger says that the department keeps.
        public static let notHeld = Code(rawValue: "notHeld")
        /// What the department has kept of the case is destroyed.
        public static let destroyed = Code(rawValue: "destroyed")
        /// More bytes than one answer carries: ask for the items one by one.
        public static let tooLarge = Code(rawValue: "tooLarge")
        /// The vault holds something else under the same name.
        public static let conflict = Code(rawValue: "conflict")
        /// More than one department may take at a time: try again later.
        public static let overloaded = Code(rawValue: "overloaded")
        /// The node cannot answer: its vault or its ledger failed.
        public static let unavailable = Code(rawValue: "unavailable")
    }

    public let code: Code
    /// What happened and what to do.
    public let message: String

    public init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

    public static func == (left: OneThingServiceError, right: OneThingServiceError) -> Bool { left.code == right.code }

    public var description: String { "\(message) (\(code.rawValue))" }
}
