public import Formats
public import Identity
public import SwiftASN1

/// What the owner says about a version of a licence when it comes on the ledger.
public struct CatalogueParticulars: DERSequence, Hashable {
    public let identifier: LicenceIdentifier
    /// Whom it belongs to; `nil` where the owner has no pseudonym key yet.
    public let holder: HolderPseudonym?
    public let validity: LicenceValidity
    /// 颁发日期
    public let issuedOn: CalendarDate
    public let region: RegionCode
    /// The root of the salted tree over the licence's fields.
    public let metadataRoot: Digest
    /// Where the owner's node keeps the licence, by a name that only that node understands: visible ASCII.
    public let locator: String?

    public init(
        identifier: LicenceIdentifier, holder: HolderPseudonym?, validity: LicenceValidity, issuedOn: CalendarDate,
        region: RegionCode, metadataRoot: Digest, locator: String? = nil
    ) {
        self.identifier = identifier
        self.holder = holder
        self.validity = validity
        self.issuedOn = issuedOn
        self.region = region
        self.metadataRoot = metadataRoot
        self.locator = locator
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        identifier = try fields.licenceIdentifier()
        validity = try fields.validity()
        issuedOn = try fields.domainText(limit: 8)
        region = try fields.domainText(limit: 6)
        metadataRoot = try fields.digest()
        holder = try fields.optionalPseudonym(tag: 0)
        locator = try fields.optionalText(tag: 1, limit: CatalogueRecord.maximumLocatorByteCount)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: identifier.text)
        try fields.serialize(validity)
        try fields.serialize(text: issuedOn.text)
        try fields.serialize(text: region.text)
        try fields.serialize(metadataRoot)
        try fields.serialize(holder, tag: 0)
        try fields.serialize(optionalText: locator, tag: 1)
    }
}
