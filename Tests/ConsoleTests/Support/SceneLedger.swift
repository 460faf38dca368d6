import Console
import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import OneThings

/// A ledger on disk with its read model, in this process: every submission becomes a block that a quorum has signed,
/// and the read model follows at once.
actor SceneLedger: LedgerClient {
    static let contracts: [any Contract] = [
        CatalogueContract(), EvidenceContract(), AuthorisationContract(),
        UsageContract(oneThings: CaseStandings()), CalendarContract(), DefinitionsContract(), CasesContract(),
    ]

    nonisolated let genesis: Genesis
    nonisolated let heights: ExecutedHeights
    private let consortium: TestConsortium
    private let ledger: ChannelLedger
    private let model: ReadModel
    private var isBusy = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    init(_ consortium: TestConsortium, directory: TemporaryDirectory) throws {
        self.consortium = consortium
        genesis = consortium.genesis
        ledger = try ChannelLedger(
            path: directory.path("ledger.sqlite"), genesis: consortium.genesis,
            contracts: try Contracts(Self.contracts))
        model = try ReadModel(
            path: directory.path("read-model.sqlite"), genesis: consortium.genesis,
            projections: [LicenceProjection(), UsageProjection(), OneThingProjection()])
        heights = ExecutedHeights(from: .zero)
    }

    nonisolated var head: (height: Height, time: Timestamp) { (ledger.head.height, ledger.head.timestamp) }

    func block(at height: Height) async throws -> InspectedBlock? {
        guard let block = try await ledger.block(at: height) else { return nil }
        return InspectedBlock(block, finalization: try await ledger.finalization(at: height))
    }

    /// Appends blocks without transactions.
    /// - Parameter gap: how much later each is than the one before.
    func idle(_ count: Int, apart gap: Duration = .seconds(1)) async throws {
        await lock()
        defer { unlock() }
        for _ in 0..<count { try await append([], after: gap) }
    }

    func submit(_ transaction: Transaction) async throws -> Outcome {
        await lock()
        defer { unlock() }
        let identifier = transaction.body.identifier(suite: consortium.suite)
        if let known = try await ledger.outcome(of: identifier) { return known }
        try await append([try await ledger.admit(transaction.derBytes, now: ledger.head.timestamp)], after: .seconds(1))
        guard let outcome = try await ledger.outcome(of: identifier) else {
            throw TestKitError("the block was executed, but its transaction has no outcome")
        }
        return outcome
    }

    func query(contract: String, name: String, arguments: [UInt8]) async throws -> Nodes.QueryAnswer {
        let answer = try await ledger.query(contract, name, arguments: arguments)
        do throws(ContractError) {
            return Nodes.QueryAnswer(result: try answer.value(), height: answer.height)
        } catch {
            throw NodeError(error.code == .notFound ? .notFound : .invalidQuery, error.message)
        }
    }

    func receipt(answering question: ReceiptQuestion) async throws -> Receipt {
        do throws(LedgerError) {
            return try await ledger.receipt(answering: question)
        } catch {
            // A chain that has something to seal does not rest.
            if error.code == .notSealed { try await idle(1) }
            throw NodeError(receipt: error)
        }
    }

    func lightClientStep(from known: Height?) async throws -> LightClientStep {
        try await ledger.lightClientStep(from: known)
    }

    func status() async throws -> NodeStatus {
        let head = ledger.head
        return NodeStatus(
            member: consortium.validators[0].member, consortium: genesis.digest, channel: genesis.document.channel,
            height: head.height, head: head.digest, headTime: head.timestamp, stateRoot: head.results.stateRoot,
            epoch: head.schedule.current.epoch, view: head.block.view, leader: consortium.validators[0].member,
            lastFinalizedView: head.block.view, isActive: false, pendingTransactions: 0, peers: [], diagnosis: [],
            uptimeSeconds: 93_784, processorSeconds: 0, residentBytes: 0, version: NodeStatus.currentVersion,
            missingContracts: [])
    }

    private func append(_ transactions: [VerifiedTransaction], after gap: Duration) async throws {
        let head = ledger.head
        let block = BlockBuilder(genesis: genesis).block(
            of: transactions, on: head.block, in: head.schedule.term(at: head.height.next), view: head.block.view.next,
            now: head.timestamp.advanced(by: gap), executed: head.results)
        try await ledger.execute([
            FinalizedBlock(block, finalization: try consortium.finalization(of: block.header))
        ])
        while try await !model.advance(from: ledger).isCurrent {}
        heights.note(ledger.head.height)
    }

    /// One block after the other, whatever an actor does at its suspension points.
    private func lock() async {
        while isBusy { await withCheckedContinuation { waiters.append($0) } }
        isBusy = true
    }

    private func unlock() {
        isBusy = false
        if !waiters.isEmpty { waiters.removeFirst().resume() }
    }
}
