public import Formats
public import Identity

/// What this node knows when it judges a proposed block.
public struct ProposalContext: Sendable {
    public let parent: ParentBlock
    /// Whether this node knows the parent to be final.
    public let parentIsFinal: Bool
    /// This node's clock.
    public let now: Timestamp
    /// Of the block's transactions, those that are on the ledger or in an ancestor that is not executed yet.
    public let knownTransactions: Set<TransactionIdentifier>
    /// This node's own results at the height that the header's `executed` names; `nil` where it has not come there yet.
    public let results: ExecutedState?
    /// Who validates near this node's head.
    public let schedule: ValidatorSchedule

    public init(
        parent: ParentBlock,
        parentIsFinal: Bool,
        now: Timestamp,
        knownTransactions: Set<TransactionIdentifier>,
        results: ExecutedState?,
        schedule: ValidatorSchedule
    ) {
        self.parent = parent
        self.parentIsFinal = parentIsFinal
        self.now = now
        self.knownTransactions = knownTransactions
        self.results = results
        self.schedule = schedule
    }
}

/// What comes of judging a proposed block that breaks no rule.
public enum ProposalVerdict: Sendable {
    /// One may vote for it.
    case valid(VerifiedBlock)
    /// All that can be checked holds, but this node has to execute up to that height before it can compare results.
    case waitFor(Height)
}

/// The rules of a block (ledger.md): pure checks against its parent, the channel's limits and this node's results.
public struct BlockValidator: Sendable {
    public let genesis: Genesis

    private var limits: ChannelLimits { genesis.limits }

    public init(genesis: Genesis) { self.genesis = genesis }

    /// Parses a proposed block. Its transactions then go through ``TransactionAdmission`` one by one.
    /// - Throws: ``BlockError`` with code `tooLarge` or `malformed`.
    public func parse(_ bytes: [UInt8]) throws(BlockError) -> Block {
        do {
            return try Block(derBytes: bytes, limit: limits.maximumBlockBytes)
        } catch {
            throw BlockError(error.code == .tooLarge ? .tooLarge : .malformed, "the proposal is no block: \(error)")
        }
    }

    /// Checks a proposed block whose transactions' signatures hold.
    /// - Throws: ``BlockError`` that names the first rule broken.
    public func validate(
        _ header: BlockHeader,
        transactions: [VerifiedTransaction],
        in context: ProposalContext
    ) throws(BlockError) -> ProposalVerdict {
        try checkLink(header, parent: context.parent)
        guard header.height <= context.schedule.knownThrough else {
            return .waitFor(Height(rawValue: header.height.rawValue - ValidatorSchedule.minimumNotice - 1))
        }
        try checkEpoch(header, context.schedule)
        try checkTime(header, context)
        try checkSizes(header, transactions)
        try checkTransactions(transactions, at: header.height, known: context.knownTransactions)
        let root = MerkleTree(leaves: transactions.map(\.bytes), suite: genesis.suite).root
        guard root == header.transactionsRoot else {
            throw BlockError(.wrongTransactionsRoot, "the header does not commit to the block's transactions")
        }
        try checkExecutedHeight(header, context)
        guard let results = context.results else { return .waitFor(header.executed.height) }
        try checkPurpose(header, isEmpty: transactions.isEmpty, context)
        guard results == header.executed else {
            throw BlockError(
                .wrongResults,
                """
                the header states state \(header.executed.stateRoot) and journal \(header.executed.journalRoot) at \
                height \(header.executed.height); this node has \(results.stateRoot) and \(results.journalRoot)
                """
            )
        }
        let digest = header.digest(suite: genesis.suite)
        return .valid(VerifiedBlock(header: header, digest: digest, transactions: transactions))
    }

    private func checkLink(_ header: BlockHeader, parent: ParentBlock) throws(BlockError) {
        guard header.channel == genesis.channel else {
            throw BlockError(.wrongChannel, "the block is of channel \(header.channel)")
        }
        guard header.height.previous == parent.height else {
            throw BlockError(.wrongHeight, "block \(header.height) cannot follow block \(parent.height)")
        }
        guard header.view > parent.view else {
            throw BlockError(.wrongView, "view \(header.view) is not above the parent's, \(parent.view)")
        }
        guard header.parent == parent.digest else {
            throw BlockError(.wrongParent, "the block names parent \(header.parent), not \(parent.digest)")
        }
    }

    private func checkEpoch(_ header: BlockHeader, _ schedule: ValidatorSchedule) throws(BlockError) {
        let term = schedule.term(at: header.height)
        guard header.epoch == term.epoch else {
            throw BlockError(
                .wrongEpoch,
                "the block is of epoch \(header.epoch); at height \(header.height) epoch \(term.epoch) is in force")
        }
        guard header.proposer == term.validators.leader(of: header.view) else {
            throw BlockError(.wrongProposer, "validator \(header.proposer) does not lead view \(header.view)")
        }
    }

    private func checkTime(_ header: BlockHeader, _ context: ProposalContext) throws(BlockError) {
        guard header.timestamp > context.parent.timestamp else {
            throw BlockError(.timestampNotLater, "\(header.timestamp) is not later than the parent's timestamp")
        }
        guard header.timestamp <= context.now.advanced(by: .milliseconds(limits.maximumClockDrift)) else {
            throw BlockError(
                .timestampAhead,
                "\(header.timestamp) is more than \(limits.maximumClockDrift) ms ahead of this node's clock"
            )
        }
    }

    private func checkSizes(_ header: BlockHeader, _ transactions: [VerifiedTransaction]) throws(BlockError) {
        guard transactions.count <= limits.maximumBlockTransactions else {
            throw BlockError(
                .tooManyTransactions,
                "\(transactions.count) transactions; the channel allows \(limits.maximumBlockTransactions)"
            )
        }
        for transaction in transactions where transaction.bytes.count > limits.maximumTransactionBytes {
            throw BlockError(
                .transactionTooLarge,
                "transaction \(transaction.identifier) has \(transaction.bytes.count) bytes"
            )
        }
        let size = BlockSize.byteCount(header: header, transactionBytes: transactions.map(\.bytes.count))
        guard size <= limits.maximumBlockBytes else {
            throw BlockError(.tooLarge, "the block has \(size) bytes; the channel allows \(limits.maximumBlockBytes)")
        }
    }

    private func checkTransactions(
        _ transactions: [VerifiedTransaction],
        at height: Height,
        known: Set<TransactionIdentifier>
    ) throws(BlockError) {
        var seen = known
        for transaction in transactions {
            let body = transaction.transaction.body
            guard body.channel == genesis.channel else {
                throw BlockError(.wrongChannel, "transaction \(transaction.identifier) is of another channel")
            }
            guard seen.insert(transaction.identifier).inserted else {
                throw BlockError(.duplicateTransaction, "transaction \(transaction.identifier) is on the chain already")
            }
            guard body.lastValidHeight >= height else {
                throw BlockError(
                    .transactionExpired,
                    "transaction \(transaction.identifier) was valid up to height \(body.lastValidHeight)"
                )
            }
            guard body.lastValidHeight <= height.advanced(by: limits.transactionLifetime) else {
                throw BlockError(
                    .lifetimeTooLong,
                    "transaction \(transaction.identifier) would be valid up to height \(body.lastValidHeight)"
                )
            }
        }
    }

    private func checkExecutedHeight(_ header: BlockHeader, _ context: ProposalContext) throws(BlockError) {
        let parent = context.parent
        guard header.executed.height >= parent.executed.height, header.executed.height < header.height else {
            throw BlockError(
                .wrongExecutedHeight,
                """
                block \(header.height) states results at height \(header.executed.height), \
                its parent at \(parent.executed.height)
                """
            )
        }
        // The old set has to have signed for a state that names the new one: that is what proves the change.
        if let next = context.schedule.next, context.schedule.isLast(header.height),
            header.executed.height < next.announcedAt
        {
            throw BlockError(
                .wrongExecutedHeight,
                """
                the last block of epoch \(header.epoch) states results at height \(header.executed.height), which is \
                before height \(next.announcedAt), where epoch \(next.epoch) was announced
                """
            )
        }
    }

    private func checkPurpose(
        _ header: BlockHeader,
        isEmpty: Bool,
        _ context: ProposalContext
    ) throws(BlockError) {
        let parent = context.parent
        let seals = header.executed.height >= parent.lastBusyHeight && parent.executed.height < parent.lastBusyHeight
        // An idle chain has to come to the height at which an announced change takes effect.
        let leads = context.schedule.next.map { header.height < $0.firstHeight } ?? false
        let mayMakeFinal = !context.parentIsFinal || followsWork(header, parent)
        guard !isEmpty || seals || leads || mayMakeFinal else {
            throw BlockError(
                .needlessBlock,
                "an empty block seals results, makes its parent final or leads up to an announced epoch; this does none"
            )
        }
    }

    /// Whether a block comes so soon after one with transactions that its leader may not know yet that the parent is
    /// final, although this node does. Whoever refused it would cost the channel a view for nothing.
    private func followsWork(_ header: BlockHeader, _ parent: ParentBlock) -> Bool {
        parent.lastBusyHeight > .zero
            && header.height <= parent.lastBusyHeight.advanced(by: Self.emptyBlocksAfterWork)
    }

    /// How many blocks after the last with transactions may be empty without another purpose: two to make that one
    /// final and two for the block that states its results.
    package static let emptyBlocksAfterWork: UInt64 = 4
}
