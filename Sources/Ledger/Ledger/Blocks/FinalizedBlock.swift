public import Formats
public import Identity

/// A block that keeps every rule of ``BlockValidator``, with its digest: one may vote for it. Its transactions'
/// signatures were checked here.
public struct VerifiedBlock: Sendable {
    public let header: BlockHeader
    /// The digest of the header's DER.
    public let digest: Digest
    public let transactions: [VerifiedTransaction]

    init(header: BlockHeader, digest: Digest, transactions: [VerifiedTransaction]) {
        self.header = header
        self.digest = digest
        self.transactions = transactions
    }

    public var block: Block { Block(header: header, transactions: transactions.map(\.transaction)) }
}

/// A block that is final, with its digest and, where a quorum has signed for this very block, the finalization.
///
/// Its transactions' signatures are not checked again when it is executed: it was either verified here, or a quorum,
/// among it honest validators who have verified it, made it final.
public struct FinalizedBlock: Sendable {
    public let header: BlockHeader
    /// The digest of the header's DER.
    public let digest: Digest
    public let transactions: [EncodedTransaction]
    /// `nil` where the block is final as the ancestor of one that has a finalization.
    public let finalization: QuorumCertificate?

    /// A block that was verified here and has become final.
    /// - Parameters:
    ///   - block: the block.
    ///   - finalization: the certificate for this very block, checked by whoever formed or received it; `nil` where the
    ///     block is final as an ancestor.
    public init(_ block: VerifiedBlock, finalization: QuorumCertificate?) {
        self.init(
            header: block.header,
            digest: block.digest,
            transactions: block.transactions.map(\.encoded),
            finalization: finalization
        )
    }

    init(header: BlockHeader, digest: Digest, transactions: [EncodedTransaction], finalization: QuorumCertificate?) {
        self.header = header
        self.digest = digest
        self.transactions = transactions
        self.finalization = finalization
    }

    public var block: Block { Block(header: header, transactions: transactions.map(\.transaction)) }
}
