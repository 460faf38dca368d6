package import Formats
package import Identity

/// Consensus messages on their way from one validator to another: the DER of `ConsensusMessage`, in the order of
/// sending.
package struct ConsensusEnvelope: Codable, Sendable {
    package let messages: [[UInt8]]

    package init(messages: [[UInt8]]) { self.messages = messages }
}

/// Transactions that a node took in and hands on: the DER of `Transaction`.
package struct TransactionBatch: Codable, Sendable {
    package let transactions: [[UInt8]]

    package init(transactions: [[UInt8]]) { self.transactions = transactions }
}

/// Asks for one block that may not be final yet.
package struct BlockRequest: Codable, Sendable {
    package let digest: Digest

    package init(digest: Digest) { self.digest = digest }
}

package struct BlockReply: Codable, Sendable {
    /// DER of the block; `nil` where the peer does not have it.
    package let block: [UInt8]?

    package init(block: [UInt8]?) { self.block = block }
}

/// Asks for final blocks, in order.
package struct BlockRangeRequest: Codable, Sendable {
    package let first: Height
    /// Most blocks wanted; the peer may give fewer.
    package let count: Int

    package init(first: Height, count: Int) {
        self.first = first
        self.count = count
    }
}

package struct BlockRangeReply: Codable, Sendable {
    /// Most blocks of one reply.
    static let maximumBlockCount = 500
    /// Beyond so many bytes of blocks no further one is added: half of what a frame may have.
    static let maximumBlockBytes = 4 << 20
    /// A longer range is refused before it is parsed.
    static let maximumRangeBytes = 8 << 20

    /// DER of a `FinalizedRange`; `nil` where the peer has nothing from that height on that it can prove to be final.
    package let range: [UInt8]?
    /// The peer's own height.
    package let height: Height

    package init(range: [UInt8]?, height: Height) {
        self.range = range
        self.height = height
    }
}
