public import Formats
public import Identity
public import SwiftASN1

/// What the evidence ledger (证照存证账本) holds about one version of a licence, for ever: digests, never a name, a number
/// of a person or a file. Whether the version is in force is the catalogue's to say.
public struct EvidenceRecord: DERSequence, Hashable {
    public static let version: Int64 = 2

    public let identifier: LicenceIdentifier
    /// The department that issued it.
    public let department: DepartmentName
    public let content: EvidenceContent
    /// Ledger time at which it came on the ledger.
    public let issuedAt: Timestamp
    public let issuedHeight: Height
    /// The transaction that put it there: what a receipt is asked for.
    public let transaction: TransactionIdentifier
    /// The key under whose certificate it was put there.
    public let issuerKey: KeyIdentifier
    /// The version before, where there was one on the ledger.
    public let supersedes: LicenceIdentifier?

    package init(
        identifier: LicenceIdentifier,
        department: DepartmentName,
        content: EvidenceContent,
        issuedAt: Timestamp,
        issuedHeight: Height,
        transaction: TransactionIdentifier,
        issuerKey: KeyIdentifier,
        supersedes: LicenceIdentifier?
    ) {
        self.identifier = identifier
        self.department = department
        self.content = content
        self.issuedAt = issuedAt
        self.issuedHeight = issuedHeight
        self.transaction = transaction
        self.issuerKey = issuerKey
        self.supersedes = supersedes
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "evidence record")
        identifier = try fields.licenceIdentifier()
        department = try fields.label()
        content = try EvidenceContent(derEncoded: &fields)
        issuedAt = try fields.timestamp()
        issuedHeight = try fields.number()
        transaction = TransactionIdentifier(try fields.digest())
        issuerKey = KeyIdentifier(try fields.digest())
        supersedes = try fields.optionalDomainText(tag: 0)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(text: identifier.text)
        try fields.serialize(text: department.rawValue)
        try fields.serialize(content)
        try fields.serialize(issuedAt)
        try fields.serialize(issuedHeight)
        try fields.serialize(transaction.digest)
        try fields.serialize(issuerKey.digest)
        try fields.serialize(supersedes, tag: 0)
    }
}
