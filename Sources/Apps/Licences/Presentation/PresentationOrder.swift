public import Formats
public import Identity
public import SwiftASN1

/// What a holder asks the owner's node to show of a licence (亮证请求), signed with the device key that is bound to the
/// holder's pseudonym on the ledger; or the holder's agent, with the key that is bound to the agent's.
public struct PresentationOrder: DERSequence, Hashable {
    private static let purpose = "zhenglian presentation order 1"
    /// Seconds that a presentation lasts where nothing else is said: long enough to be scanned, too short to be passed
    /// on.
    public static let standardSeconds: Int64 = 60

    public let licence: LicenceIdentifier
    public let purpose: PurposeCode
    /// In the fixed order; never the file.
    public let fields: [LicenceColumn]
    /// The only department that may scan; any where `nil`.
    public let audience: DepartmentName?
    /// How long it lasts, 10 to 600 seconds.
    public let seconds: Int64
    /// How often it may be scanned.
    public let maximumScans: Int64
    /// Random, so that no two orders are the same, and an order is carried out once.
    public let nonce: Digest
    /// The holder's grant to the agent who shows; `nil` where the holder does.
    public let agent: GrantIdentifier?

    public static let secondsRange: ClosedRange<Int64> = 10...PresentUse.maximumSeconds

    /// - Throws: ``LicenceError`` with code `outOfRange` for fields that cannot be shown, or a duration or number of
    ///   scans outside of its range.
    public init(
        licence: LicenceIdentifier, purpose: PurposeCode, fields: [LicenceColumn], audience: DepartmentName? = nil,
        seconds: Int64 = PresentationOrder.standardSeconds, maximumScans: Int64 = 1, nonce: Digest,
        agent: GrantIdentifier? = nil
    ) throws(LicenceError) {
        guard !fields.isEmpty, fields.allSatisfy({ LicenceMetadata.names.contains($0) }),
            Self.secondsRange.contains(seconds), PresentUse.scans.contains(maximumScans)
        else {
            throw LicenceError(
                .outOfRange,
                "a presentation shows printed fields, for 10 to \(PresentUse.maximumSeconds) seconds, "
                    + "1 to \(PresentUse.scans.upperBound) times")
        }
        self.licence = licence
        self.purpose = purpose
        self.fields = fields.inOrder
        self.audience = audience
        self.seconds = seconds
        self.maximumScans = maximumScans
        self.nonce = nonce
        self.agent = agent
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        guard try fields.text(limit: 64) == Self.purpose else {
            throw FormatError(.outOfRange, "this is no order for a presentation")
        }
        let licence = try fields.licenceIdentifier()
        let purpose: PurposeCode = try fields.domainText(limit: 32)
        let columns = try fields.columns()
        let seconds = try fields.integer(in: Self.secondsRange)
        let scans = try fields.integer(in: PresentUse.scans)
        let nonce = try fields.digest()
        let audience = try fields.optionalLabel(tag: 0)
        let agent = try fields.optionalDigest(tag: 1).map { GrantIdentifier($0) }
        do throws(LicenceError) {
            try self.init(
                licence: licence, purpose: purpose, fields: columns, audience: audience, seconds: seconds,
                maximumScans: scans, nonce: nonce, agent: agent)
        } catch {
            throw FormatError(.outOfRange, error.message)
        }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: Self.purpose)
        try fields.serialize(text: licence.text)
        try fields.serialize(text: purpose.text)
        try fields.serialize(columns: self.fields)
        try fields.serialize(seconds)
        try fields.serialize(maximumScans)
        try fields.serialize(nonce)
        try fields.serialize(label: audience, tag: 0)
        try fields.serialize(agent?.digest, tag: 1)
    }

    /// What the holder signs.
    public func statement(notAfter: Timestamp, genesis: Genesis) -> HolderStatement {
        HolderStatement(
            channel: genesis.channel, kind: .use, content: genesis.suite.digest(of: derBytes), notAfter: notAfter)
    }
}
