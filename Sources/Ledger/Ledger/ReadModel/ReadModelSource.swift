public import Formats
public import Identity

/// A height of a chain with its block's digest and ledger time.
public struct ReadModelPosition: Sendable, Hashable {
    public let height: Height
    /// The digest of the block's header; the channel's identifier at height 0.
    public let digest: Digest
    public let time: Timestamp

    public init(height: Height, digest: Digest, time: Timestamp) {
        self.height = height
        self.digest = digest
        self.time = time
    }
}

/// An executed block, as a read model takes it in.
public struct FollowedBlock: Sendable {
    /// A transaction of the block.
    public struct Entry: Sendable {
        /// The transaction's DER.
        public let transaction: [UInt8]
        /// The DER of its outcome.
        public let outcome: [UInt8]
        /// Under whose certificate it was executed; `nil` where none was in force.
        public let submitter: MemberName?

        public init(transaction: [UInt8], outcome: [UInt8], submitter: MemberName?) {
            self.transaction = transaction
            self.outcome = outcome
            self.submitter = submitter
        }
    }

    public let header: BlockHeader
    /// The digest of the header.
    public let digest: Digest
    /// Whose block it is.
    public let proposer: MemberName
    public let entries: [Entry]
    /// What the block has changed in the state, in the order of (contract, key).
    public let changes: [StateChange]

    public init(
        header: BlockHeader,
        digest: Digest,
        proposer: MemberName,
        entries: [Entry],
        changes: [StateChange]
    ) {
        self.header = header
        self.digest = digest
        self.proposer = proposer
        self.entries = entries
        self.changes = changes
    }

    var byteCount: Int {
        entries.reduce(0) { $0 + $1.transaction.count + $1.outcome.count }
            + changes.reduce(0) { $0 + $1.key.count + ($1.value?.count ?? 0) }
    }
}

/// Where a read model has its blocks from.
public protocol ReadModelSource: Sendable {
    /// The first height whose transactions and changes are there, and the last executed one.
    func followableHeights() async throws(LedgerError) -> (first: Height, last: ReadModelPosition)

    /// Consecutive executed blocks.
    /// - Parameters:
    ///   - first: the first of them.
    ///   - limit: most blocks.
    ///   - maximumBytes: no further block is added beyond this many bytes; there is always one.
    func followedBlocks(
        from first: Height,
        limit: Int,
        maximumBytes: Int
    ) async throws(LedgerError) -> [FollowedBlock]

    /// Every key's present value, by the number of its value, which grows with each write.
    /// - Parameters:
    ///   - number: the number after which the page begins; 0 for the first page.
    ///   - limit: most entries.
    func currentValues(
        after number: Int64,
        limit: Int
    ) async throws(LedgerError) -> (entries: [StateChange], last: Int64)
}
