public import Formats
public import Identity
public import SwiftASN1

/// Arguments of `evidence.record` (存证): what the version of a licence that the catalogue has now consists of.
public struct RecordEvidence: DERSequence, Hashable {
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

/// Arguments of the query `evidence.byFile`.
public struct EvidenceByFile: DERSequence, Hashable {
    public let file: Digest

    public init(_ file: Digest) { self.file = file }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        file = try fields.digest()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(file)
    }
}
