public import Identity
public import SwiftASN1

/// What a leader signs when it proposes a block for its view.
public struct ProposalStatement: DERSequence, Hashable {
    public let channel: ChannelIdentifier
    public let epoch: Epoch
    public let view: View
    /// The view of the block's parent; 0 for the genesis.
    public let parentView: View
    /// The digest of the parent's header; the channel's identifier for the genesis.
    public let parent: Digest
    /// The digest of the proposed block's header.
    public let block: Digest

    public init(
        channel: ChannelIdentifier,
        epoch: Epoch,
        view: View,
        parentView: View,
        parent: Digest,
        block: Digest
    ) {
        self.channel = channel
        self.epoch = epoch
        self.view = view
        self.parentView = parentView
        self.parent = parent
        self.block = block
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        channel = ChannelIdentifier(try fields.digest())
        epoch = try fields.number()
        view = try fields.number()
        parentView = try fields.number()
        parent = try fields.digest()
        block = try fields.digest()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(channel.digest)
        try fields.serialize(epoch)
        try fields.serialize(view)
        try fields.serialize(parentView)
        try fields.serialize(parent)
        try fields.serialize(block)
    }

    /// The digest that the leader signs for ``SigningPurpose/proposal``.
    public func digest(suite: any CryptoSuite) -> Digest {
        suite.digest(of: derBytes)
    }
}
