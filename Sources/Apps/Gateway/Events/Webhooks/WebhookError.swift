/// Why a subscription could not be made, changed or served, and what to do about it.
///
/// Two errors are equal when their codes are. No message holds a secret.
public struct WebhookError: Error, Sendable {
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// There is no such subscription or dead letter, or it is another department's.
        public static let notFound = Code(rawValue: "notFound")
        /// The address is none that webhooks may have.
        public static let wrongAddress = Code(rawValue: "wrongAddress")
        /// The owner's name is empty or too long.
        public static let wrongOwner = Code(rawValue: "wrongOwner")
        /// The department, or the node, has as many subscriptions as it may have.
        public static let tooMany = Code(rawValue: "tooMany")
        /// The database is none of webhooks, or of another consortium or version.
        public static let wrongDatabase = Code(rawValue: "wrongDatabase")
        /// The key that secrets are sealed with is missing, or another one.
        public static let wrongKey = Code(rawValue: "wrongKey")
        /// What is stored was changed, or a part of it is missing.
        public static let corrupted = Code(rawValue: "corrupted")
        /// The database could not be read or written.
        public static let unavailable = Code(rawValue: "unavailable")
    }

    public let code: Code
    /// What happened, and what to do.
    public let message: String
    /// What the library underneath said, where one did.
    public let cause: String?

    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause.map { String(describing: $0) }
    }
}

extension WebhookError: Equatable, CustomStringConvertible {
    public static func == (left: WebhookError, right: WebhookError) -> Bool { left.code == right.code }

    public var description: String {
        cause.map { "\(message) (\(code.rawValue): \($0))" } ?? "\(message) (\(code.rawValue))"
    }
}
