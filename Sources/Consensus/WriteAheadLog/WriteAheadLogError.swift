/// Why the write-ahead log could not do its work, and what to do about it.
///
/// Two errors are equal when their codes are.
public struct WriteAheadLogError: Error, Sendable, Codable {
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// The disk, the quota or the file's size limit is exhausted. Nothing of what was to be appended counts; the
        /// same records may be appended again when there is space.
        public static let outOfSpace = Code(rawValue: "outOfSpace")
        /// Another process has the log open.
        public static let locked = Code(rawValue: "locked")
        /// A record that was durable is damaged. The log is left as it is.
        public static let corrupted = Code(rawValue: "corrupted")
        /// The file is no write-ahead log, of another version, or of another channel.
        public static let wrongFile = Code(rawValue: "wrongFile")
        /// The system refused to read or write.
        public static let inputOutput = Code(rawValue: "inputOutput")
        /// An earlier write could not be made durable: what is on the disk is not known any more. Only opening the log
        /// anew tells.
        public static let failed = Code(rawValue: "failed")
    }

    public let code: Code
    /// What happened, where, and what to do.
    public let message: String
    /// What the system said, where it did.
    public let cause: String?

    public init(_ code: Code, _ message: String, cause: String? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }
}

extension WriteAheadLogError: Equatable, CustomStringConvertible {
    public static func == (left: WriteAheadLogError, right: WriteAheadLogError) -> Bool { left.code == right.code }

    public var description: String {
        cause.map { "\(message) (\(code.rawValue): \($0))" } ?? "\(message) (\(code.rawValue))"
    }
}
