public import Formats
public import Identity
import Ledger
public import SwiftASN1

/// One version of a licence by its identifier: an entry that leads to it, and what events tell.
public struct LicencePointer: DERSequence, Hashable {
    public let identifier: LicenceIdentifier

    public init(_ identifier: LicenceIdentifier) { self.identifier = identifier }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        identifier = try fields.licenceIdentifier()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: identifier.text)
    }
}

/// Arguments of `catalogue.byIdentifiers`: what the ledger holds of some licences, in one answer.
public struct LicencesByIdentifiers: DERSequence, Hashable {
    /// Most identifiers of one question: with each of the longest, it stays within what a question may have.
    public static let maximumCount = 500

    public let identifiers: [LicenceIdentifier]

    /// - Precondition: at most ``maximumCount`` identifiers.
    public init(_ identifiers: [LicenceIdentifier]) {
        precondition(identifiers.count <= Self.maximumCount, "a question names at most 500 licences")
        self.identifiers = identifiers
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        identifiers = try fields.list(limit: Self.maximumCount) { try $0.licenceIdentifier() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(list: identifiers) { try $0.serialize(text: $1.text) }
    }
}

/// The answer to every question about licences: what catalogue and evidence hold, and as of when. Nothing is an answer
/// too.
public struct LicencesAnswer: DERSequence, Hashable {
    public static let version: Int64 = 1

    /// The last executed height of the node that answers.
    public let height: Height
    /// Ledger time at that height.
    public let time: Timestamp
    /// The version of the table of codes in force.
    public let codesVersion: UInt64
    /// The catalogue's entries of the licences that were named, without doubles, ordered by licence.
    public let records: [CatalogueRecord]
    /// The evidence of the very versions that were named, without doubles, ordered by identifier.
    public let evidence: [EvidenceRecord]

    public init(
        height: Height, time: Timestamp, codesVersion: UInt64 = 1, records: [CatalogueRecord],
        evidence: [EvidenceRecord]
    ) {
        self.height = height
        self.time = time
        self.codesVersion = codesVersion
        self.records = records
        self.evidence = evidence
    }

    /// The catalogue's entry of a licence, whatever its version.
    public func record(of identifier: LicenceIdentifier) -> CatalogueRecord? {
        records.first { $0.identifier.isSameLicence(as: identifier) }
    }

    /// The evidence of this very version.
    public func evidence(of identifier: LicenceIdentifier) -> EvidenceRecord? {
        evidence.first { $0.identifier == identifier }
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "answer about licences")
        height = try fields.number()
        time = try fields.timestamp()
        codesVersion = UInt64(try fields.integer(in: 1...Int64.max))
        records = try fields.list(limit: LicencesByIdentifiers.maximumCount) { try CatalogueRecord(derEncoded: &$0) }
        evidence = try fields.list(limit: LicencesByIdentifiers.maximumCount) { try EvidenceRecord(derEncoded: &$0) }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(height)
        try fields.serialize(time)
        try fields.serialize(codesVersion)
        try fields.serialize(list: records) { try $0.serialize($1) }
        try fields.serialize(list: evidence) { try $0.serialize($1) }
    }
}

extension CatalogueContract {
    func byIdentifiers(
        _ arguments: LicencesByIdentifiers, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> LicencesAnswer {
        try snapshot.licences(arguments.identifiers)
    }

    func codes(
        _ arguments: NoResult, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> TableAnswer<LicenceCodeTable> {
        TableAnswer<LicenceCodeTable>(
            table: try snapshot.licenceCodes(),
            proposal: try snapshot.get(CatalogueKeys.proposal, as: TableProposal.self))
    }
}

extension ContractSnapshot {
    /// What catalogue and evidence hold of some licences, as one answer.
    mutating func licences(_ identifiers: [LicenceIdentifier]) throws(ContractError) -> LicencesAnswer {
        var records: [LicenceKey: CatalogueRecord] = [:]
        var evidence: [LicenceIdentifier: EvidenceRecord] = [:]
        for identifier in identifiers {
            let licence = LicenceKey(identifier)
            if records[licence] == nil, let record = try catalogueRecord(of: identifier) { records[licence] = record }
            if evidence[identifier] == nil, let found = try evidenceRecord(of: identifier) {
                evidence[identifier] = found
            }
        }
        return LicencesAnswer(
            height: height, time: time, codesVersion: try licenceCodes().version,
            records: records.sorted { $0.key < $1.key }.map(\.value),
            evidence: evidence.values.sorted { $0.identifier < $1.identifier })
    }
}
