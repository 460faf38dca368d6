import Identity

extension TransactionSubject {
    /// Checks that digests and paths lead from the transaction and its outcome to the journal's root.
    /// - Throws: ``VerificationError`` with code `wrongDigest` or `inconsistent`.
    func checkLinks(to executed: ExecutedState, suite: any CryptoSuite) throws(VerificationError) {
        try checkPlaceInBlock(suite)
        try checkPlaceInJournal(executed, suite)
    }

    /// Checks the submitter's certificate and signature.
    /// - Throws: ``VerificationError`` with code `wrongCertificate` or `wrongSignature`.
    func findings(_ memory: SignatureMemory) throws(VerificationError) -> TransactionFindings {
        let certificate: MemberCertificate
        do {
            certificate = try memory.certificate(submitterCertificate, at: header.timestamp)
        } catch {
            throw VerificationError(.wrongCertificate, "the submitter's certificate does not hold: \(error)")
        }
        guard certificate.publicKey.identifier == transaction.body.submitter else {
            throw VerificationError(.wrongCertificate, "the certificate is not of the key that the transaction names")
        }
        let digest = transaction.body.identifier(suite: memory.genesis.suite).digest
        guard certificate.publicKey.isValid(transaction.signature, of: digest, for: .transaction) else {
            throw VerificationError(.wrongSignature, "the transaction's signature does not hold")
        }
        return TransactionFindings(
            identifier: outcome.transaction,
            submitter: certificate.member,
            outcome: outcome,
            height: header.height,
            time: header.timestamp
        )
    }

    private func checkPlaceInBlock(_ suite: any CryptoSuite) throws(VerificationError) {
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

    private func checkPlaceInJournal(
        _ executed: ExecutedState,
        _ suite: any CryptoSuite
    ) throws(VerificationError) {
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
        try leaf.checkPlace(in: executed, path: journalPath, suite: suite)
    }
}

extension JournalLeaf {
    /// Checks that the leaf stands at its height in the journal of `executed`.
    /// - Throws: ``VerificationError`` with code `wrongDigest` or `inconsistent`.
    func checkPlace(
        in executed: ExecutedState,
        path: MerklePath,
        suite: any CryptoSuite
    ) throws(VerificationError) {
        // The journal has one leaf for each height from 1 on.
        guard height > .zero, path.index == height.rawValue - 1, path.size == executed.height.rawValue else {
            throw VerificationError(.inconsistent, "the journal path is not that of block \(height)")
        }
        let digest = MerkleTree.leafDigest(derBytes, suite: suite)
        guard path.root(leaf: digest, suite: suite) == executed.journalRoot else {
            throw VerificationError(.wrongDigest, "the path from block \(height) does not lead to the journal's root")
        }
    }
}
