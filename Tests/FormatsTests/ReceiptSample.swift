import Formats
import Identity
import Ledger
import LedgerTestKit

/// A chain with a receipt of one of its transactions, whose parts come straight from blocks and trees.
struct ReceiptSample: Sendable {
    let consortium: TestConsortium
    let member: MemberIdentity
    let chain: TestChain
    let receipt: Receipt

    /// Five blocks with three transactions each, and one that seals them; the receipt is of the second transaction of
    /// block 3.
    init(_ consortium: TestConsortium? = nil) throws {
        let consortium = try consortium ?? TestConsortium()
        let member = try consortium.member("alice")
        var chain = try TestChain(consortium)
        for height in 1...5 as ClosedRange<UInt64> {
            let transactions = try (0..<3 as Range<UInt64>).map { index in
                try chain.verified(
                    consortium.transaction(
                        [NotesContract.call("put", "\(height)", [UInt8(index)])],
                        by: member,
                        key: height << 8 | index,
                        registering: height == 1 && index == 0
                    ),
                    by: member
                )
            }
            try chain.append(transactions)
        }
        try chain.append()
        self.consortium = consortium
        self.member = member
        self.chain = chain
        receipt = try Self.receipt(consortium, chain, certificate: member.certificate.der, height: 3, index: 1)
    }

    /// The receipt of a transaction, by the trees of the reference.
    static func receipt(
        _ consortium: TestConsortium,
        _ chain: TestChain,
        certificate: [UInt8],
        height: Int,
        index: Int
    ) throws -> Receipt {
        let suite = consortium.suite
        let block = chain.blocks[height - 1]
        guard let sealing = chain.blocks.last, let finalization = sealing.finalization else {
            throw TestKitError("the last block has no finalization")
        }
        let leaves = zip(chain.blocks, chain.executed).map { block, executed in
            JournalLeaf(
                height: block.header.height,
                header: block.digest,
                transactionsRoot: block.header.transactionsRoot,
                outcomesRoot: executed.outcomesRoot
            ).derBytes
        }
        let journal = MerkleTree(
            leaves: Array(leaves.prefix(Int(sealing.header.executed.height.rawValue))), suite: suite)
        let subject = TransactionSubject(
            transaction: block.transactions[index].transaction,
            submitterCertificate: certificate,
            transactionPath: MerkleTree(leaves: block.transactions.map(\.bytes), suite: suite).path(to: index),
            outcome: chain.executed[height - 1].outcomes[index],
            outcomePath: MerkleTree(leaves: chain.executed[height - 1].encodedOutcomes, suite: suite).path(to: index),
            header: block.header,
            journalPath: journal.path(to: height - 1)
        )
        return Receipt(
            suite: consortium.genesis.document.suite,
            consortium: consortium.genesis.digest,
            subject: .transaction(subject),
            sealingHeader: sealing.header,
            finalization: finalization
        )
    }
}

extension Receipt {
    /// The proof of the transaction that the sample's receipts are all of.
    var proved: TransactionSubject {
        guard let subject = subject.transaction else { preconditionFailure("the sample is of a transaction") }
        return subject
    }

    /// The receipt with other parts.
    func replacing(
        consortium: Digest? = nil,
        transaction: Transaction? = nil,
        submitterCertificate: [UInt8]? = nil,
        transactionPath: MerklePath? = nil,
        outcome: Outcome? = nil,
        outcomePath: MerklePath? = nil,
        header: BlockHeader? = nil,
        journalPath: MerklePath? = nil,
        sealingHeader: BlockHeader? = nil,
        finalization: QuorumCertificate? = nil
    ) -> Receipt {
        let subject = TransactionSubject(
            transaction: transaction ?? proved.transaction,
            submitterCertificate: submitterCertificate ?? proved.submitterCertificate,
            transactionPath: transactionPath ?? proved.transactionPath,
            outcome: outcome ?? proved.outcome,
            outcomePath: outcomePath ?? proved.outcomePath,
            header: header ?? proved.header,
            journalPath: journalPath ?? proved.journalPath
        )
        return Receipt(
            suite: suite,
            consortium: consortium ?? self.consortium,
            subject: .transaction(subject),
            sealingHeader: sealingHeader ?? self.sealingHeader,
            finalization: finalization ?? self.finalization
        )
    }
}
