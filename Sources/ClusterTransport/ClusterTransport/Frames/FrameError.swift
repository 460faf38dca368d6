/// What was wrong with the bytes of a frame. The connection that they came on is of no further use.
package struct FrameError: Error, Equatable {
    package enum Code: Equatable {
        case tooLong
        case tooShort
        case unknownVersion
        case unknownKind
        case malformed
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package static func == (left: FrameError, right: FrameError) -> Bool { left.code == right.code }

    /// The same as callers and peers learn it.
    var clusterError: ClusterError {
        switch code {
        case .tooLong: ClusterError(.frameTooLarge, message)
        case .unknownVersion: ClusterError(.unsupportedVersion, message)
        case .tooShort, .unknownKind, .malformed: ClusterError(.malformed, message)
        }
    }
}
