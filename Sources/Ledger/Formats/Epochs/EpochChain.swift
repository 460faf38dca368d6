import Identity

/// The way from a validator set that is trusted to the one that vouches for a header.
///
/// Checked in two passes, so that whatever fails, fails as cheaply as it can: first what hashing shows, of the whole
/// chain; then certificates and signatures, set by set.
struct EpochChain {
    let start: AuthenticatedValidators
    let changes: [EpochChange]
    let genesis: Genesis

    /// Checks what hashing shows: that each header proves the set of the next epoch, up to that of `header`, and that
    /// every certificate says of its header that it is final.
    /// - Throws: ``VerificationError`` that names the first link that does not hold.
    func checkLinks(to header: BlockHeader, finalization: QuorumCertificate) throws(VerificationError) {
        var statement = start.statement
        for change in changes {
            try check(change, after: statement)
            statement = change.validators
        }
        try check(header, isOf: statement)
        try finalization.checkStatement(of: header, genesis: genesis)
    }

    /// Checks the certificates of all sets and the signatures of all quorums. The links have to be checked before.
    /// - Returns: the last set.
    /// - Throws: ``VerificationError`` with code `wrongValidator`, `tooFewSigners`, `unknownSigner` or
    ///   `wrongSignature`.
    func authenticate(_ finalization: QuorumCertificate) throws(VerificationError) -> AuthenticatedValidators {
        var validators = start
        for change in changes {
            try change.finalization.verify(in: validators.set, suite: genesis.suite)
            validators = try AuthenticatedValidators(change.validators, at: change.header.timestamp, genesis: genesis)
        }
        try finalization.verify(in: validators.set, suite: genesis.suite)
        return validators
    }

    /// Checks changes from the validators of epoch 0 on that lead to no header yet.
    /// - Returns: the last set.
    /// - Throws: ``VerificationError`` that names the first link that does not hold.
    static func verify(
        _ changes: [EpochChange],
        genesis: Genesis
    ) throws(VerificationError) -> AuthenticatedValidators {
        let start = AuthenticatedValidators(genesis: genesis)
        guard let last = changes.last else { return start }
        let chain = EpochChain(start: start, changes: changes.dropLast(), genesis: genesis)
        try chain.checkLinks(to: last.header, finalization: last.finalization)
        try chain.check(last, after: chain.changes.last?.validators ?? start.statement)
        _ = try chain.authenticate(last.finalization)
        return try AuthenticatedValidators(last.validators, at: last.header.timestamp, genesis: genesis)
    }

    private func check(_ change: EpochChange, after statement: EpochValidators) throws(VerificationError) {
        let next = change.validators
        try check(change.header, isOf: statement)
        guard next.epoch == statement.epoch.advanced(by: 1), next.epoch > statement.epoch else {
            throw VerificationError(
                .wrongEpoch, "after the set of epoch \(statement.epoch) comes one of epoch \(next.epoch)")
        }
        guard change.header.height < next.firstHeight else {
            throw VerificationError(
                .wrongEpoch,
                "block \(change.header.height) of epoch \(statement.epoch) is not below height \(next.firstHeight), "
                    + "where epoch \(next.epoch) begins"
            )
        }
        let isProved = change.proof.establishes(
            next.derBytes,
            of: EpochValidators.name(of: next.epoch),
            under: change.header.executed.stateRoot,
            suite: genesis.suite
        )
        guard isProved, change.proof.leaf.height <= change.header.executed.height else {
            throw VerificationError(
                .wrongProof, "block \(change.header.height) does not prove the validators of epoch \(next.epoch)")
        }
        try change.finalization.checkStatement(of: change.header, genesis: genesis)
    }

    private func check(_ header: BlockHeader, isOf statement: EpochValidators) throws(VerificationError) {
        guard header.channel == genesis.channel else {
            throw VerificationError(.wrongChannel, "block \(header.height) is of another channel")
        }
        guard header.epoch == statement.epoch else {
            throw VerificationError(
                .wrongEpoch, "block \(header.height) is of epoch \(header.epoch), the set of epoch \(statement.epoch)")
        }
        guard header.height >= statement.firstHeight else {
            throw VerificationError(
                .wrongEpoch,
                "block \(header.height) is below height \(statement.firstHeight), where epoch \(header.epoch) begins"
            )
        }
        guard header.executed.height < header.height else {
            throw VerificationError(.inconsistent, "block \(header.height) states results that do not precede it")
        }
    }
}

extension QuorumCertificate {
    /// Checks that the certificate says that `header` is final; whether the signatures hold is another question.
    ///
    /// Its view is that of the header or a later one of the epoch, in which the very same block was proposed again.
    /// - Throws: ``VerificationError`` with code `wrongChannel`, `wrongKind` or `inconsistent`.
    func checkStatement(of header: BlockHeader, genesis: Genesis) throws(VerificationError) {
        guard statement.channel == genesis.channel else {
            throw VerificationError(.wrongChannel, "the finalization of block \(header.height) is of another channel")
        }
        guard statement.kind == .finalize else {
            throw VerificationError(.wrongKind, "the certificate with block \(header.height) is no finalization")
        }
        guard statement.block == header.digest(suite: genesis.suite), statement.view >= header.view,
            statement.epoch == header.epoch
        else {
            throw VerificationError(.inconsistent, "the finalization is of another block than \(header.height)")
        }
    }
}

extension Genesis {
    /// Checks that a structure is of this consortium.
    /// - Throws: ``VerificationError`` with code `wrongSuite` or `wrongConsortium`.
    func check(suite: CryptoSuiteIdentifier, consortium: Digest) throws(VerificationError) {
        guard suite == document.suite else {
            throw VerificationError(
                .wrongSuite, "the suite is '\(suite.rawValue)', that of the genesis file '\(document.suite.rawValue)'")
        }
        guard consortium == digest else {
            throw VerificationError(
                .wrongConsortium, "the consortium is \(consortium), that of the genesis file \(digest)")
        }
    }
}
