public import Identity

/// What a receipt that holds establishes, and nothing more.
public struct ReceiptFindings: Sendable {
    public let transaction: TransactionIdentifier
    /// Who signed the transaction, by the certificate that its department's authority had signed.
    public let submitter: MemberName
    public let outcome: Outcome
    public let height: Height
    /// The timestamp of the block that holds the transaction.
    public let time: Timestamp
    /// The height of the header that vouches for the outcome.
    public let sealedAt: Height
    /// The validators whose signatures make that header final.
    public let signers: [MemberName]
}

extension Receipt {
    /// Checks every link from the transaction to the quorum's signatures.
    ///
    /// What is checked, in order: the consortium and channel; the transaction's signature and its submitter's
    /// certificate at the block's time; the paths from the transaction and the outcome to their roots, from the block
    /// to the journal root that the sealing header states; the finalization of the sealing header by a quorum of the
    /// genesis validators.
    /// - Throws: ``VerificationError`` that names the first link that does not hold.
    public func verify(against genesis: Genesis) throws(VerificationError) -> ReceiptFindings {
        let suite = genesis.suite
        guard consortium == genesis.digest else {
            throw VerificationError(
                .wrongConsortium,
                "the receipt is of consortium \(consortium), the genesis file is of \(genesis.digest)"
            )
        }
        let channels = [
            transaction.body.channel, header.channel, sealingHeader.channel, finalization.statement.channel,
        ]
        guard channels.allSatisfy({ $0 == genesis.channel }) else {
            throw VerificationError(.wrongChannel, "a part of the receipt is of another channel")
        }
        let submitter = try verifySubmitter(genesis)
        try verifyPlaceInBlock(suite)
        try verifySealing(suite)
        try verifyFinalization(genesis)
        return ReceiptFindings(
            transaction: outcome.transaction,
            submitter: submitter,
            outcome: outcome,
            height: header.height,
            time: header.timestamp,
            sealedAt: sealingHeader.height,
            signers: finalization.signers.compactMap { genesis.validators[$0]?.member }
        )
    }

    private func verifySubmitter(_ genesis: Genesis) throws(VerificationError) -> MemberName {
        let certificate: MemberCertificate
        do {
            certificate = try genesis.anchors.authenticate(submitterCertificate, at: header.timestamp)
        } catch {
            throw VerificationError(.wrongCertificate, "the submitter's certificate does not hold: \(error)")
        }
        guard certificate.publicKey.identifier == transaction.body.submitter else {
            throw VerificationError(.wrongCertificate, "the certificate is not of the key that the transaction names")
        }
        let digest = transaction.body.identifier(suite: genesis.suite).digest
        guard certificate.publicKey.isValid(transaction.signature, of: digest, for: .transaction) else {
            throw VerificationError(.wrongSignature, "the transaction's signature does not hold")
        }
        return certificate.member
    }

    private func verifyPlaceInBlock(_ suite: any CryptoSuite) throws(VerificationError) {
        let transactionLeaf = MerkleTree.leafDigest(transaction.derBytes, suite: suite)
        guard transactionPath.root(leaf: transactionLeaf, suite: suite) == header.transactionsRoot else {
            throw VerificationError(.wrongDigest, "the path from the transaction does not lead to the block's root")
        }
        guard outcome.transaction == transaction.body.identifier(suite: suite) else {
            throw VerificationError(.inconsistent, "the outcome is of another transaction")
        }
        guard outcome.height == header.height, UInt64(outcome.index) == transactionPath.index,
            outcomePath.index == transactionPath.index, outcomePath.size == transactionPath.size
        else {
            throw VerificationError(.inconsistent, "transaction and outcome do not have the same place in the block")
        }
        guard header.height <= transaction.body.lastValidHeight else {
            throw VerificationError(.inconsistent, "the block is above the last height that the transaction allows")
        }
    }

    private func verifySealing(_ suite: any CryptoSuite) throws(VerificationError) {
        let outcomeLeaf = MerkleTree.leafDigest(outcome.derBytes, suite: suite)
        guard let outcomesRoot = outcomePath.root(leaf: outcomeLeaf, suite: suite) else {
            throw VerificationError(.wrongDigest, "the path from the outcome leads nowhere")
        }
        let leaf = JournalLeaf(
            height: header.height,
            header: header.digest(suite: suite),
            transactionsRoot: header.transactionsRoot,
            outcomesRoot: outcomesRoot
        )
        let executed = sealingHeader.executed
        // The journal has one leaf for each height from 1 on.
        guard header.height > .zero, journalPath.index == header.height.rawValue - 1,
            journalPath.size == executed.height.rawValue, executed.height < sealingHeader.height
        else {
            throw VerificationError(.inconsistent, "the journal path is not that of the block's height")
        }
        let leafDigest = MerkleTree.leafDigest(leaf.derBytes, suite: suite)
        guard journalPath.root(leaf: leafDigest, suite: suite) == executed.journalRoot else {
            throw VerificationError(.wrongDigest, "the path from the block does not lead to the journal's root")
        }
    }

    private func verifyFinalization(_ genesis: Genesis) throws(VerificationError) {
        guard finalization.statement.kind == .finalize else {
            throw VerificationError(.wrongKind, "the certificate is no finalization")
        }
        guard finalization.statement.block == sealingHeader.digest(suite: genesis.suite),
            finalization.statement.view == sealingHeader.view, finalization.statement.epoch == sealingHeader.epoch
        else {
            throw VerificationError(.inconsistent, "the finalization is of another block than the sealing header")
        }
        try finalization.verify(in: genesis.validators, suite: genesis.suite)
    }
}
