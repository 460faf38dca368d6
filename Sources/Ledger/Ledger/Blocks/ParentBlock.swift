public import Formats
public import Identity

/// What the next block has to follow: the facts of its parent that the block rules need.
public struct ParentBlock: Sendable, Hashable {
    public let height: Height
    public let view: View
    /// The digest of the block's header; the channel's identifier for the genesis.
    public let digest: Digest
    public let timestamp: Timestamp
    /// The results that the block's header states.
    public let executed: ExecutedState
    /// The greatest height up to this block's whose block holds transactions; 0 for none.
    public let lastBusyHeight: Height

    /// The genesis, on which the first block stands.
    public init(genesis: Genesis) {
        height = .zero
        view = .zero
        digest = genesis.channel.digest
        timestamp = genesis.document.createdAt
        executed = ExecutionTip(genesis: genesis).executed
        lastBusyHeight = .zero
    }

    init(header: BlockHeader, digest: Digest, lastBusyHeight: Height) {
        height = header.height
        view = header.view
        self.digest = digest
        timestamp = header.timestamp
        executed = header.executed
        self.lastBusyHeight = lastBusyHeight
    }

    /// The facts of a block on this one, for the block after it.
    public func child(_ block: VerifiedBlock) -> ParentBlock {
        child(block.header, digest: block.digest, isEmpty: block.transactions.isEmpty)
    }

    /// The same for a block of which only the header is at hand.
    /// - Parameters:
    ///   - header: the header of a block whose parent is this one.
    ///   - digest: the header's digest.
    ///   - isEmpty: whether the block holds no transaction.
    public func child(_ header: BlockHeader, digest: Digest, isEmpty: Bool) -> ParentBlock {
        ParentBlock(header: header, digest: digest, lastBusyHeight: isEmpty ? lastBusyHeight : header.height)
    }
}
