import Formats
import GatewayEvents
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import OneThings
import ZhenglianClient

/// A node's ledger in this process, with real blocks, signatures and contracts, that tells of its heights as a node
/// does.
actor EventLedger: LedgerClient {
    nonisolated let genesis: Genesis
    nonisolated let consortium: TestConsortium
    nonisolated let ledger: ChannelLedger
    nonisolated let heights: ExecutedHeights
    private let directory: TemporaryDirectory

    static let allContracts: [any Contract] = [
        CatalogueContract(), EvidenceContract(), AuthorisationContract(), CalendarContract(),
        UsageContract(oneThings: CaseStandings()), DefinitionsContract(), CasesContract(),
    ]

    init(_ consortium: TestConsortium, contracts: [any Contract] = [NotesContract()]) throws {
        self.consortium = consortium
        genesis = consortium.genesis
        directory = try TemporaryDirectory()
        ledger = try ChannelLedger(
            path: directory.path("ledger.sqlite"), genesis: consortium.genesis, contracts: try Contracts(contracts))
        heights = ExecutedHeights(from: .zero)
    }

    nonisolated func department(_ number: Int) -> DepartmentName {
        consortium.authorities[number].anchor.department
    }

    /// The feed of a department's node.
    nonisolated func feed(
        of department: Int = 0, clock: any Clock<Duration> = ContinuousClock(), limits: EventLimits = EventLimits()
    ) -> EventFeed {
        EventFeed(
            source: ledger, heights: heights, genesis: genesis, department: self.department(department), clock: clock,
            limits: limits)
    }

    nonisolated func client(_ name: String, of department: Int, role: Role = .client) throws -> ZhenglianClient {
        ZhenglianClient(
            ledger: self, identity: try consortium.member(name, department: department, role: role))
    }

    /// Executes a block of some transactions, whose outcomes it gives.
    @discardableResult
    func append(_ transactions: [Transaction] = [], after gap: Duration = .seconds(1)) async throws -> [Outcome] {
        var admitted: [VerifiedTransaction] = []
        for transaction in transactions {
            admitted.append(try await ledger.admit(transaction.derBytes, now: ledger.head.timestamp))
        }
        let head = ledger.head
        let block = BlockBuilder(genesis: genesis).block(
            of: admitted, on: head.block, in: head.schedule.term(at: head.height.next), view: head.block.view.next,
            now: head.timestamp.advanced(by: gap), executed: head.results)
        guard block.transactions.count == admitted.count else { throw TestKitError("not all transactions fit a block") }
        let executed = try await ledger.execute([
            FinalizedBlock(block, finalization: try consortium.finalization(of: block.header))
        ])
        heights.note(ledger.head.height)
        return executed.flatMap(\.outcomes)
    }

    func submit(_ transaction: Transaction) async throws -> Outcome {
        guard let outcome = try await append([transaction]).first else { throw TestKitError("there is no outcome") }
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

    func receipt(answering _: ReceiptQuestion) async throws -> Receipt {
        throw NodeError(.unavailable, "nobody asks here for receipts")
    }

    func lightClientStep(from _: Height?) async throws -> LightClientStep {
        throw NodeError(.unavailable, "nobody asks here for steps")
    }

    func status() async throws -> NodeStatus {
        let head = ledger.head
        let member = consortium.validators[0].member
        return NodeStatus(
            member: member, consortium: genesis.digest, channel: genesis.document.channel, height: head.height,
            head: head.digest, headTime: head.timestamp, stateRoot: head.results.stateRoot,
            epoch: head.schedule.current.epoch, view: head.block.view, leader: member,
            lastFinalizedView: head.block.view, isActive: false, pendingTransactions: 0, peers: [], diagnosis: [],
            uptimeSeconds: 0, processorSeconds: 0, residentBytes: 0, version: "test",
            missingContracts: ledger.missingContracts)
    }

    var now: Timestamp { ledger.head.timestamp }

    // MARK: Many events

    /// Executes blocks with notes: each transaction puts one and announces some, each third one is refused.
    /// - Returns: how many events there are for them, blocks and transactions included.
    func appendNotes(_ blocks: Int, transactions: Int = 4, announcing count: Int = 5) async throws -> Int {
        if writer == nil {
            let member = try consortium.member("writer")
            writer = member
            let registration = try transaction([], by: member, registering: true)
            try await append([registration])
        }
        guard let writer else { return 0 }
        var total = 0
        for _ in 0..<blocks {
            total += 1
            try await append(
                try (0..<transactions).map { number in
                    total += 1
                    if number % 3 == 2 { return try transaction([NotesContract.call("refuse", "x")], by: writer) }
                    total += 1 + count
                    return try transaction(
                        [NotesContract.call("put", "key"), NotesContract.call("announce", "\(count)")], by: writer)
                })
        }
        return total
    }

    private var writer: MemberIdentity?
    private var lastKey: UInt64 = 0

    private func transaction(
        _ calls: [Call], by member: MemberIdentity, registering: Bool = false
    ) throws -> Transaction {
        lastKey += 1
        return try consortium.transaction(
            calls, by: member, key: lastKey, lastValidHeight: ledger.head.height.advanced(by: 4),
            registering: registering)
    }
}
