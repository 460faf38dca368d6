public import SwiftASN1

/// The limits that every node of a channel has to share, fixed in genesis: were they settings of each node, one node's
/// own could hang the chain (FISCO-BCOS #4656).
public struct ChannelLimits: DERSequence, Hashable {
    /// Longest DER of a transaction, in bytes. 64 KiB: some 200 calls of 300 bytes; files never go on a ledger.
    public var maximumTransactionBytes = 64 * 1024
    /// Longest DER of a block, in bytes. 2 MiB cross a 1 Gbit/s link in 17 ms, well within a view.
    public var maximumBlockBytes = 2 << 20
    /// Most transactions in a block: 2,000 signatures are checked in about 0.1 s on one core.
    public var maximumBlockTransactions = 2_000
    /// How many heights ahead a transaction's `lastValidHeight` may be: bounds how long an identifier has to be
    /// remembered.
    public var transactionLifetime: UInt64 = 10_000
    /// Δ of the protocol, in milliseconds: what a message between two live nodes may take. Leader timer 2Δ, view timer
    /// 3Δ.
    public var networkDelay = 500
    /// No view timer is ever longer, in milliseconds, whatever the back-off: recovery takes seconds, not hours.
    public var maximumTimeout = 6_000
    /// How far a block's timestamp may be ahead of a validator's clock, in milliseconds.
    public var maximumClockDrift = 10_000

    public init() {}

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        maximumTransactionBytes = Int(try fields.integer(in: 1_024...Int64(Transaction.maximumByteCount)))
        maximumBlockBytes = Int(try fields.integer(in: Int64(maximumTransactionBytes) + 1_024...8 << 20))
        maximumBlockTransactions = Int(try fields.integer(in: 1...Int64(Block.maximumTransactionCount)))
        transactionLifetime = UInt64(try fields.integer(in: 1...1_000_000))
        networkDelay = Int(try fields.integer(in: 10...60_000))
        maximumTimeout = Int(try fields.integer(in: 3 * Int64(networkDelay)...600_000))
        maximumClockDrift = Int(try fields.integer(in: 100...600_000))
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(maximumTransactionBytes)
        try fields.serialize(maximumBlockBytes)
        try fields.serialize(maximumBlockTransactions)
        try fields.serialize(transactionLifetime)
        try fields.serialize(networkDelay)
        try fields.serialize(maximumTimeout)
        try fields.serialize(maximumClockDrift)
    }
}
