/// The bounds of a mempool: what one node keeps, so each node may choose its own.
public struct MempoolLimits: Hashable, Sendable {
    /// How many bytes of one lane go into a payload before it is the next lane's turn: some thirty usual transactions.
    public static let turnBytes = 8 * 1024

    /// Longest transaction: the channel's limit.
    public var maximumTransactionBytes: Int
    /// Most transactions of one department: ten full blocks.
    public var maximumLaneEntries = 20_000
    /// Most bytes of one department: sixteen of the largest usual blocks.
    public var maximumLaneBytes = 32 << 20
    /// Most departments with transactions waiting: memory is at most this many lanes.
    public var maximumLaneCount = 128

    public init(maximumTransactionBytes: Int) {
        self.maximumTransactionBytes = maximumTransactionBytes
    }
}
