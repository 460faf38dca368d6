public import Formats
public import Ledger

/// Where a feed has its blocks from: a node's ledger, in the same process.
public protocol BlockSource: Sendable {
    /// The first height whose transactions and changes are there, and the last executed one.
    /// - Throws: `LedgerError`.
    func followableHeights() async throws(LedgerError) -> (first: Height, last: ReadModelPosition)

    /// Consecutive executed blocks with their outcomes and what they have changed; none above the last.
    /// - Parameters:
    ///   - first: the first of them.
    ///   - limit: most blocks.
    ///   - maximumBytes: no further block is added beyond this many bytes; there is always one.
    /// - Throws: `LedgerError`.
    func followedBlocks(
        from first: Height, limit: Int, maximumBytes: Int
    ) async throws(LedgerError) -> [FollowedBlock]
}

extension ChannelLedger: BlockSource {}
