import Consensus
import Formats
import Identity
import Ledger

/// A ledger in memory that commits like the one on disk: the blocks that are handed over together are all there, or
/// none of them. Execution is the shipped ``BlockExecutor`` with the shipped contracts.
struct SimulatedLedger {
    /// A block with what it has come to.
    struct Entry: Sendable {
        let block: FinalizedBlock
        let executed: ExecutedState
        let outcomes: [Outcome]
    }

    let consortium: SimulatedConsortium
    private let executions: SharedExecutions?
    /// The first one is at height 1.
    private(set) var entries: [Entry] = []
    let state: SimulatedState
    private var tip: ExecutionTip
    private var executor: BlockExecutor
    private var block: ParentBlock
    /// With the real keys, as the state has them.
    private var schedule: ValidatorSchedule
    private(set) var head: LedgerHead
    private var places: [TransactionIdentifier: Height] = [:]
    /// Blocks up to this height are not given to anybody any more.
    private(set) var prunedThrough = Height.zero

    private var genesis: Genesis { consortium.genesis }

    /// - Parameter executions: what other nodes have executed; `nil` where this one executes everything itself.
    init(
        _ consortium: SimulatedConsortium,
        _ commitment: SimulatedState.Commitment,
        sharing executions: SharedExecutions?
    ) {
        self.consortium = consortium
        self.executions = executions
        let genesis = consortium.genesis
        state = SimulatedState(commitment, genesis: genesis)
        tip = ExecutionTip(genesis: genesis)
        executor = BlockExecutor(genesis: genesis, contracts: consortium.contracts)
        block = ParentBlock(genesis: genesis)
        schedule = ValidatorSchedule(genesis: genesis)
        head = LedgerHead(block: block, results: tip.executed, schedule: schedule.simulated)
    }

    var height: Height { head.height }

    subscript(height: Height) -> Entry? {
        guard height > .zero, height.rawValue <= UInt64(entries.count) else { return nil }
        return entries[Int(height.rawValue) - 1]
    }

    /// Where a transaction is on the ledger.
    func height(of identifier: TransactionIdentifier) -> Height? { places[identifier] }

    func outcome(of identifier: TransactionIdentifier) -> Outcome? {
        places[identifier].flatMap { self[$0] }?.outcomes.first { $0.transaction == identifier }
    }

    /// The results from the height that the head's header states up to the head.
    var recentResults: [ExecutedState] {
        (max(head.block.executed.height.rawValue, 1)..<head.height.rawValue + 1)
            .compactMap { self[Height(rawValue: $0)]?.executed }
    }

    /// The newest finalization.
    var finalization: QuorumCertificate? { entries.last { $0.block.finalization != nil }?.block.finalization }

    /// What the epoch of the next block stands on.
    var root: Simplex.Root? {
        let first = schedule.current.firstHeight
        guard let entry = first.previous.flatMap({ self[$0] }) else { return Simplex.Root(genesisOf: genesis.channel) }
        return Simplex.Root(view: entry.block.header.view, digest: entry.block.digest)
    }

    /// Executes the next blocks at one instant of simulated time: a crash comes before all of them or after.
    /// - Throws: ``LedgerError``; nobody goes on with the ledger then.
    mutating func execute(_ blocks: [FinalizedBlock]) throws(LedgerError) -> [ExecutedState] {
        for block in blocks {
            try execute(block)
        }
        return entries.suffix(blocks.count).map(\.executed)
    }

    private mutating func execute(_ final: FinalizedBlock) throws(LedgerError) {
        let header = final.header
        guard header.height.previous == block.height, header.parent == block.digest else {
            throw LedgerError(.wrongPredecessor, "block \(header.height) does not follow block \(block.height)")
        }
        let stated = header.executed
        guard let own = stated.height == .zero ? ExecutionTip(genesis: genesis).executed : self[stated.height]?.executed
        else { throw LedgerError(.wrongBlock, "block \(header.height) states results at \(stated.height)") }
        guard own == stated else {
            throw LedgerError(.divergence, "block \(header.height) states other results at height \(stated.height)")
        }
        for transaction in final.transactions {
            guard places.updateValue(header.height, forKey: transaction.identifier) == nil else {
                throw LedgerError(.duplicateTransaction, "\(transaction.identifier) is on the ledger already")
            }
        }
        let executed = try executed(final)
        tip = executed.tip
        schedule = try schedule.advanced(by: executed, genesis: genesis)
        block = block.child(header, digest: final.digest, isEmpty: final.transactions.isEmpty)
        head = LedgerHead(block: block, results: tip.executed, schedule: schedule.simulated)
        entries.append(Entry(block: final, executed: executed.executed, outcomes: executed.outcomes))
    }

    private mutating func executed(_ final: FinalizedBlock) throws(LedgerError) -> ExecutedBlock {
        let height = final.header.height
        if let known = executions?.known(final.digest, on: tip) {
            _ = state.apply(known.changes, at: height)
            return known
        }
        let state = state
        let executed = try executor.execute(final, on: tip, state: state) { changes throws(LedgerError) in
            state.apply(changes, at: height)
        }
        executions?.remember(executed, of: final.digest, on: tip)
        return executed
    }

    // MARK: For peers

    /// Consecutive blocks of one epoch with what proves that they are final, as ``ChannelLedger`` gives them.
    /// - Returns: `nil` where there is nothing from that height on.
    func range(from first: Height, limit: Int) -> FinalizedRange? {
        guard first > .zero, let start = self[first] else { return nil }
        let epoch = start.block.header.epoch
        let candidates = entries[(Int(first.rawValue) - 1)...].prefix { $0.block.header.epoch == epoch }
        guard let final = candidates.lastIndex(where: { $0.block.finalization != nil }) else { return nil }
        let blocks = candidates[...final].prefix(limit)
        guard
            let end = candidates[blocks.index(before: blocks.endIndex)...].firstIndex(where: {
                $0.block.finalization != nil
            }), let finalization = entries[end].block.finalization
        else { return nil }
        return FinalizedRange(
            blocks: blocks.map(\.block.block),
            headers: entries[blocks.endIndex..<end + 1].map(\.block.header),
            finalization: finalization
        )
    }

    /// Forgets what peers could ask for.
    mutating func prune(through height: Height) { prunedThrough = max(prunedThrough, height) }
}

extension ValidatorSchedule {
    /// The same with the keys of simulated votes.
    var simulated: ValidatorSchedule { replacingKeys { VoteKey(standingFor: $0.key) } }
}
