public import Formats
public import SwiftASN1

/// Asks a peer for the notarizations and nullifications that it holds of some views, or for a finalization above them.
public struct CertificateRequest: DERSequence, Hashable {
    /// Most views of one request, so that the answer stays below 1 MiB even with 100 validators.
    public static let maximumViewCount = 32

    public let channel: ChannelIdentifier
    public let epoch: Epoch
    public let views: [View]

    /// - Precondition: 1 to ``maximumViewCount`` views.
    public init(channel: ChannelIdentifier, epoch: Epoch, views: [View]) {
        precondition((1...Self.maximumViewCount).contains(views.count), "a request is for 1 to 32 views")
        self.channel = channel
        self.epoch = epoch
        self.views = views
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        channel = ChannelIdentifier(try fields.digest())
        epoch = try fields.number()
        views = try fields.list(limit: Self.maximumViewCount) { try $0.number() }
        guard !views.isEmpty else {
            throw FormatError(.outOfRange, "a request for certificates names no view")
        }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(channel.digest)
        try fields.serialize(epoch)
        try fields.serialize(list: views) { try $0.serialize($1) }
    }
}
