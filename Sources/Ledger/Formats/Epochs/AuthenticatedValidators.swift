import Identity

/// A validator set that somebody has vouched for, with keys to check signatures with.
struct AuthenticatedValidators: Sendable {
    let statement: EpochValidators
    /// When the certificates were authenticated: the consortium's creation, or the header's time that named the set.
    let authenticatedAt: Timestamp
    let set: ValidatorSet

    /// The set of epoch 0, which the genesis vouches for.
    init(genesis: Genesis) {
        statement = EpochValidators(genesis: genesis)
        authenticatedAt = genesis.document.createdAt
        set = genesis.validators
    }

    /// Authenticates the certificates of a statement.
    /// - Throws: ``VerificationError`` with code `wrongValidator`.
    init(_ statement: EpochValidators, at time: Timestamp, genesis: Genesis) throws(VerificationError) {
        self.statement = statement
        authenticatedAt = time
        set = try ValidatorSet(
            epoch: statement.epoch, certificates: statement.certificates, anchors: genesis.anchors, at: time)
    }

    /// Takes over a set that was verified earlier, after all that can be said of it without its history.
    /// - Throws: ``VerificationError`` with code `wrongSuite`, `wrongConsortium`, `wrongChannel`, `wrongEpoch`, `fork`
    ///   or `wrongValidator`.
    init(_ trusted: TrustedValidators, genesis: Genesis) throws(VerificationError) {
        try genesis.check(suite: trusted.suite, consortium: trusted.consortium)
        let header = trusted.header
        guard header.channel == genesis.channel else {
            throw VerificationError(.wrongChannel, "the trusted header is of another channel")
        }
        guard header.epoch == trusted.validators.epoch, header.height >= trusted.validators.firstHeight else {
            throw VerificationError(.wrongEpoch, "the trusted header is not of the trusted set's epoch")
        }
        guard trusted.validators.epoch > .zero || trusted.validators == EpochValidators(genesis: genesis) else {
            throw VerificationError(.fork, "the trusted set is of epoch 0 and not the one of the genesis file")
        }
        try self.init(trusted.validators, at: trusted.authenticatedAt, genesis: genesis)
    }

    /// What to keep of the set.
    /// - Parameter header: a header that the set has made final.
    func trusted(with header: BlockHeader, genesis: Genesis) -> TrustedValidators {
        TrustedValidators(
            suite: genesis.document.suite,
            consortium: genesis.digest,
            validators: statement,
            authenticatedAt: authenticatedAt,
            header: header
        )
    }

    /// Who has signed.
    func signers(of finalization: QuorumCertificate) -> [MemberName] {
        finalization.signers.compactMap { set[$0]?.member }
    }
}
