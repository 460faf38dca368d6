public import Formats
public import Identity
public import SwiftASN1

/// What a department gives out of a case's content for a step that needs it (释放内容): items with their proofs, and the
/// files of papers. Its digest is the one that the ledger has of the release.
///
/// The digest stands where everybody in the consortium reads it, and data are easily guessed; 16 random bytes keep it
/// from saying anything to whoever has not got the content.
public struct ReleasedItems: DERSequence, Hashable {
    public static let formatVersion: Int64 = 1
    /// Files of 7 MiB and what stands around them: one answer between nodes, whose frame has 8 MiB.
    public static let maximumByteCount = (7 << 20) + (512 << 10)
    static let blindingByteCount = 16

    public let order: CaseFetchOrder
    /// Who gives it out, and to whom.
    public let keeper: DepartmentName
    public let receiver: DepartmentName
    public let releasedAt: Timestamp
    /// In the order of their names.
    public let disclosures: [CaseItemDisclosure]
    public let files: [CaseFile]
    private let blinding: [UInt8]

    /// - Parameters:
    ///   - order: what was asked for.
    ///   - keeper: the department that gives it out.
    ///   - receiver: the department that the step is of.
    ///   - time: ledger time.
    ///   - disclosures: the items that were asked for, and no others.
    ///   - files: of the papers among them.
    ///   - generator: makes the random bytes; outside of tests the system's.
    public init(
        _ order: CaseFetchOrder, from keeper: DepartmentName, to receiver: DepartmentName, at time: Timestamp,
        disclosures: [CaseItemDisclosure], files: [CaseFile], using generator: inout some RandomNumberGenerator
    ) {
        (self.order, self.keeper, self.receiver, releasedAt) = (order, keeper, receiver, time)
        (self.disclosures, self.files) = (disclosures, files)
        blinding = generator.bytes(Self.blindingByteCount)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.formatVersion, of: "release of a case's content")
        order = try CaseFetchOrder(derEncoded: &fields)
        keeper = try fields.label()
        receiver = try fields.label()
        releasedAt = try fields.timestamp()
        disclosures = try fields.list(limit: CaseItems.maximumCount) { try CaseItemDisclosure(derEncoded: &$0) }
        files = try fields.list(limit: OneThingLimits.materialCount) { try CaseFile(derEncoded: &$0) }
        blinding = try fields.octets(limit: Self.blindingByteCount)
        guard blinding.count == Self.blindingByteCount else {
            throw FormatError(.outOfRange, "a release has \(Self.blindingByteCount) random bytes")
        }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.formatVersion)
        try fields.serialize(order)
        try fields.serialize(keeper)
        try fields.serialize(receiver)
        try fields.serialize(releasedAt)
        try fields.serialize(list: disclosures) { try $0.serialize($1) }
        try fields.serialize(list: files) { try $0.serialize($1) }
        try fields.serialize(octets: blinding)
    }

    /// The digest that stands on the ledger.
    public func digest(suite: any CryptoSuite) -> Digest { suite.digest(of: derBytes) }

    public func file(of paper: Label) -> [UInt8]? { files.first { $0.paper == paper }?.bytes }

    /// Checks the release against what the ledger has of the content.
    /// - Throws: ``OneThingError`` with code `wrongContent`: then nothing of it counts.
    public func check(against stored: StoredContent, suite: any CryptoSuite) throws(OneThingError) {
        guard keeper == stored.department else {
            throw OneThingError(.wrongContent, "the content is kept by \(stored.department), not by \(keeper)")
        }
        guard disclosures.map(\.item.name) == order.items else {
            throw OneThingError(.wrongContent, "the release has other items than were asked for")
        }
        if let wrong = disclosures.first(where: { !$0.isProven(by: stored.content, suite: suite) }) {
            throw OneThingError(.wrongContent, "'\(wrong.item.name)' is not what the ledger has the digest of")
        }
        let papers = disclosures.filter { $0.item.kind == .paper }.map(\.item)
        guard files.map(\.paper) == papers.map(\.name) else {
            throw OneThingError(.wrongContent, "the files are not those of the papers")
        }
        for (paper, file) in zip(papers, files) where suite.digest(of: file.bytes) != paper.file {
            throw OneThingError(.wrongContent, "the file of '\(paper.name)' is not the one that was handed in")
        }
    }
}
