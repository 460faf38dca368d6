public import Formats
import Identity

/// Executes finalised blocks: the one place where the state changes. Deterministic and without storage, clock or order
/// of its own: the same blocks over the same state have the same results on every node.
public struct BlockExecutor: Sendable {
    public let genesis: Genesis
    public let contracts: Contracts

    private var memo = CertificateMemo()

    public init(genesis: Genesis, contracts: Contracts) {
        self.genesis = genesis
        self.contracts = contracts
    }

    /// Executes the next block.
    ///
    /// Each transaction has one outcome. Its submitter's certificate has to be registered, in force at the block's time
    /// and not revoked, else it is rejected; then its calls run in order, and take effect together or not at all. All
    /// of them run under the contracts' versions that are in force at the block's height.
    /// - Parameters:
    ///   - block: a finalised block whose transactions are not on the ledger yet.
    ///   - tip: where execution stands.
    ///   - state: the state at that height.
    ///   - apply: moves the state by the block's changes, which come in the order of (contract, key) by bytes.
    /// - Throws: ``LedgerError`` with code `wrongPredecessor`, `contractVersionMissing` before anything of a block that
    ///   needs a version which this program lacks, or whatever `state` and `apply` throw.
    public mutating func execute(
        _ block: FinalizedBlock,
        on tip: ExecutionTip,
        state: any StateReader,
        applying apply: ([StateChange]) throws(LedgerError) -> AppliedChanges
    ) throws(LedgerError) -> ExecutedBlock {
        guard block.header.height.previous == tip.executed.height else {
            throw LedgerError(
                .wrongPredecessor,
                "block \(block.header.height) cannot be executed: the last executed one is \(tip.executed.height)"
            )
        }
        let versions = try ContractVersions(state: state)
        let active = try contracts.active(at: block.header.height, versions)
        var run = BlockRun(genesis: genesis, contracts: active, header: block.header, state: state)
        for transaction in block.transactions {
            run.execute(transaction, memo: &memo)
            if let failure = run.state.failure { throw failure }
        }
        return finish(run, block: block, tip: tip, applied: try apply(run.state.changes))
    }

    private func finish(
        _ run: BlockRun,
        block: FinalizedBlock,
        tip: ExecutionTip,
        applied: AppliedChanges
    ) -> ExecutedBlock {
        let suite = genesis.suite
        let encodedOutcomes = run.outcomes.map(\.derBytes)
        let outcomesRoot = MerkleTree(leaves: encodedOutcomes, suite: suite).root
        let leaf = JournalLeaf(
            height: block.header.height,
            header: block.digest,
            transactionsRoot: block.header.transactionsRoot,
            outcomesRoot: outcomesRoot
        )
        var journal = tip.journal
        let nodes = journal.append(leaf: MerkleTree.leafDigest(leaf.derBytes, suite: suite), suite: suite)
        let executed = ExecutedState(
            height: block.header.height,
            stateRoot: applied.root,
            journalRoot: journal.root(suite: suite)
        )
        return ExecutedBlock(
            height: block.header.height,
            outcomes: run.outcomes,
            encodedOutcomes: encodedOutcomes,
            outcomesRoot: outcomesRoot,
            changes: applied.changes,
            submitters: run.submitters,
            journalNodes: nodes,
            tip: ExecutionTip(executed: executed, journal: journal)
        )
    }
}

/// The execution of one block under way.
private struct BlockRun {
    let genesis: Genesis
    let contracts: ActiveContracts
    let header: BlockHeader
    var state: TransactionState
    var outcomes: [Outcome] = []
    var submitters: [MemberCertificate?] = []
    /// Who the submitters of this block turned out to be: the same for all of one's transactions, because the block has
    /// one time, until a transaction touches certificates or revocations.
    private var callers: [KeyIdentifier: Caller] = [:]

    init(genesis: Genesis, contracts: ActiveContracts, header: BlockHeader, state: any StateReader) {
        self.genesis = genesis
        self.contracts = contracts
        self.header = header
        self.state = TransactionState(base: state)
    }

    mutating func execute(_ transaction: EncodedTransaction, memo: inout CertificateMemo) {
        let status: Outcome.Status
        do throws(ContractError) {
            let caller = try caller(of: transaction.body, memo: &memo)
            submitters.append(caller.certificate)
            status = run(transaction, by: caller)
        } catch {
            submitters.append(nil)
            status = .rejected(error.rejection(call: 0))
        }
        if case .rejected = status { state.discard() }
        if Self.touchesCertificates(transaction.body) { callers.removeAll(keepingCapacity: true) }
        outcomes.append(
            Outcome(
                transaction: transaction.identifier,
                height: header.height,
                index: outcomes.count,
                status: status
            )
        )
    }

    private mutating func caller(
        of body: TransactionBody,
        memo: inout CertificateMemo
    ) throws(ContractError) -> Caller {
        if let known = callers[body.submitter], !Self.touchesCertificates(body) { return known }
        let resolver = SubmitterResolver(genesis: genesis)
        let caller = try resolver.submitter(of: body, at: header.timestamp, memo: &memo) {
            (key) throws(ContractError) in
            try state.value(at: StateAddress(contract: CertificatesContract.name, key: key))
        }
        callers[body.submitter] = caller
        return caller
    }

    /// Whether a transaction may change who its or another's submitter is, or introduces a certificate of its own.
    private static func touchesCertificates(_ body: TransactionBody) -> Bool {
        body.calls.contains { $0.contract == CertificatesContract.name }
    }

    private mutating func run(_ transaction: EncodedTransaction, by caller: Caller) -> Outcome.Status {
        var returnValues: [[UInt8]] = []
        for (index, call) in transaction.body.calls.enumerated() {
            do throws(ContractError) {
                returnValues.append(try run(call, of: transaction.identifier, by: caller))
            } catch {
                return .rejected(error.rejection(call: index))
            }
        }
        let events = state.events
        state.commit()
        return .applied(events: events, returnValues: returnValues)
    }

    private mutating func run(
        _ call: Call,
        of transaction: TransactionIdentifier,
        by caller: Caller
    ) throws(ContractError) -> [UInt8] {
        let (contract, method) = try contracts.method(call.method, of: call.contract)
        var context = ContractContext(
            genesis: genesis,
            height: header.height,
            blockTime: header.timestamp,
            caller: caller,
            transaction: transaction,
            contract: contract,
            state: state.takeOver()
        )
        defer { state.giveBack(&context.state) }
        let value = try method.run(arguments: call.arguments, in: &context)
        // A method that caught an error of its reads has seen what is not the state.
        if context.state.failure != nil { throw ContractError(.stateUnavailable, "the state cannot be read") }
        try context.state.account(outcomeBytes: value.count)
        return value
    }
}
