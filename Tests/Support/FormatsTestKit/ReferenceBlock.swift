public import Formats
public import Identity

/// A final block of a ``ReferenceChain``, with what came of it.
public struct ReferenceBlock: Sendable {
    public let header: BlockHeader
    /// The signatures of the first quorum of its epoch.
    public let finalization: QuorumCertificate
    public let transactions: [Transaction]
    public let outcomes: [Outcome]
    /// The state after it.
    public let state: ReferenceState
    /// Its leaf in the journal.
    public let leaf: JournalLeaf
}

/// Validators with their keys, from a height on.
public struct ReferenceEpoch: Sendable {
    public let statement: EpochValidators
    public let validators: [MemberIdentity]

    public init(epoch: Epoch, firstHeight: Height, validators: [MemberIdentity]) {
        statement = EpochValidators(
            epoch: epoch, firstHeight: firstHeight, certificates: validators.map(\.certificate.der))
        self.validators = validators
    }

    /// The set that checks its signatures.
    public var set: ValidatorSet {
        ValidatorSet(
            epoch: statement.epoch,
            validators: validators.map { Validator(member: $0.member, key: $0.certificate.publicKey) })
    }

    /// A certificate over a statement.
    /// - Parameter signers: who signs it; the first quorum by default.
    public func certificate(
        of statement: VoteStatement,
        signers: [Int]? = nil,
        suite: any CryptoSuite
    ) throws -> QuorumCertificate {
        let set = set
        let votes = try (signers ?? Array(0..<set.quorum)).map { index in
            try Vote(statement, by: ValidatorIndex(rawValue: index), key: validators[index].key, suite: suite)
        }
        guard let certificate = QuorumCertificate(statement: statement, votes: votes, validators: set) else {
            throw ReferenceError("\(votes.count) signers are no quorum")
        }
        return certificate
    }

    /// The finalization of a header.
    public func finalization(of header: BlockHeader, suite: any CryptoSuite) throws -> QuorumCertificate {
        try certificate(
            of: .finalize(header.digest(suite: suite), in: header.view, epoch: header.epoch, channel: header.channel),
            suite: suite
        )
    }
}
