public import Identity
package import SwiftASN1

/// The name of one ledger: a digest over the consortium's genesis and the channel's name, so that two consortia never
/// share one, whatever they call their channels. It is also the digest of the block at height 0.
public struct ChannelIdentifier: Hashable, Sendable, CustomStringConvertible {
    public let digest: Digest

    public init(_ digest: Digest) { self.digest = digest }

    /// `digest(DER ChannelName)`.
    public init(consortium: Digest, channel: Label, suite: any CryptoSuite) {
        self.init(suite.digest(of: ChannelName(consortium: consortium, channel: channel).derBytes))
    }

    public var description: String { digest.description }
}

/// What a channel's identifier is the digest of.
package struct ChannelName: DERSequence, Hashable {
    package let consortium: Digest
    package let channel: Label

    package init(consortium: Digest, channel: Label) {
        self.consortium = consortium
        self.channel = channel
    }

    package init(fields: inout ASN1NodeCollection.Iterator) throws {
        consortium = try fields.digest()
        channel = try fields.label()
    }

    package func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(consortium)
        try fields.serialize(text: channel.rawValue)
    }
}
