public import Formats
public import Identity
public import SwiftASN1

/// Consecutive finalised blocks as one node gives them to another: the blocks, the headers from there to the next one
/// that a quorum has signed for, and its finalization. It proves itself: nobody has to trust who gave it.
public struct FinalizedRange: DERSequence, Hashable {
    /// Most blocks of a range.
    public static let maximumBlockCount = 1_000
    /// Most headers after the blocks. Blocks are finalised one by one but for a few in a row when a leader fails.
    public static let maximumHeaderCount = 1_000

    public let blocks: [Block]
    /// The headers after the last block, up to the one that the finalization is for; none where it is for the last
    /// block.
    public let headers: [BlockHeader]
    public let finalization: QuorumCertificate

    public init(blocks: [Block], headers: [BlockHeader], finalization: QuorumCertificate) {
        self.blocks = blocks
        self.headers = headers
        self.finalization = finalization
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        blocks = try fields.list(limit: Self.maximumBlockCount) { try Block(derEncoded: &$0) }
        headers = try fields.list(limit: Self.maximumHeaderCount) { try BlockHeader(derEncoded: &$0) }
        finalization = try QuorumCertificate(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(list: blocks) { try $0.serialize($1) }
        try fields.serialize(list: headers) { try $0.serialize($1) }
        try fields.serialize(finalization)
    }

    /// Checks that the blocks continue a chain and that a quorum has made them final.
    ///
    /// What is checked: channel and epoch, heights and parents from the given end of the chain through blocks and
    /// headers, every block's transactions root, and the finalization of the last header by a quorum of the epoch's
    /// validators. A range never goes beyond an epoch.
    /// - Parameters:
    ///   - height: the height of the last block here.
    ///   - digest: its digest.
    ///   - schedule: who validates above that height.
    ///   - genesis: the consortium's.
    /// - Throws: ``LedgerError`` with code `wrongPredecessor` or `wrongBlock`: the peer that gave the range is at
    ///   fault.
    public func verified(
        after height: Height,
        digest: Digest,
        in schedule: ValidatorSchedule,
        genesis: Genesis
    ) throws(LedgerError) -> [FinalizedBlock] {
        let suite = genesis.suite
        let validators = schedule.term(at: height.next).validators
        let chain = blocks.map(\.header) + headers
        var digests: [Digest] = []
        var last = (height: height, digest: digest)
        for header in chain {
            guard header.channel == genesis.channel, header.epoch == validators.epoch,
                schedule.term(at: header.height).epoch == validators.epoch
            else { throw LedgerError(.wrongBlock, "block \(header.height) is of another channel or epoch") }
            guard header.height.previous == last.height, header.parent == last.digest else {
                throw LedgerError(
                    .wrongPredecessor,
                    "block \(header.height) does not follow block \(last.height), which is \(last.digest)"
                )
            }
            last = (header.height, header.digest(suite: suite))
            digests.append(last.digest)
        }
        try checkFinalization(of: chain.last, digest: last.digest, by: validators, genesis: genesis)
        return try zip(blocks, digests).map { block, digest throws(LedgerError) in
            try Self.finalized(block, digest: digest, finalization: finalization, suite: suite)
        }
    }

    private func checkFinalization(
        of header: BlockHeader?,
        digest: Digest,
        by validators: ValidatorSet,
        genesis: Genesis
    ) throws(LedgerError) {
        let statement = finalization.statement
        guard let header, !blocks.isEmpty, statement.kind == .finalize, statement.block == digest,
            statement.channel == genesis.channel, statement.view >= header.view
        else {
            throw LedgerError(.wrongBlock, "the finalization is not of the last header of the range")
        }
        do {
            try finalization.verify(in: validators, suite: genesis.suite)
        } catch {
            throw LedgerError(.wrongBlock, "the finalization of block \(header.height) does not hold", cause: error)
        }
    }

    private static func finalized(
        _ block: Block,
        digest: Digest,
        finalization: QuorumCertificate,
        suite: any CryptoSuite
    ) throws(LedgerError) -> FinalizedBlock {
        let transactions = block.transactions.map { EncodedTransaction($0, suite: suite) }
        let root = MerkleTree(leaves: transactions.map(\.bytes), suite: suite).root
        guard root == block.header.transactionsRoot else {
            throw LedgerError(
                .wrongBlock,
                "the transactions of block \(block.header.height) are not those that its header commits to"
            )
        }
        return FinalizedBlock(
            header: block.header,
            digest: digest,
            transactions: transactions,
            finalization: finalization.statement.block == digest ? finalization : nil
        )
    }
}
