import Identity
public import SwiftASN1

/// A receipt's proof of a transaction: its place in a block, what became of it, and the block's place in the journal.
public struct TransactionSubject: DERSequence, Hashable {
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

    public init(
        transaction: Transaction,
        submitterCertificate: [UInt8],
        transactionPath: MerklePath,
        outcome: Outcome,
        outcomePath: MerklePath,
        header: BlockHeader,
        journalPath: MerklePath
    ) {
        self.transaction = transaction
        self.submitterCertificate = submitterCertificate
        self.transactionPath = transactionPath
        self.outcome = outcome
        self.outcomePath = outcomePath
        self.header = header
        self.journalPath = journalPath
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        transaction = try Transaction(derEncoded: &fields)
        submitterCertificate = try fields.octets(limit: MemberCertificate.maximumByteCount)
        transactionPath = try MerklePath(derEncoded: &fields)
        outcome = try Outcome(derEncoded: &fields)
        outcomePath = try MerklePath(derEncoded: &fields)
        header = try BlockHeader(derEncoded: &fields)
        journalPath = try MerklePath(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(transaction)
        try fields.serialize(octets: submitterCertificate)
        try fields.serialize(transactionPath)
        try fields.serialize(outcome)
        try fields.serialize(outcomePath)
        try fields.serialize(header)
        try fields.serialize(journalPath)
    }
}
