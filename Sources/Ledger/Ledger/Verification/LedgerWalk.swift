import Formats
import GRDB
import Identity

/// One pass over all tables in step, height by height: memory is that of one block and of the hashes above the state.
struct LedgerWalk {
    private let database: Database
    private let genesis: Genesis
    private let base: LedgerBase
    private let epochs: EpochCheck
    private var blocks: BlockCheck
    private var transactions: TransactionCheck
    private var finalizations: FinalizationCheck
    private var journal: JournalCheck
    private var state: StateCheck?
    /// The certificates that are registered; `nil` until the state is there.
    private var registry: CertificateRegistry?
    private var last: CheckedBlock?
    private var blockCount = 0
    private var sealedHeight = Height.zero
    /// The results that the headers of blocks state which are not yet known to be final.
    private var stated = Height.zero

    init(_ database: Database, genesis: Genesis, base: LedgerBase, options: LedgerVerification.Options) throws {
        self.database = database
        self.genesis = genesis
        self.base = base
        let terms = try EpochTerms(database, genesis: genesis)
        epochs = EpochCheck(terms, genesis: genesis, base: base)
        blocks = try BlockCheck(database, genesis: genesis, terms: terms, base: base.chain)
        transactions = try TransactionCheck(
            database, genesis: genesis, base: base, checksSignatures: options.checksSignatures)
        finalizations = try FinalizationCheck(
            database, genesis: genesis, terms: terms, checksSignatures: options.checksSignatures)
        journal = try JournalCheck(database, suite: genesis.suite)
    }

    /// Checks what stands before the first block: the state's sentinel, or the snapshot that the ledger began with.
    mutating func begin() throws {
        let leaves = try TableCursor(database, "snapshot_leaves", key: ["height"], columns: ["leaf"])
        guard let snapshot = base.snapshot else {
            try leaves.finish()
            if base.state == .zero { try beginState(nil) }
            return
        }
        var height = snapshot.firstWindowHeight
        while height < snapshot.height {
            let row = try leaves.require([Int64(height.rawValue)])
            let leaf = try row.structure("leaf", as: JournalLeaf.self, limit: 256)
            try row.expect("leaf", leaf.height, is: height)
            let stored = try journal.storedLeaf(at: height)
            try row.expect(
                "leaf", MerkleTree.leafDigest(leaf.derBytes, suite: genesis.suite), is: stored.digest("digest"))
            try transactions.check(belowSnapshot: leaf, row)
            height = height.next
        }
        try leaves.finish()
        if let last = snapshot.height.previous { try journal.appendStored(through: last) }
    }

    /// Checks the next block.
    /// - Returns: its height; `nil` after the last.
    mutating func next() throws -> Height? {
        guard let block = try blocks.next() else { return nil }
        try epochs.check(block, finalHeight: finalizations.finalHeight, sealedHeight: sealedHeight)
        if block.height > base.state {
            let changes = try state?.check(block) ?? []
            registry?.apply(changes)
        }
        try transactions.check(block, isElsewhere: block.height == base.chain, registry: &registry)
        try journal.append(
            JournalLeaf(
                height: block.height,
                header: block.digest,
                transactionsRoot: block.header.transactionsRoot,
                outcomesRoot: block.outcomesRoot
            ))
        try block.row.expect("journal_root", block.results.journalRoot, is: journal.root)
        try finalizations.check(block)
        stated = max(stated, block.header.executed.height)
        if finalizations.finalHeight == block.height { sealedHeight = stated }
        if block.height == base.state { try beginState(block) }
        if block.height == base.chain { try checkSnapshot(block) }
        last = block
        blockCount += 1
        return block.height
    }

    func finish() throws -> LedgerVerificationReport {
        guard state != nil else {
            throw LedgerFault(
                table: "state_horizon", key: "1", column: "height", expected: "a height of the chain",
                found: "\(base.state)")
        }
        try transactions.finish()
        try finalizations.finish()
        try journal.finish()
        try state?.finish(database)
        try epochs.finish(database, epoch: last?.header.epoch ?? .zero)
        let results = last?.results ?? ExecutionTip(genesis: genesis).executed
        return LedgerVerificationReport(
            height: last?.height ?? .zero,
            head: last?.digest ?? genesis.channel.digest,
            stateRoot: results.stateRoot,
            journalRoot: results.journalRoot,
            finalHeight: finalizations.finalHeight,
            sealedHeight: sealedHeight,
            snapshotHeight: base.chain,
            stateHorizon: base.state,
            transactionHorizon: base.transactions,
            blocks: blockCount,
            transactions: transactions.count,
            prunedTransactions: transactions.prunedCount,
            finalizations: finalizations.count,
            stateEntries: state?.entryCount ?? 0,
            signatures: finalizations.signatureCount + transactions.signatureCount
        )
    }

    private mutating func beginState(_ block: CheckedBlock?) throws {
        var registry = CertificateRegistry(genesis: genesis)
        let start = try StateBaseCheck(database, genesis: genesis, base: base).check(block) { registry.insert($0) }
        state = try StateCheck(database, genesis: genesis, base: base, start: start)
        self.registry = registry
    }

    /// Checks that the ledger's first block is the one that the snapshot's manifest proves.
    private func checkSnapshot(_ block: CheckedBlock) throws {
        guard let snapshot = base.snapshot else { return }
        try block.row.expect("header", block.header, is: snapshot.header)
        let executed = snapshot.sealingHeader.executed
        try block.row.expect("state_root", block.results.stateRoot, is: executed.stateRoot)
        try block.row.expect("journal_root", block.results.journalRoot, is: executed.journalRoot)
        try block.row.expect("state_size", block.stateSize, is: snapshot.state.size)
    }
}
