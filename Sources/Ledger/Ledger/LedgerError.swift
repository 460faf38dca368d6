/// Why the ledger could not do what was asked, and what to do about it.
///
/// Two errors are equal when their codes are.
public struct LedgerError: Error, Sendable, Codable {
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// The disk, or the size that the database may have, is full. Nothing of the block is written.
        public static let outOfSpace = Code(rawValue: "outOfSpace")
        /// The database's bytes are damaged, or hold what this software never writes.
        public static let corrupted = Code(rawValue: "corrupted")
        /// The file is a database, but no ledger.
        public static let notALedger = Code(rawValue: "notALedger")
        /// The ledger in the file is of another consortium or channel than the genesis.
        public static let otherConsortium = Code(rawValue: "otherConsortium")
        /// A newer version of this software has written the database.
        public static let newerSchema = Code(rawValue: "newerSchema")
        /// An older version of this software has written the database, and its blocks are of an older format.
        public static let olderFormat = Code(rawValue: "olderFormat")
        /// What was asked for is not kept here any more.
        public static let pruned = Code(rawValue: "pruned")
        /// The chain moved on while the answer was made; asking again gives one.
        public static let outdated = Code(rawValue: "outdated")
        /// Another process holds the database.
        public static let busy = Code(rawValue: "busy")
        /// The file cannot be opened or written: its place, owner or permissions.
        public static let cannotOpen = Code(rawValue: "cannotOpen")
        /// Reading or writing failed below the database.
        public static let inputOutput = Code(rawValue: "inputOutput")
        /// The task was cancelled; nothing of the block is written.
        public static let cancelled = Code(rawValue: "cancelled")
        /// A block does not continue the chain that is here.
        public static let wrongPredecessor = Code(rawValue: "wrongPredecessor")
        /// A finalised block does not hang together: its root, its link or its finalization.
        public static let wrongBlock = Code(rawValue: "wrongBlock")
        /// A finalised block holds a transaction that is on the ledger already.
        public static let duplicateTransaction = Code(rawValue: "duplicateTransaction")
        /// A finalised header states other results than this node has come to. The node must stop.
        public static let divergence = Code(rawValue: "divergence")
        /// The ledger has no such transaction or block.
        public static let notFound = Code(rawValue: "notFound")
        /// The list has more elements than one receipt holds.
        public static let tooLong = Code(rawValue: "tooLong")
        /// The block is final, but no finalised header states its results yet.
        public static let notSealed = Code(rawValue: "notSealed")
        /// No receipt can exist: the submitter had no certificate in force when the transaction was executed.
        public static let noReceipt = Code(rawValue: "noReceipt")
        /// A height is executed with a version of a contract that this program does not have. The node must stop, and
        /// be started again with a program that has it.
        public static let contractVersionMissing = Code(rawValue: "contractVersionMissing")
        /// Two contracts, methods or queries share a name, or a name is empty or too long.
        public static let wrongContract = Code(rawValue: "wrongContract")
    }

    public let code: Code
    /// What happened, where, and what to do.
    public let message: String
    /// What the library underneath said, where one did.
    public let cause: String?

    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause.map { String(describing: $0) }
    }
}

extension LedgerError: Equatable, CustomStringConvertible {
    public static func == (left: LedgerError, right: LedgerError) -> Bool { left.code == right.code }

    public var description: String {
        cause.map { "\(message) (\(code.rawValue): \($0))" } ?? "\(message) (\(code.rawValue))"
    }
}
