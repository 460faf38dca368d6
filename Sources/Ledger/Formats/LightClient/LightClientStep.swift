public import Identity
public import SwiftASN1

/// What takes a light client from the header that it knows to a later one.
public struct LightClientStep: DERSequence, Hashable {
    public static let version: Int64 = 1
    /// A longer step is refused before it is parsed.
    public static let maximumByteCount = 8 << 20

    public let suite: CryptoSuiteIdentifier
    /// The consortium's name: the digest of its genesis file.
    public let consortium: Digest
    /// From the client's set to that of the header; none where it is the same.
    public let epochs: [EpochChange]
    public let header: BlockHeader
    public let finalization: QuorumCertificate
    /// From the journal in the header that the client knows to that in this header; from the empty journal at first.
    public let consistency: MerkleConsistency
    /// That the block whose header the client knows is in this header's journal. There exactly if the journal reaches
    /// that far, and the client knows a header.
    public let known: JournalProof?

    public init(
        suite: CryptoSuiteIdentifier,
        consortium: Digest,
        epochs: [EpochChange] = [],
        header: BlockHeader,
        finalization: QuorumCertificate,
        consistency: MerkleConsistency,
        known: JournalProof?
    ) {
        self.suite = suite
        self.consortium = consortium
        self.epochs = epochs
        self.header = header
        self.finalization = finalization
        self.consistency = consistency
        self.known = known
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "light client step")
        suite = try fields.suite()
        consortium = try fields.digest()
        epochs = try fields.list(limit: EpochChange.maximumCount) { try EpochChange(derEncoded: &$0) }
        header = try BlockHeader(derEncoded: &fields)
        finalization = try QuorumCertificate(derEncoded: &fields)
        consistency = try MerkleConsistency(derEncoded: &fields)
        var rest = fields
        known = rest.next() == nil ? nil : try JournalProof(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(suite)
        try fields.serialize(consortium)
        try fields.serialize(list: epochs) { try $0.serialize($1) }
        try fields.serialize(header)
        try fields.serialize(finalization)
        try fields.serialize(consistency)
        if let known { try fields.serialize(known) }
    }
}
