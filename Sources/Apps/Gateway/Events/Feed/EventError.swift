public import Formats

/// Why a feed of events does not go on, and what to do about it.
///
/// Two errors are equal when their codes are.
public struct EventError: Error, Sendable {
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// The node keeps the blocks from ``EventError/firstHeight`` on, and no others any more.
        public static let pruned = Code(rawValue: "pruned")
        /// The cursor is of a height that the ledger has not come to: it is another ledger's, or the node is behind.
        public static let ahead = Code(rawValue: "ahead")
        /// The text is no cursor.
        public static let wrongCursor = Code(rawValue: "wrongCursor")
        /// The filter asks for what there cannot be, or for too much.
        public static let wrongFilter = Code(rawValue: "wrongFilter")
        /// A record of the ledger cannot be read.
        public static let corrupted = Code(rawValue: "corrupted")
        /// Too many wait for the next block at this node.
        public static let overloaded = Code(rawValue: "overloaded")
        /// The node stops, or its ledger cannot be read now.
        public static let unavailable = Code(rawValue: "unavailable")
    }

    public let code: Code
    /// What happened, and what to do.
    public let message: String
    /// Where code is ``Code/pruned``: the first height whose events are still here.
    public let firstHeight: Height?
    /// What the part underneath said, where one did.
    public let cause: String?

    public init(_ code: Code, _ message: String, firstHeight: Height? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.firstHeight = firstHeight
        self.cause = cause.map { String(describing: $0) }
    }

    /// The blocks that were asked for are not here any more.
    init(prunedBelow height: Height) {
        self.init(
            .pruned,
            "this node keeps the events from height \(height) on: begin there, and fetch what was before from a node "
                + "that prunes nothing",
            firstHeight: height)
    }
}

extension EventError: Equatable, CustomStringConvertible {
    public static func == (left: EventError, right: EventError) -> Bool { left.code == right.code }

    public var description: String {
        cause.map { "\(message) (\(code.rawValue): \($0))" } ?? "\(message) (\(code.rawValue))"
    }
}
