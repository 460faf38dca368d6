import Identity

extension Receipt {
    /// Checks every link from the subject to the signatures of a quorum.
    ///
    /// What is checked, in order: suite, consortium and channel; that the subject's digests and paths lead to the
    /// results that the sealing header states; that the chain of validator sets leads to the header's epoch, each set
    /// proved by a header of the one before; the submitter's certificate and signature; the finalizations of all
    /// headers.
    /// - Parameters:
    ///   - genesis: what all trust starts from.
    ///   - trusted: a set that was verified earlier. Receipts of its epoch and later ones may begin with it; one that
    ///     contradicts it is refused.
    /// - Throws: ``VerificationError`` that names the first link that does not hold.
    public func verify(
        against genesis: Genesis,
        trusting trusted: TrustedValidators? = nil
    ) throws(VerificationError) -> ReceiptFindings {
        try verify(by: SignatureMemory(genesis: genesis, capacity: 1), trusting: trusted)
    }

    /// The same, with what was checked before.
    func verify(
        by memory: SignatureMemory, trusting trusted: TrustedValidators?
    ) throws(VerificationError) -> ReceiptFindings {
        let genesis = memory.genesis
        try genesis.check(suite: suite, consortium: consortium)
        try checkChannels(genesis)
        let subject = try subject.checkLinks(to: sealingHeader.executed, suite: genesis.suite)
        let chain = EpochChain(start: try start(genesis, trusted), changes: epochs, genesis: genesis)
        try chain.checkLinks(to: sealingHeader, finalization: finalization)
        let findings = try subject(memory)
        let validators = try memory.validators(of: chain, sealing: finalization)
        if let trusted { try check(agreementWith: trusted, suite: genesis.suite) }
        return ReceiptFindings(
            subject: findings,
            asOf: sealingHeader.executed.height,
            seal: SealFindings(
                height: sealingHeader.height,
                block: sealingHeader.digest(suite: genesis.suite),
                time: sealingHeader.timestamp,
                epoch: sealingHeader.epoch,
                signers: validators.signers(of: finalization)
            ),
            trusted: validators.trusted(with: sealingHeader, genesis: genesis)
        )
    }

    private func checkChannels(_ genesis: Genesis) throws(VerificationError) {
        var channels = [sealingHeader.channel, finalization.statement.channel]
        if case .transaction(let subject) = subject {
            channels += [subject.transaction.body.channel, subject.header.channel]
        }
        guard channels.allSatisfy({ $0 == genesis.channel }) else {
            throw VerificationError(.wrongChannel, "a part of the receipt is of another channel")
        }
    }

    /// The set that the receipt begins with: that of the genesis, or the trusted one where it is of the epoch.
    private func start(
        _ genesis: Genesis,
        _ trusted: TrustedValidators?
    ) throws(VerificationError) -> AuthenticatedValidators {
        let first = epochs.first?.header.epoch ?? sealingHeader.epoch
        if let trusted {
            let validators = try AuthenticatedValidators(trusted, genesis: genesis)
            if trusted.validators.epoch == first { return validators }
        }
        guard first == .zero else {
            throw VerificationError(
                .wrongEpoch,
                "the receipt begins with the validators of epoch \(first), which are not known here: ask for one that "
                    + "begins with the genesis"
            )
        }
        return AuthenticatedValidators(genesis: genesis)
    }

    /// Refuses what cannot be true together with a set and a header that are trusted. Signatures are checked before:
    /// what nobody has signed accuses nobody.
    private func check(agreementWith trusted: TrustedValidators, suite: any CryptoSuite) throws(VerificationError) {
        for change in epochs where change.validators.epoch == trusted.validators.epoch {
            guard change.validators == trusted.validators else {
                throw VerificationError(
                    .fork, "the receipt has other validators of epoch \(trusted.validators.epoch) than are trusted")
            }
        }
        for header in epochs.map(\.header) + [sealingHeader] {
            try trusted.check(header, suite: suite)
        }
    }
}
