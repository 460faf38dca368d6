/// Why a transaction is not taken in, in words for whoever sent it.
///
/// Two errors are equal when their codes are.
public struct AdmissionError: Error, Sendable, Codable {
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// The bytes are no transaction.
        public static let malformed = Code(rawValue: "malformed")
        /// The transaction is longer than the channel allows.
        public static let tooLarge = Code(rawValue: "tooLarge")
        /// The transaction is meant for another channel.
        public static let wrongChannel = Code(rawValue: "wrongChannel")
        /// The chain is past the transaction's last valid height.
        public static let expired = Code(rawValue: "expired")
        /// The transaction's last valid height is further ahead than the channel allows.
        public static let lifetimeTooLong = Code(rawValue: "lifetimeTooLong")
        /// No certificate is known for the submitter's key.
        public static let submitterUnknown = Code(rawValue: "submitterUnknown")
        /// The submitter's certificate is not in force.
        public static let submitterExpired = Code(rawValue: "submitterExpired")
        /// The submitter's certificate is revoked.
        public static let submitterRevoked = Code(rawValue: "submitterRevoked")
        /// The signature is not that of the submitter's key.
        public static let wrongSignature = Code(rawValue: "wrongSignature")
        /// The ledger could not be read; the same transaction may be sent again.
        public static let unavailable = Code(rawValue: "unavailable")
    }

    public let code: Code
    /// What is wrong and what to do.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension AdmissionError: Equatable, CustomStringConvertible {
    public static func == (left: AdmissionError, right: AdmissionError) -> Bool { left.code == right.code }

    public var description: String { "\(message) (\(code.rawValue))" }
}
