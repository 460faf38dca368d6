/// What was wrong with a code, a row, a table or a payload about licences, and what to do about it.
///
/// Two errors are equal when their codes are. Messages about a person's own number never repeat that number.
public struct LicenceError: Error, Sendable {
    /// What went wrong. Clients may switch over it; new codes may come with a new version.
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }
    }

    public let code: Code
    /// What happened, where, and what to do, in one or two sentences.
    public let message: String
    /// Where in the text, in characters from 1, where one character is to blame.
    public let position: Int?
    /// What stands there.
    public let found: String?
    /// What should stand there.
    public let expected: String?
    /// What the library underneath said, where one did.
    public let cause: String?

    public init(
        _ code: Code,
        _ message: String,
        position: Int? = nil,
        found: String? = nil,
        expected: String? = nil,
        cause: (any Error)? = nil
    ) {
        self.init(code, message, position, found, expected, cause: cause.map { String(describing: $0) })
    }

    private init(
        _ code: Code, _ message: String, _ position: Int?, _ found: String?, _ expected: String?, cause: String?
    ) {
        self.code = code
        self.message = message
        self.position = position
        self.found = found
        self.expected = expected
        self.cause = cause
    }

    /// The same error, said of the part `name` of something larger.
    func within(_ name: String) -> LicenceError {
        LicenceError(code, "\(name): \(message)", position, found, expected, cause: cause)
    }
}

extension LicenceError: Equatable, CustomStringConvertible {
    public static func == (left: LicenceError, right: LicenceError) -> Bool { left.code == right.code }

    public var description: String {
        cause.map { "\(message) (\(code.rawValue): \($0))" } ?? "\(message) (\(code.rawValue))"
    }
}
