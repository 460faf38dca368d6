/// Why bytes are not the structure that they were taken for.
///
/// Two errors are equal when their codes are.
public struct FormatError: Error, Sendable, Codable {
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// The bytes are not the DER of this structure.
        public static let malformed = Code(rawValue: "malformed")
        /// The bytes are more than the structure may have; they were not looked at.
        public static let tooLarge = Code(rawValue: "tooLarge")
        /// The structure is of a version that this software does not know.
        public static let unknownVersion = Code(rawValue: "unknownVersion")
        /// A field holds a value outside of its range.
        public static let outOfRange = Code(rawValue: "outOfRange")
    }

    public let code: Code
    /// What is wrong, where, and what to do.
    public let message: String
    /// What the ASN.1 library said, where it did.
    public let cause: String?

    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause.map { String(describing: $0) }
    }
}

extension FormatError: Equatable, CustomStringConvertible {
    public static func == (left: FormatError, right: FormatError) -> Bool { left.code == right.code }

    public var description: String {
        cause.map { "\(message) (\(code.rawValue): \($0))" } ?? "\(message) (\(code.rawValue))"
    }
}
