public import Identity
public import SwiftASN1

/// A receipt (回执): proof of something that is on the ledger, which stands on its own.
///
/// Checking it takes the genesis file and nothing else: no network, no database, no trust in who handed it over. What
/// it establishes, and what it does not, says ``ReceiptFindings``.
public struct Receipt: DERSequence, Hashable {
    /// Version 2: subjects besides transactions, and chains of validator sets.
    public static let version: Int64 = 2
    /// A longer receipt is refused before it is parsed.
    public static let maximumByteCount = 8 << 20

    public let suite: CryptoSuiteIdentifier
    /// The consortium's name: the digest of its genesis file.
    public let consortium: Digest
    /// What is proved.
    public let subject: ReceiptSubject
    /// The header whose `executed` the subject's path leads to.
    public let sealingHeader: BlockHeader
    /// The quorum's signatures that make the sealing header final.
    public let finalization: QuorumCertificate
    /// From the set that the verifier begins with, that of the genesis or one that it trusts, to that of the sealing
    /// header; none where it is the same.
    public let epochs: [EpochChange]

    public init(
        suite: CryptoSuiteIdentifier,
        consortium: Digest,
        subject: ReceiptSubject,
        sealingHeader: BlockHeader,
        finalization: QuorumCertificate,
        epochs: [EpochChange] = []
    ) {
        self.suite = suite
        self.consortium = consortium
        self.subject = subject
        self.sealingHeader = sealingHeader
        self.finalization = finalization
        self.epochs = epochs
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "receipt")
        suite = try fields.suite()
        consortium = try fields.digest()
        subject = try fields.receiptSubject()
        sealingHeader = try BlockHeader(derEncoded: &fields)
        finalization = try QuorumCertificate(derEncoded: &fields)
        epochs = try fields.list(limit: EpochChange.maximumCount) { try EpochChange(derEncoded: &$0) }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(suite)
        try fields.serialize(consortium)
        try fields.serialize(subject)
        try fields.serialize(sealingHeader)
        try fields.serialize(finalization)
        try fields.serialize(list: epochs) { try $0.serialize($1) }
    }
}
