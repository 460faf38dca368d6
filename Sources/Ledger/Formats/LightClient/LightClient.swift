import Identity

/// Follows a channel by final headers alone (轻客户端): no blocks, no state, no trust in who hands the steps over.
///
/// A value without input or output. It begins with a genesis, or with what it verified in an earlier life, and every
/// ``LightClientStep`` takes it to a later final header whose past contains all that it knew before. It never goes
/// back, and a chain that contradicts what it knows is an error that names both sides.
public struct LightClient: Sendable {
    public let genesis: Genesis
    /// The latest header that is known to be final; `nil` before the first step from a genesis.
    public private(set) var header: BlockHeader?

    private var validators: AuthenticatedValidators

    /// Begins at the genesis.
    public init(genesis: Genesis) {
        self.genesis = genesis
        validators = AuthenticatedValidators(genesis: genesis)
    }

    /// Begins where an earlier client, whose ``trusted`` was kept, has ended.
    /// - Throws: ``VerificationError`` where it is not of this genesis.
    public init(genesis: Genesis, trusted: TrustedValidators) throws(VerificationError) {
        self.genesis = genesis
        validators = try AuthenticatedValidators(trusted, genesis: genesis)
        header = trusted.header
    }

    /// The validators of the latest header's epoch.
    public var currentValidators: ValidatorSet { validators.set }

    /// The results that the latest header states; those of the genesis before the first step have no state root.
    public var executed: ExecutedState? { header?.executed }

    /// What to keep for another client to begin with; `nil` before the first step from a genesis.
    public var trusted: TrustedValidators? {
        header.map { validators.trusted(with: $0, genesis: genesis) }
    }

    /// Takes a step, or changes nothing.
    /// - Throws: ``VerificationError`` that names the first link that does not hold: among others `outdated` where the
    ///   header is not above the one that is known, and `fork` where the two cannot both be final.
    public mutating func advance(_ step: LightClientStep) throws(VerificationError) {
        try genesis.check(suite: step.suite, consortium: step.consortium)
        try checkHeight(step)
        let chain = EpochChain(start: validators, changes: step.epochs, genesis: genesis)
        try chain.checkLinks(to: step.header, finalization: step.finalization)
        let isContinued = header.map { step.header.height > $0.height } ?? true
        if isContinued { try checkJournal(step) }
        let next = try chain.authenticate(step.finalization)
        // What nobody has signed accuses nobody: forks are named only now.
        if let trusted {
            for other in step.epochs.map(\.header) + [step.header] {
                try trusted.check(other, suite: genesis.suite)
            }
        }
        try checkAncestry(step)
        validators = next
        header = step.header
    }

    /// Refuses what is not above the known header, but for another header of its height, which would be a fork.
    private func checkHeight(_ step: LightClientStep) throws(VerificationError) {
        guard let header, step.header.height < header.height || step.header == header else { return }
        throw VerificationError(
            .outdated, "block \(step.header.height) is not above block \(header.height), which is known already")
    }

    /// Checks that the journal has only grown.
    private func checkJournal(_ step: LightClientStep) throws(VerificationError) {
        let executed = step.header.executed
        let known = header.map { ($0.executed.height, $0.executed.journalRoot) }
        let (height, root) = known ?? (.zero, genesis.suite.digest(of: []))
        guard executed.height >= height else {
            throw VerificationError(
                .outdated, "the results are of height \(executed.height), those of height \(height) are known already")
        }
        let isGrown = step.consistency.establishes(
            height.rawValue, root, isPrefixOf: executed.height.rawValue, executed.journalRoot, suite: genesis.suite)
        guard isGrown else {
            throw VerificationError(
                .wrongProof,
                "the journal of height \(height) is not shown to be the beginning of that of height "
                    + "\(executed.height)")
        }
    }

    /// Checks that the journal, where it reaches that far, has the block that is known.
    private func checkAncestry(_ step: LightClientStep) throws(VerificationError) {
        guard let header, header.height <= step.header.executed.height else {
            guard step.known == nil else {
                throw VerificationError(.inconsistent, "the step proves a block that nobody has asked about")
            }
            return
        }
        guard let known = step.known, known.leaf.height == header.height else {
            throw VerificationError(.wrongProof, "the step does not prove block \(header.height), which is known")
        }
        try known.leaf.checkPlace(in: step.header.executed, path: known.path, suite: genesis.suite)
        let digest = header.digest(suite: genesis.suite)
        guard known.leaf.header == digest else {
            throw VerificationError(
                .fork,
                "two blocks are said to be final at height \(header.height): \(digest), which is known, and "
                    + "\(known.leaf.header), on which block \(step.header.height) stands"
            )
        }
    }
}
