/// Why the vault did not take, give or destroy something, and what to do about it.
///
/// Two errors are equal when their codes are. No message repeats a field's value.
public struct VaultError: Error, Sendable {
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// The vault holds nothing of that licence.
        public static let notFound = Code(rawValue: "notFound")
        /// The licence was taken down: its key, its fields and its file are gone for good.
        public static let destroyed = Code(rawValue: "destroyed")
        /// The vault holds the same version of the licence with other content.
        public static let conflict = Code(rawValue: "conflict")
        /// The master key is missing, or not the one that this vault was made with.
        public static let wrongKey = Code(rawValue: "wrongKey")
        /// The vault belongs to another consortium.
        public static let otherConsortium = Code(rawValue: "otherConsortium")
        /// What is stored was changed, or a part of it is missing.
        public static let corrupted = Code(rawValue: "corrupted")
        /// More bytes than the vault takes.
        public static let tooLarge = Code(rawValue: "tooLarge")
        /// Fields, salts and licence do not belong together.
        public static let inconsistent = Code(rawValue: "inconsistent")
        /// The database is no vault, or of a newer software.
        public static let notAVault = Code(rawValue: "notAVault")
        /// The database could not be read or written.
        public static let unavailable = Code(rawValue: "unavailable")
        /// The decision was released already: a ticket is good for one release.
        public static let alreadyReleased = Code(rawValue: "alreadyReleased")
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

extension VaultError: Equatable, CustomStringConvertible {
    public static func == (left: VaultError, right: VaultError) -> Bool { left.code == right.code }

    public var description: String {
        cause.map { "\(message) (\(code.rawValue): \($0))" } ?? "\(message) (\(code.rawValue))"
    }
}
