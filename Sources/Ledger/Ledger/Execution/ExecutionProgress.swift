public import Formats
public import Identity

/// The last executed block: where the chain on this node ends.
public struct LedgerHead: Sendable, Hashable {
    /// The block's facts, on which the next one is built.
    public let block: ParentBlock
    /// This node's results up to the block: newer than those that its header states.
    public let results: ExecutedState
    /// Who validates after the block.
    public let schedule: ValidatorSchedule

    /// The head of a ledger that is kept elsewhere.
    package init(block: ParentBlock, results: ExecutedState, schedule: ValidatorSchedule) {
        self.block = block
        self.results = results
        self.schedule = schedule
    }

    public var height: Height { block.height }
    /// The digest of the block's header; the channel's identifier for the genesis.
    public var digest: Digest { block.digest }
    public var timestamp: Timestamp { block.timestamp }
}

/// What has to be at hand to execute the next block: kept in memory between blocks, taken from the database at start.
struct ExecutionProgress: Sendable {
    /// How many heights' results are at hand: what headers and proposals refer to is rarely more than a few blocks old.
    private static let recentLimit = 256

    private(set) var head: LedgerHead
    /// What was decided about contracts up to the head.
    private(set) var contractVersions: ContractVersions
    private var tip: ExecutionTip
    private var executor: BlockExecutor
    /// The results of the last heights, oldest first.
    private var recent: [ExecutedState]
    /// The epochs that are announced and whose change is not stored, in order.
    private(set) var unprovedEpochs: [Epoch]

    init(reader: LedgerReader, executor: BlockExecutor) throws {
        let genesis = executor.genesis
        tip = try reader.tip()
        contractVersions = try ContractVersions(state: reader) ?? ContractVersions([])
        let schedule = try ValidatorSchedule(at: tip.executed.height, state: reader, genesis: genesis)
        if let last = try reader.lastRecord() {
            let busy = try reader.lastBusyHeight()
            let block = ParentBlock(header: last.header, digest: last.digest, lastBusyHeight: busy)
            head = LedgerHead(block: block, results: tip.executed, schedule: schedule)
        } else {
            head = LedgerHead(block: ParentBlock(genesis: genesis), results: tip.executed, schedule: schedule)
        }
        recent = [tip.executed]
        unprovedEpochs = try reader.unprovedEpochs()
        self.executor = executor
    }

    func recentResults(at height: Height) -> ExecutedState? {
        guard let first = recent.first, height >= first.height, height <= tip.executed.height else { return nil }
        return recent[Int(height.rawValue - first.height.rawValue)]
    }

    /// The change that leads to `epoch` is stored.
    mutating func proved(_ epoch: Epoch) { unprovedEpochs.removeAll { $0 == epoch } }

    /// Executes the next block, after the checks that a finalised block never fails while the quorum is honest.
    /// - Returns: what executing it has come to, and what it did to the state, which is not stored yet.
    mutating func execute(
        _ block: FinalizedBlock,
        reader: LedgerReader
    ) throws -> (executed: ExecutedBlock, update: StateUpdate) {
        try checkLink(of: block)
        try checkResults(of: block.header, reader: reader)
        var update: StateUpdate?
        let executed = try executor.execute(block, on: tip, state: reader) { (changes) throws(LedgerError) in
            let applied = try reader.apply(changes, at: block.header.height)
            update = applied
            return AppliedChanges(changes: applied.changes, root: applied.root)
        }
        guard let update else { preconditionFailure("a block that was executed has been applied") }
        tip = executed.tip
        contractVersions = try contractVersions.advanced(by: executed)
        recent.append(executed.executed)
        if recent.count > Self.recentLimit { recent.removeFirst(Self.recentLimit / 2) }
        let schedule = try head.schedule.advanced(by: executed, genesis: executor.genesis)
        if let next = schedule.next, next.epoch != head.schedule.next?.epoch { unprovedEpochs.append(next.epoch) }
        let busy = block.transactions.isEmpty ? head.block.lastBusyHeight : block.header.height
        head = LedgerHead(
            block: ParentBlock(header: block.header, digest: block.digest, lastBusyHeight: busy),
            results: executed.executed,
            schedule: schedule
        )
        return (executed, update)
    }

    private func checkLink(of block: FinalizedBlock) throws(LedgerError) {
        let header = block.header
        guard header.height.previous == head.height, header.parent == head.digest else {
            throw LedgerError(
                .wrongPredecessor,
                "block \(header.height) on \(header.parent) does not follow block \(head.height), \(head.digest)"
            )
        }
        guard header.channel == executor.genesis.channel else {
            throw LedgerError(.wrongBlock, "block \(header.height) is of channel \(header.channel)")
        }
        let term = head.schedule.term(at: header.height)
        guard header.epoch == term.epoch, header.proposer == term.validators.leader(of: header.view) else {
            throw LedgerError(
                .wrongBlock,
                """
                block \(header.height) is of epoch \(header.epoch) and validator \(header.proposer); \
                epoch \(term.epoch) is in force there, and its view belongs to another validator
                """
            )
        }
        if let statement = block.finalization?.statement {
            guard statement.kind == .finalize, statement.block == block.digest, statement.view >= header.view,
                statement.epoch == header.epoch
            else {
                throw LedgerError(.wrongBlock, "the finalization of block \(header.height) is of another block")
            }
        }
    }

    private func checkResults(of header: BlockHeader, reader: LedgerReader) throws {
        let stated = header.executed
        if stated.height > .zero, try stated.height < reader.firstHeight() {
            // Results of before the snapshot that this ledger began with: of them the journal alone is known.
            guard try reader.journalRoot(at: stated.height) == stated.journalRoot else {
                throw LedgerError(
                    .divergence,
                    "block \(header.height) states another journal at height \(stated.height) than this one")
            }
            return
        }
        let own = try recentResults(at: stated.height) ?? reader.results(at: stated.height)
        guard let own, stated.height < header.height else {
            throw LedgerError(
                .wrongBlock,
                "block \(header.height) states the results of height \(stated.height), which it cannot know"
            )
        }
        guard own == stated else {
            throw LedgerError(
                .divergence,
                """
                DIVERGENCE at height \(stated.height): the consortium's final block \(header.height) states \
                state root \(stated.stateRoot) and journal root \(stated.journalRoot); \
                this node has come to \(own.stateRoot) and \(own.journalRoot). \
                Its software or its database differs from the others': stop it, keep the database for diagnosis, \
                and start again from an empty directory or a backup with the version that the others run
                """
            )
        }
    }
}
