import Formats

/// Why a contract refused a call. It becomes the `Rejection` in the transaction's outcome, so code and message have to
/// be the same on every node: nothing of a library's or the system's wording belongs in them.
///
/// Two errors are equal when their codes are.
public struct ContractError: Error, Sendable {
    /// A word in camel case of at most 64 bytes, such as `alreadyIssued`. A contract adds its own by an extension.
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// The arguments are not DER of the method's argument type, or a field is out of its range.
        public static let malformedArguments = Code(rawValue: "malformedArguments")
        /// The ledger has no contract of this name.
        public static let unknownContract = Code(rawValue: "unknownContract")
        /// The contract has no method or query of this name.
        public static let unknownMethod = Code(rawValue: "unknownMethod")
        /// The call needs more than ``ExecutionLimits`` allow.
        public static let limitExceeded = Code(rawValue: "limitExceeded")
        /// There is no such entry.
        public static let notFound = Code(rawValue: "notFound")
        /// The caller may not do this.
        public static let notPermitted = Code(rawValue: "notPermitted")
        /// No certificate is registered for the submitter's key.
        public static let submitterUnknown = Code(rawValue: "submitterUnknown")
        /// The submitter's certificate is revoked.
        public static let submitterRevoked = Code(rawValue: "submitterRevoked")
        /// The submitter's certificate is not in force at the block's time.
        public static let submitterExpired = Code(rawValue: "submitterExpired")
        /// The state could not be read. The block stops there; this code never reaches an outcome.
        public static let stateUnavailable = Code(rawValue: "stateUnavailable")
    }

    public let code: Code
    /// What is wrong and what to do, in English.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The error as it stands in an outcome, cut to the lengths that a rejection may have.
    func rejection(call: Int) -> Rejection {
        Rejection(call: call, code: Self.cut(code.rawValue, to: 64), message: Self.cut(message, to: 1_024))
    }

    /// The longest start of `text` that ends between Unicode scalars and has at most `limit` bytes: scalars, not
    /// characters, because what is a character changes with the version of Unicode.
    private static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var scalars = String.UnicodeScalarView()
        var count = 0
        for scalar in text.unicodeScalars {
            count += UTF8.width(scalar)
            if count > limit { break }
            scalars.append(scalar)
        }
        return String(scalars)
    }
}

extension ContractError: Equatable, CustomStringConvertible {
    public static func == (left: ContractError, right: ContractError) -> Bool { left.code == right.code }

    public var description: String { "\(message) (\(code.rawValue))" }
}
