public import Formats
public import Identity
public import SwiftASN1

/// What a presentation's code says (亮证码内容): which licence, what may be seen of it, by whom, until when and how often,
/// and by whose grant an agent shows it.
public struct PresentationToken: DERSequence, Hashable {
    /// Version 1 is of the holder; version 2 names the grant of an agent, without which the scanner could not ask the
    /// ledger for what the agent agrees to.
    public static let versions: ClosedRange<Int64> = 1...2

    /// The channel's, so that a code of another consortium is recognised as such.
    public let channel: ChannelIdentifier
    public let identifier: PresentationIdentifier
    public let licence: LicenceIdentifier
    public let owner: DepartmentName
    public let purpose: PurposeCode
    public let fields: [LicenceColumn]
    public let audience: DepartmentName?
    public let issuedAt: Timestamp
    public let expiresAt: Timestamp
    public let maximumScans: Int64
    /// The holder's grant to the agent who shows; `nil` where the holder does.
    public let agent: GrantIdentifier?

    private var version: Int64 { agent == nil ? 1 : 2 }

    public init(
        _ order: PresentationOrder, identifier: PresentationIdentifier, owner: DepartmentName,
        channel: ChannelIdentifier, at time: Timestamp
    ) {
        self.channel = channel
        self.identifier = identifier
        licence = order.licence
        self.owner = owner
        purpose = order.purpose
        fields = order.fields
        audience = order.audience
        issuedAt = time
        expiresAt = time.advanced(by: .seconds(order.seconds))
        maximumScans = order.maximumScans
        agent = order.agent
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        let version = try Int64(derEncoded: &fields)
        guard Self.versions.contains(version) else {
            throw FormatError(
                .unknownVersion,
                "a presentation of version \(version); this software knows versions \(Self.versions.lowerBound) to "
                    + "\(Self.versions.upperBound): use a newer one")
        }
        channel = ChannelIdentifier(try fields.digest())
        guard let identifier = PresentationIdentifier(try fields.octets(limit: PresentationIdentifier.byteCount)) else {
            throw FormatError(.outOfRange, "a presentation's identifier has \(PresentationIdentifier.byteCount) bytes")
        }
        self.identifier = identifier
        licence = try fields.licenceIdentifier()
        owner = try fields.label()
        purpose = try fields.domainText(limit: 32)
        // One bit for each field: a code has to be scanned from a cracked screen.
        let bits = try fields.integer(in: 1...(1 << LicenceMetadata.names.count) - 1)
        self.fields =
            LicenceMetadata.names.indices.filter { bits >> Int64($0) & 1 == 1 }
            .map { LicenceMetadata.names[$0] }.inOrder
        issuedAt = try fields.timestamp()
        expiresAt = try fields.timestamp()
        maximumScans = try fields.integer(in: PresentUse.scans)
        audience = try fields.optionalLabel(tag: 0)
        agent = version == 1 ? nil : GrantIdentifier(try fields.digest())
        guard issuedAt < expiresAt else { throw FormatError(.outOfRange, "a presentation ends after it begins") }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(version)
        try fields.serialize(channel.digest)
        try fields.serialize(octets: identifier.bytes)
        try fields.serialize(text: licence.text)
        try fields.serialize(text: owner.rawValue)
        try fields.serialize(text: purpose.text)
        let bits = LicenceMetadata.names.indices.reduce(into: Int64(0)) { bits, index in
            if self.fields.contains(LicenceMetadata.names[index]) { bits |= 1 << Int64(index) }
        }
        try fields.serialize(bits)
        try fields.serialize(issuedAt)
        try fields.serialize(expiresAt)
        try fields.serialize(maximumScans)
        try fields.serialize(label: audience, tag: 0)
        if let agent { try fields.serialize(agent.digest) }
    }

    /// How a scanner's request to the ledger refers to the presentation.
    public func reference(suite: any CryptoSuite) -> PresentationReference {
        PresentationReference(
            identifier: identifier.digest(suite: suite), expiresAt: expiresAt, maximumScans: maximumScans)
    }
}
