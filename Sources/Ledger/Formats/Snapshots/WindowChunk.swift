public import Identity
public import SwiftASN1

/// The outcomes of one block, or a run of them.
public struct WindowBlock: DERSequence, Hashable {
    /// The block's leaf in the journal, with the root of its outcomes.
    public let leaf: JournalLeaf
    /// DER of each `Outcome`, in order.
    public let outcomes: [[UInt8]]
    /// From the outcomes to their root; `nil` for a block that has none.
    public let span: MerkleSpan?

    public init(leaf: JournalLeaf, outcomes: [[UInt8]], span: MerkleSpan?) {
        self.leaf = leaf
        self.outcomes = outcomes
        self.span = span
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        leaf = try JournalLeaf(derEncoded: &fields)
        outcomes = try fields.list(limit: Block.maximumTransactionCount) {
            try $0.octets(limit: Outcome.maximumByteCount)
        }
        span = outcomes.isEmpty ? nil : try MerkleSpan(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(leaf)
        try fields.serialize(list: outcomes) { try $0.serialize(octets: $1) }
        if let span { try fields.serialize(span) }
    }

    /// The position in the block of the first outcome.
    public var first: Int { Int(span?.first ?? 0) }
    /// How many outcomes the block has.
    public var count: Int { Int(span?.size ?? 0) }
    /// Whether the block has no outcome after these.
    public var isEnd: Bool { first + outcomes.count == count }

    func verify(suite: any CryptoSuite) throws(VerificationError) {
        let leaves = outcomes.map { MerkleTree.leafDigest($0, suite: suite) }
        let root = span.map { $0.root(leaves: leaves, suite: suite) } ?? MerkleTree.root(ofLeaves: [], suite: suite)
        guard count <= Block.maximumTransactionCount, root == leaf.outcomesRoot else {
            throw VerificationError(.wrongDigest, "the outcomes of block \(leaf.height) do not lead to their root")
        }
        for (index, bytes) in outcomes.enumerated() {
            guard let outcome = try? Outcome(derBytes: bytes, limit: Outcome.maximumByteCount),
                outcome.height == leaf.height, outcome.index == first + index
            else {
                throw VerificationError(
                    .inconsistent, "outcome \(first + index) of block \(leaf.height) is of another place")
            }
        }
    }
}

/// A run of the last blocks' outcomes, which proves itself against the journal root. What it is for: a node that begins
/// with the snapshot has to know which transactions are on the ledger already.
public struct WindowChunk: DERSequence, Hashable {
    public static let version: Int64 = 1

    /// Consecutive blocks; the first may have had outcomes in the chunk before, the last may have more in the next.
    public let blocks: [WindowBlock]
    /// From the blocks' leaves to the journal root.
    public let span: MerkleSpan

    public init(blocks: [WindowBlock], span: MerkleSpan) {
        self.blocks = blocks
        self.span = span
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "window chunk")
        blocks = try fields.list(limit: SnapshotLimits.blocksPerWindowChunk) { try WindowBlock(derEncoded: &$0) }
        span = try MerkleSpan(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(list: blocks) { try $0.serialize($1) }
        try fields.serialize(span)
    }

    /// Checks that the blocks and their outcomes are those of the chain with this journal.
    /// - Throws: ``VerificationError`` with code `inconsistent` or `wrongDigest`.
    public func verify(_ executed: ExecutedState, suite: any CryptoSuite) throws(VerificationError) {
        guard span.size == executed.height.rawValue else {
            throw VerificationError(
                .inconsistent, "the window chunk is of height \(span.size), the snapshot of \(executed.height)")
        }
        let leaves = blocks.map { MerkleTree.leafDigest($0.leaf.derBytes, suite: suite) }
        guard span.root(leaves: leaves, suite: suite) == executed.journalRoot else {
            throw VerificationError(
                .wrongDigest, "the window chunk from height \(span.first + 1) does not lead to the journal's root")
        }
        for (offset, block) in blocks.enumerated() {
            guard block.leaf.height.rawValue == span.first + UInt64(offset) + 1,
                offset == 0 || block.first == 0, offset == blocks.count - 1 || block.isEnd
            else {
                throw VerificationError(.inconsistent, "block \(block.leaf.height) is not whole, or in another place")
            }
            try block.verify(suite: suite)
        }
    }
}
