/// Why a consortium on this machine could not be made or run.
///
/// Two errors are equal when their codes are.
package struct LocalConsortiumError: Error, Sendable, Equatable, CustomStringConvertible {
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        /// A program or file could not be started or made.
        package static let cannotStart = Code(rawValue: "cannotStart")
        /// A command that has to succeed has not.
        package static let commandFailed = Code(rawValue: "commandFailed")
        /// A node has ended on its own.
        package static let nodeEnded = Code(rawValue: "nodeEnded")
        /// What was waited for has not come in time.
        package static let notInTime = Code(rawValue: "notInTime")
        /// No port is free.
        package static let noPort = Code(rawValue: "noPort")
        /// The folder has something in it.
        package static let folderInUse = Code(rawValue: "folderInUse")
    }

    package let code: Code
    /// What happened and what to do.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    package var description: String { message }
}
