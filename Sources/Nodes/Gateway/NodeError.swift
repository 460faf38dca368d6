/// What a node answers where it cannot do what it was asked. It crosses the network as itself.
///
/// Two errors are equal when their codes are.
public struct NodeError: Error, Sendable, Codable, Equatable, CustomStringConvertible {
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

        /// The bytes are no transaction, or one that this channel does not allow.
        public static let invalidTransaction = Code(rawValue: "invalidTransaction")
        /// The submitter's certificate does not entitle it.
        public static let notEntitled = Code(rawValue: "notEntitled")
        /// The submitter's department has as much waiting as it may have: try again in a moment.
        public static let overloaded = Code(rawValue: "overloaded")
        /// The transaction's last valid height is behind: it will never take effect. Sign a new one.
        public static let expired = Code(rawValue: "expired")
        /// Not in time. The transaction may still take effect: ask for its outcome, or send the same body again.
        public static let notInTime = Code(rawValue: "notInTime")
        /// There is no such thing on this ledger.
        public static let notFound = Code(rawValue: "notFound")
        /// The block is final but no later header vouches for its outcome yet: try again in a moment.
        public static let notSealedYet = Code(rawValue: "notSealedYet")
        /// The node does not keep what was asked for any more; another may.
        public static let pruned = Code(rawValue: "pruned")
        /// The list has more elements than one receipt holds: ask from where you have got to.
        public static let tooLong = Code(rawValue: "tooLong")
        /// The question is not one that the contract knows, or its arguments are malformed.
        public static let invalidQuery = Code(rawValue: "invalidQuery")
        /// The node cannot answer: its storage failed, or it is shutting down.
        public static let unavailable = Code(rawValue: "unavailable")
    }

    public let code: Code
    /// What happened and what to do.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public static func == (left: NodeError, right: NodeError) -> Bool { left.code == right.code }

    public var description: String { "\(message) (\(code.rawValue))" }
}
