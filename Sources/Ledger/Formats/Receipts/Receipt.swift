public import Identity
public import SwiftASN1

/// A receipt (回执): proof that a transaction is on the ledger and what became of it, which stands on its own.
///
/// Checking it takes the genesis file and nothing else: no network, no database, no trust in who handed it over. It
/// establishes content, signer, order, ledger time and outcome; it says nothing of what happened after its height.
public struct Receipt: DERSequence, Hashable {
    public static let version: Int64 = 1
    /// A longer receipt is refused before it is parsed.
    public static let maximumByteCount = 8 << 20

    /// The consortium's name: the digest of its genesis file.
    public let consortium: Digest
    public let transaction: Transaction
    /// DER of the certificate under which the submitter's key is registered.
    public let submitterCertificate: [UInt8]
    /// From the transaction to the header's transactions root.
    public let transactionPath: MerklePath
    public let outcome: Outcome
    /// From the outcome to the outcomes root in the journal's leaf.
    public let outcomePath: MerklePath
    /// The header of the block that holds the transaction.
    public let header: BlockHeader
    /// From the block's journal leaf to the journal root in the sealing header.
    public let journalPath: MerklePath
    /// A later header, whose `executed` covers the block.
    public let sealingHeader: BlockHeader
    /// The quorum's signatures that make the sealing header final.
    public let finalization: QuorumCertificate

    public init(
        consortium: Digest,
        transaction: Transaction,
        submitterCertificate: [UInt8],
        transactionPath: MerklePath,
        outcome: Outcome,
        outcomePath: MerklePath,
        header: BlockHeader,
        journalPath: MerklePath,
        sealingHeader: BlockHeader,
        finalization: QuorumCertificate
    ) {
        self.consortium = consortium
        self.transaction = transaction
        self.submitterCertificate = submitterCertificate
        self.transactionPath = transactionPath
        self.outcome = outcome
        self.outcomePath = outcomePath
        self.header = header
        self.journalPath = journalPath
        self.sealingHeader = sealingHeader
        self.finalization = finalization
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "receipt")
        consortium = try fields.digest()
        transaction = try Transaction(derEncoded: &fields)
        submitterCertificate = try fields.octets(limit: MemberCertificate.maximumByteCount)
        transactionPath = try MerklePath(derEncoded: &fields)
        outcome = try Outcome(derEncoded: &fields)
        outcomePath = try MerklePath(derEncoded: &fields)
        header = try BlockHeader(derEncoded: &fields)
        journalPath = try MerklePath(derEncoded: &fields)
        sealingHeader = try BlockHeader(derEncoded: &fields)
        finalization = try QuorumCertificate(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(consortium)
        try fields.serialize(transaction)
        try fields.serialize(octets: submitterCertificate)
        try fields.serialize(transactionPath)
        try fields.serialize(outcome)
        try fields.serialize(outcomePath)
        try fields.serialize(header)
        try fields.serialize(journalPath)
        try fields.serialize(sealingHeader)
        try fields.serialize(finalization)
    }
}
