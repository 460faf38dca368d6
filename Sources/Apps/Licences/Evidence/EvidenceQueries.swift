public import Formats
public import Identity
public import SwiftASN1

/// One version of a licence by its identifier: an entry that leads to it, and what events tell.
public struct EvidencePointer: DERSequence, Hashable {
    public let identifier: LicenceIdentifier

    public init(_ identifier: LicenceIdentifier) { self.identifier = identifier }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        identifier = try fields.licenceIdentifier()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: identifier.text)
    }
}

/// Arguments of the query `evidence.byIdentifiers`: what the ledger holds of some licences, in one answer.
public struct EvidenceByIdentifiers: DERSequence, Hashable {
    /// Most identifiers of one question: with the answer's two records each, it stays below half a transaction's bound.
    public static let maximumCount = 200

    public let identifiers: [LicenceIdentifier]

    /// - Precondition: at most ``maximumCount`` identifiers.
    public init(_ identifiers: [LicenceIdentifier]) {
        precondition(identifiers.count <= Self.maximumCount, "a question names at most 200 licences")
        self.identifiers = identifiers
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        identifiers = try fields.list(limit: Self.maximumCount) { try $0.licenceIdentifier() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(list: identifiers) { try $0.serialize(text: $1.text) }
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

/// The answer to every question about evidence: what the ledger holds, and as of when. No record is an answer too.
public struct EvidenceAnswer: DERSequence, Hashable {
    public static let version: Int64 = 1

    /// The last executed height of the node that answers.
    public let height: Height
    /// Ledger time at that height.
    public let time: Timestamp
    /// For a question about identifiers: each that was named and is there, and the newest version of its licence,
    /// without doubles, ordered by identifier. For a question about a file: its licence, if there is one.
    public let records: [EvidenceRecord]

    public init(height: Height, time: Timestamp, records: [EvidenceRecord]) {
        self.height = height
        self.time = time
        self.records = records
    }

    /// The record of this very version.
    public subscript(identifier: LicenceIdentifier) -> EvidenceRecord? {
        records.first { $0.identifier == identifier }
    }

    /// The newest version of the licence that `identifier` names a version of.
    public func newest(of identifier: LicenceIdentifier) -> EvidenceRecord? {
        records.last { $0.identifier.isSameLicence(as: identifier) && $0.supersededBy == nil }
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "answer about evidence")
        height = try fields.number()
        time = try fields.timestamp()
        records = try fields.list(limit: 2 * EvidenceByIdentifiers.maximumCount) {
            try EvidenceRecord(derEncoded: &$0)
        }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(height)
        try fields.serialize(time)
        try fields.serialize(list: records) { try $0.serialize($1) }
    }
}
