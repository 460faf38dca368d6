/// Which rule a proposed block breaks. Its leader is at fault; no honest validator votes for it.
///
/// Two errors are equal when their codes are.
public struct BlockError: Error, Sendable, Codable {
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// The bytes are no block.
        public static let malformed = Code(rawValue: "malformed")
        /// The block's DER is longer than the channel allows.
        public static let tooLarge = Code(rawValue: "tooLarge")
        /// The block holds more transactions than the channel allows.
        public static let tooManyTransactions = Code(rawValue: "tooManyTransactions")
        /// A transaction's DER is longer than the channel allows.
        public static let transactionTooLarge = Code(rawValue: "transactionTooLarge")
        /// The block, or a transaction in it, is of another channel.
        public static let wrongChannel = Code(rawValue: "wrongChannel")
        /// The block is of another epoch.
        public static let wrongEpoch = Code(rawValue: "wrongEpoch")
        /// The height is not the parent's plus one.
        public static let wrongHeight = Code(rawValue: "wrongHeight")
        /// The view is not above the parent's.
        public static let wrongView = Code(rawValue: "wrongView")
        /// The block names another parent.
        public static let wrongParent = Code(rawValue: "wrongParent")
        /// The timestamp is not later than the parent's.
        public static let timestampNotLater = Code(rawValue: "timestampNotLater")
        /// The timestamp is further ahead of this node's clock than the channel allows.
        public static let timestampAhead = Code(rawValue: "timestampAhead")
        /// The proposer is not the leader of the view.
        public static let wrongProposer = Code(rawValue: "wrongProposer")
        /// The transactions are not those that the header commits to.
        public static let wrongTransactionsRoot = Code(rawValue: "wrongTransactionsRoot")
        /// A transaction stands twice, in the block or on the chain.
        public static let duplicateTransaction = Code(rawValue: "duplicateTransaction")
        /// A transaction's last valid height is below the block's.
        public static let transactionExpired = Code(rawValue: "transactionExpired")
        /// A transaction's last valid height is further ahead than the channel allows.
        public static let lifetimeTooLong = Code(rawValue: "lifetimeTooLong")
        /// `executed` is of a height below the parent's, or not below the block's own.
        public static let wrongExecutedHeight = Code(rawValue: "wrongExecutedHeight")
        /// `executed` states other results than this node has come to.
        public static let wrongResults = Code(rawValue: "wrongResults")
        /// The block is empty and has nothing to do.
        public static let needlessBlock = Code(rawValue: "needlessBlock")
    }

    public let code: Code
    /// Which rule is broken, and how.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension BlockError: Equatable, CustomStringConvertible {
    public static func == (left: BlockError, right: BlockError) -> Bool { left.code == right.code }

    public var description: String { "\(message) (\(code.rawValue))" }
}
