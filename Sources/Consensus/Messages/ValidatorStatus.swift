public import Formats
public import SwiftASN1

/// Where a validator stands, told on a connection and with everything it repeats.
///
/// It is not signed: the transport authenticates who tells it, and the one claim that others act on, the view, is
/// proved by the certificate that comes with it.
public struct ValidatorStatus: DERSequence, Hashable {
    public let channel: ChannelIdentifier
    public let epoch: Epoch
    /// The view that the validator is in.
    public let view: View
    /// The view of the last block that the validator knows to be final; 0 for the genesis.
    public let finalizedView: View
    /// The receiver is asked for its own status.
    public let wantsAnswer: Bool
    /// A certificate of the view before ``view``: the proof that the validator could enter it. `nil` exactly for the
    /// epoch's first view.
    public let certificate: QuorumCertificate?

    public init(
        channel: ChannelIdentifier,
        epoch: Epoch,
        view: View,
        finalizedView: View,
        wantsAnswer: Bool,
        certificate: QuorumCertificate?
    ) {
        self.channel = channel
        self.epoch = epoch
        self.view = view
        self.finalizedView = finalizedView
        self.wantsAnswer = wantsAnswer
        self.certificate = certificate
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        channel = ChannelIdentifier(try fields.digest())
        epoch = try fields.number()
        view = try fields.number()
        finalizedView = try fields.number()
        wantsAnswer = try Bool(derEncoded: &fields)
        certificate = try DER.optionalImplicitlyTagged(&fields, tag: Self.certificateTag)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(channel.digest)
        try fields.serialize(epoch)
        try fields.serialize(view)
        try fields.serialize(finalizedView)
        try fields.serialize(wantsAnswer)
        try fields.serializeOptionalImplicitlyTagged(certificate, withIdentifier: Self.certificateTag)
    }

    /// Whether the certificate proves the view, and the parts fit together.
    func isConsistent(firstView: View) -> Bool {
        guard finalizedView < view else { return false }
        guard let certificate else { return view == firstView }
        let proved = certificate.statement
        return proved.channel == channel && proved.epoch == epoch && view.previous == proved.view && proved.view > .zero
    }

    private static let certificateTag = ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)
}
