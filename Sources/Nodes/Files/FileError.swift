import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Why a file could not be read or written.
///
/// Two errors are equal when their codes are.
public struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// There is no such file.
        public static let missing = Code(rawValue: "missing")
        /// There is one already, and it is not to be overwritten.
        public static let exists = Code(rawValue: "exists")
        /// The file is there, but cannot be read.
        public static let unreadable = Code(rawValue: "unreadable")
        /// The file cannot be written.
        public static let unwritable = Code(rawValue: "unwritable")
        /// The disk is full.
        public static let outOfSpace = Code(rawValue: "outOfSpace")
        /// The file is larger than such a file may be.
        public static let tooLarge = Code(rawValue: "tooLarge")
        /// Another process has the file.
        public static let inUse = Code(rawValue: "inUse")
    }

    public let code: Code
    /// What happened, with which file, and what to do.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The error that `errno` tells after reading failed.
    init(reading path: String) {
        let number = errno
        self.init(
            number == ENOENT ? .missing : .unreadable,
            number == ENOENT
                ? "there is no file \(path)" : "\(path) cannot be read: \(String(cString: strerror(number)))"
        )
    }

    /// The error that `errno` tells after writing failed.
    init(writing path: String) {
        let number = errno
        let isFull = number == ENOSPC || number == EDQUOT
        self.init(
            isFull ? .outOfSpace : .unwritable,
            "\(path) cannot be written: \(String(cString: strerror(number)))"
                + (isFull ? "; make room on the disk and try again" : "")
        )
    }

    /// The error for a file where none may be.
    init(alreadyAt path: String) {
        self.init(.exists, "\(path) is there already; remove it or choose another place")
    }

    public static func == (left: FileError, right: FileError) -> Bool { left.code == right.code }

    public var description: String { message }
}
