public import Formats
public import Identity
public import SwiftASN1

/// What the evidence ledger (证照存证账本) holds about one version of a licence: digests and states, never a name, a number
/// of a person or a file.
public struct EvidenceRecord: DERSequence, Hashable {
    public enum Status: Int64, Hashable, Sendable, Codable {
        /// In force, as far as the issuer has said (有效).
        case valid = 0
        /// Replaced by a newer version (已被新版本取代).
        case superseded = 1
        /// Ended by the issuer: cancelled, revoked or withdrawn (注销、撤销、吊销).
        case revoked = 2
    }

    /// How a licence ended.
    public struct Revocation: DERSequence, Hashable {
        public let status: LicenceStatus
        public let basis: String
        public let revokedAt: Timestamp

        public init(status: LicenceStatus, basis: String, revokedAt: Timestamp) {
            self.status = status
            self.basis = basis
            self.revokedAt = revokedAt
        }

        public init(fields: inout ASN1NodeCollection.Iterator) throws {
            status = try fields.domainText(limit: 2)
            basis = try fields.text(limit: RevokeEvidence.maximumBasisByteCount)
            revokedAt = try fields.timestamp()
        }

        public func serialize(fields: inout DER.Serializer) throws {
            try fields.serialize(text: status.text)
            try fields.serialize(text: basis)
            try fields.serialize(revokedAt)
        }
    }

    public static let version: Int64 = 1

    public let identifier: LicenceIdentifier
    /// The department that issued it, the only one that may change or revoke it.
    public let department: DepartmentName
    public let content: EvidenceContent
    /// Ledger time of the issue.
    public let issuedAt: Timestamp
    public let issuedHeight: Height
    /// The transaction that issued it: what a receipt is asked for.
    public let transaction: TransactionIdentifier
    /// The key under whose certificate it was issued.
    public let issuerKey: KeyIdentifier
    /// The version before, where there was one on the ledger.
    public let supersedes: LicenceIdentifier?
    public var status: Status
    /// The version after.
    public var supersededBy: LicenceIdentifier?
    public var revocation: Revocation?

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
        self.status = .valid
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
        let number = try fields.enumerated()
        guard let status = Status(rawValue: number) else {
            throw FormatError(.outOfRange, "\(number) is no status of an evidence record")
        }
        self.status = status
        supersedes = try fields.optionalLicenceIdentifier(tag: 0)
        supersededBy = try fields.optionalLicenceIdentifier(tag: 1)
        revocation = try DER.optionalExplicitlyTagged(&fields, tagNumber: 2, tagClass: .contextSpecific) {
            try Revocation(derEncoded: $0)
        }
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
        try fields.serialize(enumerated: status.rawValue)
        try fields.serialize(supersedes, tag: 0)
        try fields.serialize(supersededBy, tag: 1)
        if let revocation {
            try fields.serialize(explicitlyTaggedWithTagNumber: 2, tagClass: .contextSpecific) {
                try $0.serialize(revocation)
            }
        }
    }
}
