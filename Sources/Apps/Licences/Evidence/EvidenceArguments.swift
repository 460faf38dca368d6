public import Formats
public import SwiftASN1

/// Arguments of `evidence.issue` (签发): the evidence of a licence that the ledger has not seen.
public struct IssueEvidence: DERSequence, Hashable {
    public let identifier: LicenceIdentifier
    public let content: EvidenceContent

    public init(identifier: LicenceIdentifier, content: EvidenceContent) {
        self.identifier = identifier
        self.content = content
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        identifier = try fields.licenceIdentifier()
        content = try EvidenceContent(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: identifier.text)
        try fields.serialize(content)
    }
}

/// Arguments of `evidence.change` (变更、延续): a new version, which supersedes the one before.
public struct ChangeEvidence: DERSequence, Hashable {
    /// The version that is in force now.
    public let supersedes: LicenceIdentifier
    /// The new version: the same licence with the next version number.
    public let identifier: LicenceIdentifier
    public let content: EvidenceContent

    public init(supersedes: LicenceIdentifier, identifier: LicenceIdentifier, content: EvidenceContent) {
        self.supersedes = supersedes
        self.identifier = identifier
        self.content = content
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        supersedes = try fields.licenceIdentifier()
        identifier = try fields.licenceIdentifier()
        content = try EvidenceContent(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: supersedes.text)
        try fields.serialize(text: identifier.text)
        try fields.serialize(content)
    }
}

/// Arguments of `evidence.revoke` (撤销、注销、吊销): the licence ends, with the reason as a status code and its legal basis.
public struct RevokeEvidence: DERSequence, Hashable {
    /// Longest basis: a reference to a rule and a decision, not a story.
    public static let maximumBasisByteCount = 256

    public let identifier: LicenceIdentifier
    /// One of 03 撤销, 04 注销, 05 失效, 06 办理转出, 07 吊销.
    public let status: LicenceStatus
    /// The rule or decision that ends the licence, such as `行政许可法第七十条`; never a name or a number of a person.
    public let basis: String

    public init(identifier: LicenceIdentifier, status: LicenceStatus, basis: String) {
        self.identifier = identifier
        self.status = status
        self.basis = basis
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        identifier = try fields.licenceIdentifier()
        status = try fields.domainText(limit: 2)
        basis = try fields.text(limit: Self.maximumBasisByteCount)
        guard !basis.isEmpty else { throw FormatError(.outOfRange, "a licence does not end without a legal basis") }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: identifier.text)
        try fields.serialize(text: status.text)
        try fields.serialize(text: basis)
    }
}
