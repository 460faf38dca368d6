public import Formats
public import Identity
public import Ledger

/// A chain of finalised blocks that grows as a test wants it, with real signatures and the results that executing it in
/// memory has: what a ledger on disk has to come to as well.
public struct TestChain: Sendable {
    public let consortium: TestConsortium
    /// Every block so far, the first at height 1.
    public private(set) var blocks: [FinalizedBlock] = []
    /// What executing each has come to.
    public private(set) var executed: [ExecutedBlock] = []
    /// The end of the chain.
    public private(set) var parent: ParentBlock
    public private(set) var state: MemoryState
    /// Who validates after the end of the chain.
    public private(set) var schedule: ValidatorSchedule

    /// Whoever signs once the ledger's members say so, besides the genesis' validators.
    public var identities: [MemberIdentity] = []

    private var tip: ExecutionTip
    private var executor: BlockExecutor

    /// Begins a chain.
    public init(_ consortium: TestConsortium, contracts: [any Contract] = [NotesContract()]) throws {
        self.consortium = consortium
        parent = ParentBlock(genesis: consortium.genesis)
        tip = ExecutionTip(genesis: consortium.genesis)
        schedule = ValidatorSchedule(genesis: consortium.genesis)
        state = MemoryState(suite: consortium.suite)
        executor = BlockExecutor(genesis: consortium.genesis, contracts: try Contracts(contracts))
    }

    public var results: ExecutedState { tip.executed }

    /// Checks a transaction's signature, with the certificate that the test says.
    public func verified(_ transaction: Transaction, by member: MemberIdentity) throws -> VerifiedTransaction {
        let encoded = EncodedTransaction(transaction, suite: consortium.suite)
        return try TransactionAdmission(genesis: consortium.genesis).verify(encoded, by: member.certificate)
    }

    /// The next block, not appended.
    /// - Parameters:
    ///   - transactions: what it holds.
    ///   - results: the results that the header states; those of the chain's end by default.
    ///   - interval: how much later than its parent it is.
    public func block(
        _ transactions: [VerifiedTransaction] = [],
        results: ExecutedState? = nil,
        interval: Duration = .seconds(1)
    ) -> VerifiedBlock {
        BlockBuilder(genesis: consortium.genesis).block(
            of: transactions,
            on: parent,
            in: schedule.current,
            view: parent.view.next,
            now: parent.timestamp.advanced(by: interval),
            executed: results ?? tip.executed
        )
    }

    /// The finalization of the next header, by the validators of its epoch.
    /// - Parameter view: the view of the votes; the header's by default.
    public func finalization(of header: BlockHeader, in view: View? = nil) throws -> QuorumCertificate {
        let validators = schedule.term(at: header.height).validators
        let known = consortium.validators + identities
        let statement = VoteStatement.finalize(
            header.digest(suite: consortium.suite), in: view ?? header.view, epoch: header.epoch,
            channel: header.channel)
        let votes = try validators.indices.prefix(validators.quorum).map { index in
            guard let key = validators[index]?.key.identifier,
                let signer = known.first(where: { $0.certificate.publicKey.identifier == key })
            else { throw TestKitError("nobody here has the key of validator \(index)") }
            return try Vote(statement, by: index, key: signer.key, suite: consortium.suite)
        }
        guard let certificate = QuorumCertificate(statement: statement, votes: votes, validators: validators) else {
            throw TestKitError("\(votes.count) signers are no quorum")
        }
        return certificate
    }

    /// Appends the next block and executes it.
    /// - Parameters:
    ///   - transactions: what it holds.
    ///   - isFinalized: whether it has a finalization of its own.
    ///   - delay: how many views after its own it is made final, having been proposed again.
    ///   - results: the results that the header states; those of the chain's end by default.
    ///   - interval: how much later than its parent it is.
    @discardableResult
    public mutating func append(
        _ transactions: [VerifiedTransaction] = [],
        isFinalized: Bool = true,
        after delay: UInt64 = 0,
        results: ExecutedState? = nil,
        interval: Duration = .seconds(1)
    ) throws -> FinalizedBlock {
        let block = block(transactions, results: results, interval: interval)
        guard block.transactions.count == transactions.count else {
            throw TestKitError("\(transactions.count - block.transactions.count) transactions do not fit the block")
        }
        let finalized = FinalizedBlock(
            block,
            finalization: isFinalized
                ? try finalization(of: block.header, in: block.header.view.advanced(by: delay)) : nil)
        var after = state
        let executed = try executor.execute(finalized, on: tip, state: state) { changes in
            after.apply(changes, at: block.header.height)
        }
        state = after
        tip = executed.tip
        schedule = try schedule.advanced(by: executed, genesis: consortium.genesis)
        parent = parent.child(block)
        blocks.append(finalized)
        self.executed.append(executed)
        return finalized
    }
}
