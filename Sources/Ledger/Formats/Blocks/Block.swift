public import Identity
public import SwiftASN1

/// The results of executing the chain up to a height, as a later header states them.
public struct ExecutedState: DERSequence, Hashable {
    /// The last height that is executed in these results; 0 for none.
    public let height: Height
    /// The root of the state after that height (``StateCommitment``).
    public let stateRoot: Digest
    /// The root of the journal with one leaf for each height from 1 to ``height`` (``JournalLeaf``).
    public let journalRoot: Digest

    public init(height: Height, stateRoot: Digest, journalRoot: Digest) {
        self.height = height
        self.stateRoot = stateRoot
        self.journalRoot = journalRoot
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        height = try fields.number()
        stateRoot = try fields.digest()
        journalRoot = try fields.digest()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(height)
        try fields.serialize(stateRoot)
        try fields.serialize(journalRoot)
    }
}

/// The signed and hashed part of a block (块头). Its digest is the block's.
public struct BlockHeader: DERSequence, Hashable {
    /// Version 2: ``ExecutedState/stateRoot`` is the root of an authenticated map, where version 1 had a running
    /// digest.
    public static let version: Int64 = 2
    /// A header's DER is never longer.
    public static let maximumByteCount = 512

    public let channel: ChannelIdentifier
    public let epoch: Epoch
    public let height: Height
    public let view: View
    /// The digest of the parent's header; the channel's identifier at height 1.
    public let parent: Digest
    /// The leader's clock, later than the parent's.
    public let timestamp: Timestamp
    /// Who proposed the block.
    public let proposer: ValidatorIndex
    /// The Merkle root over the DER of the block's transactions (RFC 9162, section 2.1.1).
    public let transactionsRoot: Digest
    public let executed: ExecutedState

    public init(
        channel: ChannelIdentifier,
        epoch: Epoch,
        height: Height,
        view: View,
        parent: Digest,
        timestamp: Timestamp,
        proposer: ValidatorIndex,
        transactionsRoot: Digest,
        executed: ExecutedState
    ) {
        self.channel = channel
        self.epoch = epoch
        self.height = height
        self.view = view
        self.parent = parent
        self.timestamp = timestamp
        self.proposer = proposer
        self.transactionsRoot = transactionsRoot
        self.executed = executed
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "block header")
        channel = ChannelIdentifier(try fields.digest())
        epoch = try fields.number()
        height = try fields.number()
        view = try fields.number()
        parent = try fields.digest()
        timestamp = try fields.timestamp()
        proposer = try fields.validatorIndex()
        transactionsRoot = try fields.digest()
        executed = try ExecutedState(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(channel.digest)
        try fields.serialize(epoch)
        try fields.serialize(height)
        try fields.serialize(view)
        try fields.serialize(parent)
        try fields.serialize(timestamp)
        try fields.serialize(proposer)
        try fields.serialize(transactionsRoot)
        try fields.serialize(executed)
    }

    /// The digest of the header's DER: the block's name in votes, certificates and the next header.
    public func digest(suite: any CryptoSuite) -> Digest {
        suite.digest(of: derBytes)
    }
}

/// A block (区块): a header and the transactions that its root commits to.
public struct Block: DERSequence, Hashable {
    /// No channel allows more; ``ChannelLimits`` may allow less.
    public static let maximumTransactionCount = 10_000

    public let header: BlockHeader
    public let transactions: [Transaction]

    public init(header: BlockHeader, transactions: [Transaction]) {
        self.header = header
        self.transactions = transactions
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        header = try BlockHeader(derEncoded: &fields)
        transactions = try fields.list(limit: Self.maximumTransactionCount) { try Transaction(derEncoded: &$0) }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(header)
        try fields.serialize(list: transactions) { try $0.serialize($1) }
    }

    /// The root that a header over these transactions has to state.
    public static func transactionsRoot(_ transactions: [Transaction], suite: any CryptoSuite) -> Digest {
        MerkleTree(leaves: transactions.map(\.derBytes), suite: suite).root
    }
}
