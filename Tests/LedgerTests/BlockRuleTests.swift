import Formats
import Identity
import Ledger
import LedgerTestKit
import Testing

/// A header whose fields can be changed one by one.
private struct HeaderDraft {
    var channel: ChannelIdentifier
    var epoch: Epoch
    var height: Height
    var view: View
    var parent: Digest
    var timestamp: Timestamp
    var proposer: ValidatorIndex
    var transactionsRoot: Digest
    var executed: ExecutedState

    init(_ header: BlockHeader) {
        channel = header.channel
        epoch = header.epoch
        height = header.height
        view = header.view
        parent = header.parent
        timestamp = header.timestamp
        proposer = header.proposer
        transactionsRoot = header.transactionsRoot
        executed = header.executed
    }

    var header: BlockHeader {
        BlockHeader(
            channel: channel, epoch: epoch, height: height, view: view, parent: parent, timestamp: timestamp,
            proposer: proposer, transactionsRoot: transactionsRoot, executed: executed)
    }
}

struct BlockRuleTests {
    private var scene: Scene
    private let block: VerifiedBlock
    private let suite: any CryptoSuite

    init() throws {
        scene = try Scene()
        try scene.append([scene.transaction([NotesContract.call("put")])])
        block = scene.chain.block([
            try scene.transaction([NotesContract.call("put", "a")]),
            try scene.transaction([NotesContract.call("put", "b")]),
        ])
        suite = scene.consortium.suite
    }

    private var genesis: Genesis { scene.consortium.genesis }

    private func context(
        parent: ParentBlock? = nil,
        parentIsFinal: Bool = true,
        now: Timestamp? = nil,
        known: Set<TransactionIdentifier> = [],
        results: ExecutedState?
    ) -> ProposalContext {
        ProposalContext(
            parent: parent ?? scene.chain.parent,
            parentIsFinal: parentIsFinal,
            now: now ?? block.header.timestamp,
            knownTransactions: known,
            results: results,
            schedule: ValidatorSchedule(genesis: genesis)
        )
    }

    private func code(
        _ header: BlockHeader,
        _ transactions: [VerifiedTransaction]? = nil,
        in context: ProposalContext? = nil
    ) -> BlockError.Code? {
        do {
            _ = try BlockValidator(genesis: genesis).validate(
                header,
                transactions: transactions ?? block.transactions,
                in: context ?? self.context(results: header.executed)
            )
            return nil
        } catch {
            return error.code
        }
    }

    /// The block's header with one thing changed, over other transactions if they are given.
    private func changed(
        transactions: [VerifiedTransaction]? = nil,
        _ change: (inout HeaderDraft) -> Void
    ) -> BlockHeader {
        var draft = HeaderDraft(block.header)
        if let transactions {
            draft.transactionsRoot = Block.transactionsRoot(transactions.map(\.transaction), suite: suite)
        }
        change(&draft)
        return draft.header
    }

    @Test func whatALeaderBuildsIsValid() throws {
        let verdict = try BlockValidator(genesis: genesis).validate(
            block.header, transactions: block.transactions, in: context(results: scene.chain.results))
        guard case .valid(let verified) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(verified.digest == block.header.digest(suite: suite))
        #expect(verified.block == block.block)
        let child = scene.chain.parent.child(verified)
        #expect(child.height == Height(rawValue: 3))
        #expect(child.lastBusyHeight == Height(rawValue: 3))
        #expect(try BlockValidator(genesis: genesis).parse(block.block.derBytes) == block.block)
    }

    @Test func everyFieldOfAHeaderIsChecked() {
        let limits = genesis.limits
        let changes: [(BlockError.Code, (inout HeaderDraft) -> Void)] = [
            (.wrongChannel, { $0.channel = ChannelIdentifier($0.parent) }),
            (.wrongEpoch, { $0.epoch = $0.epoch.next }),
            (.wrongHeight, { $0.height = $0.height.next }),
            (.wrongHeight, { $0.height = .zero }),
            (.wrongView, { $0.view = View(rawValue: $0.view.rawValue - 1) }),
            (.wrongParent, { $0.parent = $0.transactionsRoot }),
            (.wrongProposer, { $0.proposer = ValidatorIndex(rawValue: $0.proposer.rawValue ^ 1) }),
            (.wrongProposer, { $0.view = $0.view.next }),
            (.timestampNotLater, { $0.timestamp = $0.timestamp.advanced(by: .seconds(-1)) }),
            (
                .timestampAhead,
                {
                    $0.timestamp = $0.timestamp.advanced(by: .milliseconds(limits.maximumClockDrift + 1))
                }
            ),
            (.wrongTransactionsRoot, { $0.transactionsRoot = $0.parent }),
        ]
        for (index, (expected, change)) in changes.enumerated() {
            #expect(code(changed(change)) == expected, "change \(index)")
        }
        let atTheLimit = changed { $0.timestamp = $0.timestamp.advanced(by: .milliseconds(limits.maximumClockDrift)) }
        #expect(code(atTheLimit) == nil)
    }

    @Test func resultsHaveToBeThoseOfThisNode() {
        let own = scene.chain.results
        let others = [
            ExecutedState(height: own.height, stateRoot: own.journalRoot, journalRoot: own.journalRoot),
            ExecutedState(height: own.height, stateRoot: own.stateRoot, journalRoot: own.stateRoot),
        ]
        for other in others {
            #expect(code(changed { $0.executed = other }, in: context(results: own)) == .wrongResults)
        }
    }

    @Test func resultsLieBetweenTheParentsAndTheBlock() {
        let own = scene.chain.results
        func at(_ height: UInt64) -> BlockHeader {
            changed {
                $0.executed = ExecutedState(
                    height: Height(rawValue: height), stateRoot: own.stateRoot, journalRoot: own.journalRoot)
            }
        }
        // The parent, block 2, states the results of height 1.
        #expect(code(at(0)) == .wrongExecutedHeight)
        #expect(code(at(1)) == nil)
        #expect(code(at(2)) == nil)
        #expect(code(at(3)) == .wrongExecutedHeight)
    }

    @Test func aNodeThatIsBehindWaitsAndOnlyForASoundBlock() throws {
        let validator = BlockValidator(genesis: genesis)
        let behind = context(results: nil)
        let verdict = try validator.validate(block.header, transactions: block.transactions, in: behind)
        guard case .waitFor(let height) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(height == Height(rawValue: 2))
        #expect(code(changed { $0.transactionsRoot = $0.parent }, in: behind) == .wrongTransactionsRoot)
    }

    @Test func aTransactionStandsOnceOnTheChain() {
        let twice = [block.transactions[0], block.transactions[0]]
        #expect(code(changed(transactions: twice) { _ in }, twice) == .duplicateTransaction)
        let known = context(known: [block.transactions[1].identifier], results: block.header.executed)
        #expect(code(block.header, in: known) == .duplicateTransaction)
    }

    @Test func aTransactionsLifetimeIncludesTheBlock() throws {
        let lifetime = genesis.limits.transactionLifetime
        let cases: [(UInt64, BlockError.Code?)] = [
            (2, .transactionExpired), (3, nil), (3 + lifetime, nil), (4 + lifetime, .lifetimeTooLong),
        ]
        for (last, expected) in cases {
            let transaction = try scene.consortium.transaction(
                [NotesContract.call("put")], by: scene.member, key: 77, lastValidHeight: Height(rawValue: last))
            let transactions = [try scene.chain.verified(transaction, by: scene.member)]
            #expect(code(changed(transactions: transactions) { _ in }, transactions) == expected, "up to \(last)")
        }
    }

    @Test func aTransactionOfAnotherChannelIsRefused() throws {
        let body = block.transactions[0].transaction.body
        let elsewhere = try TransactionBody(
            channel: ChannelIdentifier(genesis.digest),
            submitter: body.submitter,
            idempotencyKey: body.idempotencyKey,
            lastValidHeight: body.lastValidHeight,
            calls: body.calls
        ).signed(with: scene.member.key, suite: suite)
        let transactions = [try scene.chain.verified(elsewhere, by: scene.member)]
        #expect(code(changed(transactions: transactions) { _ in }, transactions) == .wrongChannel)
    }

    @Test func sizesAreKept() async throws {
        var limits = ChannelLimits()
        limits.maximumTransactionBytes = 2_000
        limits.maximumBlockBytes = 4_000
        limits.maximumBlockTransactions = 3
        var small = try Scene(limits: limits)
        func verified(_ sizes: [Int]) throws -> [VerifiedTransaction] {
            try sizes.map { try small.transaction([NotesContract.call("put", "", [UInt8](repeating: 0, count: $0))]) }
        }
        let validator = BlockValidator(genesis: small.consortium.genesis)
        func code(_ transactions: [VerifiedTransaction]) -> BlockError.Code? {
            var draft = HeaderDraft(small.chain.block().header)
            draft.transactionsRoot = Block.transactionsRoot(transactions.map(\.transaction), suite: suite)
            let context = ProposalContext(
                parent: small.chain.parent, parentIsFinal: true, now: draft.timestamp, knownTransactions: [],
                results: draft.executed, schedule: small.chain.schedule)
            do {
                _ = try validator.validate(draft.header, transactions: transactions, in: context)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(try code(verified([10, 10, 10])) == nil)
        #expect(try code(verified([10, 10, 10, 10])) == .tooManyTransactions)
        #expect(try code(verified([1_900])) == .transactionTooLarge)
        #expect(try code(verified([1_700, 1_700, 1_000])) == .tooLarge)
        let candidates = try verified([10, 1_700, 1_500, 10, 10])
        let built = small.chain.block(candidates)
        #expect(built.transactions.map(\.identifier) == candidates.prefix(2).map(\.identifier))
        let bytes = built.block.derBytes
        #expect(try validator.parse(bytes) == built.block)
        let long = await failure(BlockError.self) { try validator.parse([UInt8](repeating: 0x30, count: 4_001)) }
        #expect(long?.code == .tooLarge)
        let garbage = await failure(BlockError.self) { try validator.parse(Array(bytes.dropLast())) }
        #expect(garbage?.code == .malformed)
    }

    @Test func aBlockAsLargeAsTheChannelAllowsIsTakenAndOneByteMoreIsNot() throws {
        var limits = ChannelLimits()
        limits.maximumTransactionBytes = 1_024
        limits.maximumBlockBytes = 2_048
        var scene = try Scene(limits: limits)
        let validator = BlockValidator(genesis: scene.consortium.genesis)
        var seen: Set<Bool> = []
        // Signatures vary by a byte or two in length, so sizes around the limit are tried until both sides were seen.
        for size in 780...860 {
            let transactions = try [0, 1].map { _ in
                try scene.transaction([NotesContract.call("put", "", [UInt8](repeating: 0, count: size - 140))])
            }
            var draft = HeaderDraft(scene.chain.block().header)
            draft.transactionsRoot = Block.transactionsRoot(transactions.map(\.transaction), suite: suite)
            let block = Block(header: draft.header, transactions: transactions.map(\.transaction))
            let context = ProposalContext(
                parent: scene.chain.parent, parentIsFinal: true, now: draft.timestamp, knownTransactions: [],
                results: draft.executed, schedule: scene.chain.schedule)
            let fits = block.derBytes.count <= limits.maximumBlockBytes
            seen.insert(fits)
            do {
                _ = try validator.validate(draft.header, transactions: transactions, in: context)
                #expect(fits, "\(block.derBytes.count) bytes")
            } catch {
                #expect(error.code == .tooLarge)
                #expect(!fits, "\(block.derBytes.count) bytes")
            }
        }
        #expect(seen == [true, false])
    }

    @Test func anEmptyBlockNeedsAPurpose() throws {
        func empty(_ chain: TestChain, results: ExecutedState? = nil, final: Bool = true) -> BlockError.Code? {
            let block = chain.block(results: results)
            let context = ProposalContext(
                parent: chain.parent, parentIsFinal: final, now: block.header.timestamp, knownTransactions: [],
                results: block.header.executed, schedule: chain.schedule)
            return code(block.header, [], in: context)
        }
        var chain = scene.chain
        let stale = chain.executed[0].executed
        // Block 2 has a transaction whose results no header states yet.
        #expect(empty(chain) == nil)
        // Nor is it known everywhere that it is final: that of the next four blocks' leaders need not be reproached.
        #expect(empty(chain, results: stale) == nil)
        for _ in 0..<BlockValidator.emptyBlocksAfterWork {
            #expect(empty(chain) == nil)
            try chain.append()
        }
        #expect(empty(chain, final: false) == nil)
        #expect(empty(chain) == .needlessBlock)
        let fresh = try TestChain(scene.consortium)
        #expect(empty(fresh) == .needlessBlock)
    }

    @Test func aLeaderPassesOverWhatCannotStandInItsBlock() throws {
        var scene = scene
        let sound = try scene.transaction([NotesContract.call("put", "a")])
        let known = try scene.transaction([NotesContract.call("put", "b")])
        let late = try scene.consortium.transaction(
            [], by: scene.member, key: 900, lastValidHeight: Height(rawValue: 2), registering: true)
        let early = try scene.consortium.transaction(
            [], by: scene.member, key: 901, lastValidHeight: Height(rawValue: 99_999), registering: true)
        let candidates = [
            try scene.chain.verified(late, by: scene.member), known, sound, sound,
            try scene.chain.verified(early, by: scene.member),
        ]
        let parent = scene.chain.parent
        let built = BlockBuilder(genesis: genesis).block(
            of: candidates, on: parent, in: scene.chain.schedule.current, view: parent.view.next,
            now: .init(milliseconds: 0),
            executed: ParentBlock(genesis: genesis).executed, knownTransactions: [known.identifier])
        #expect(built.transactions.map(\.identifier) == [sound.identifier])
        // A clock that is behind does not make a block that is not later, nor old results ones that go back.
        #expect(built.header.timestamp == parent.timestamp.advanced(by: .milliseconds(1)))
        #expect(built.header.executed == parent.executed)
    }
}
