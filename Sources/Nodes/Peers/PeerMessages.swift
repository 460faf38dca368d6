import Formats
import Identity

/// Consensus messages on their way from one validator to another: the DER of `ConsensusMessage`, in the order of
/// sending.
struct ConsensusEnvelope: Codable, Sendable {
    let messages: [[UInt8]]
}

/// Transactions that a node took in and hands on: the DER of `Transaction`.
package struct TransactionBatch: Codable, Sendable {
    let transactions: [[UInt8]]

    package init(transactions: [[UInt8]]) { self.transactions = transactions }
}

/// Asks for one block that may not be final yet.
struct BlockRequest: Codable, Sendable {
    let digest: Digest
}

struct BlockReply: Codable, Sendable {
    /// DER of the block; `nil` where the peer does not have it.
    let block: [UInt8]?
}

/// Asks for final blocks, in order.
struct BlockRangeRequest: Codable, Sendable {
    let first: Height
}

struct BlockRangeReply: Codable, Sendable {
    /// Most blocks of one reply.
    static let maximumBlockCount = 500
    /// Beyond so many bytes of blocks no further one is added: half of what a frame may have.
    static let maximumBlockBytes = 4 << 20
    /// A longer range is refused before it is parsed.
    static let maximumRangeBytes = 8 << 20

    /// DER of a `FinalizedRange`; `nil` where the peer has nothing from that height on that it can prove to be final.
    let range: [UInt8]?
}
