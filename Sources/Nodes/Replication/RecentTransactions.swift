import DequeModule
package import Formats

/// The identifiers of the transactions in the blocks that were executed last: what may have been looked up in the
/// ledger a moment too early is found here.
package struct RecentTransactions {
    /// How many blocks are remembered: far more than are executed while one proposal is checked.
    package static let maximumBlockCount = 64

    private var blocks: Deque<[TransactionIdentifier]> = []
    private var identifiers: Set<TransactionIdentifier> = []
    /// Every block above this height is remembered.
    private var floor: Height

    /// - Parameter height: the last one that was executed before anything is remembered.
    package init(after height: Height) { floor = height }

    package func contains(_ identifier: TransactionIdentifier) -> Bool { identifiers.contains(identifier) }

    /// Whether what was not in the ledger at `height`, and is not here, has not been executed.
    package func covers(since height: Height) -> Bool { height >= floor }

    package mutating func append(_ block: [TransactionIdentifier]) {
        blocks.append(block)
        identifiers.formUnion(block)
        if blocks.count > Self.maximumBlockCount, let oldest = blocks.popFirst() {
            identifiers.subtract(oldest)
            floor = floor.next
        }
    }
}
