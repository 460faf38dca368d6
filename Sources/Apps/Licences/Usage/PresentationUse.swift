public import Formats
public import Identity
public import SwiftASN1

/// That the owner's node has made a presentation of a licence at the holder's wish (亮证): what it shows, to whom, how
/// long and how often.
public struct PresentationUse: DERSequence, Hashable {
    public static let version: Int64 = 1

    /// The digest that names the presentation: of its 128-bit identifier, by whoever made it.
    public let presentation: Digest
    public let licence: LicenceIdentifier
    public let owner: DepartmentName
    public let holder: HolderPseudonym?
    public let purpose: PurposeCode
    public let fields: [LicenceColumn]
    /// The only department that may scan it; any where `nil`.
    public let audience: DepartmentName?
    public let maximumScans: Int64
    public let presentedAt: Timestamp
    public let height: Height
    public let expiresAt: Timestamp

    package init(
        _ use: PresentUse, holder: HolderPseudonym?, by owner: DepartmentName, at time: Timestamp, height: Height
    ) {
        presentation = use.presentation
        licence = use.licence
        self.owner = owner
        self.holder = holder
        purpose = use.purpose
        fields = use.fields
        audience = use.audience
        maximumScans = use.maximumScans
        presentedAt = time
        self.height = height
        expiresAt = use.expiresAt
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "presentation's use")
        presentation = try fields.digest()
        licence = try fields.licenceIdentifier()
        owner = try fields.label()
        purpose = try fields.domainText(limit: 32)
        self.fields = try fields.columns()
        maximumScans = try fields.integer(in: PresentUse.scans)
        presentedAt = try fields.timestamp()
        height = try fields.number()
        expiresAt = try fields.timestamp()
        holder = try fields.optionalPseudonym(tag: 0)
        audience = try fields.optionalLabel(tag: 1)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(presentation)
        try fields.serialize(text: licence.text)
        try fields.serialize(text: owner.rawValue)
        try fields.serialize(text: purpose.text)
        try fields.serialize(columns: self.fields)
        try fields.serialize(maximumScans)
        try fields.serialize(presentedAt)
        try fields.serialize(height)
        try fields.serialize(expiresAt)
        try fields.serialize(holder, tag: 0)
        try fields.serialize(label: audience, tag: 1)
    }
}

extension PresentationUse {
    /// Whether a request asks for what the presentation shows and no more, by the terms under which it was made. To
    /// whom it is shown is another question.
    func covers(_ request: UseRequest) -> Bool {
        request.licence == licence && request.action == .present && request.authority == .holder
            && request.context.purpose == purpose && request.fields.allSatisfy { fields.contains($0) }
            && request.presentation
                == PresentationReference(
                    identifier: presentation, expiresAt: expiresAt, maximumScans: maximumScans)
    }
}
