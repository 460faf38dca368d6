import Formats
import Foundation
import Identity
import LedgerTestKit
import LoadGeneration
import Nodes
import Synchronization
import Testing

/// A clock that stands still until somebody moves it.
private final class HeldClock: Clock {
    struct Instant: InstantProtocol {
        let offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let offset = Mutex(Duration.zero)

    var now: Instant { Instant(offset: offset.withLock { $0 }) }
    var minimumResolution: Duration { .nanoseconds(1) }

    func advance(by duration: Duration) { offset.withLock { $0 += duration } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        offset.withLock { $0 = max($0, deadline.offset) }
    }
}

/// Takes every transaction, or refuses it as it is told, and remembers which.
private final class RecordingLedger: LedgerClient {
    let genesis: Genesis
    private let clock: HeldClock
    private let answer: @Sendable (Int) throws -> Outcome.Status
    private let seen = Mutex<[Transaction]>([])

    init(_ genesis: Genesis, _ clock: HeldClock, answer: @escaping @Sendable (Int) throws -> Outcome.Status) {
        self.genesis = genesis
        self.clock = clock
        self.answer = answer
    }

    var transactions: [Transaction] { seen.withLock { $0 } }

    func submit(_ transaction: Transaction) async throws -> Outcome {
        let count = seen.withLock {
            $0.append(transaction)
            return $0.count
        }
        await Task.yield()
        clock.advance(by: .milliseconds(10))
        return Outcome(
            transaction: transaction.body.identifier(suite: genesis.suite),
            height: Height(rawValue: UInt64(count)),
            index: 0,
            status: try answer(count)
        )
    }

    func query(contract: String, name: String, arguments: [UInt8]) async throws -> QueryAnswer {
        throw NodeError(.invalidQuery, "nobody asks")
    }

    func receipt(answering question: ReceiptQuestion) async throws -> Receipt {
        throw NodeError(.notFound, "nobody asks")
    }

    func lightClientStep(from known: Height?) async throws -> LightClientStep {
        throw NodeError(.notFound, "nobody asks")
    }

    func status() async throws -> NodeStatus {
        let json = """
            {"member": "tax/validator/node", "consortium": "\(genesis.digest)", "channel": "main", "height": 0,
             "head": "\(genesis.digest)", "headTime": 0, "stateRoot": "\(genesis.digest)", "transactionCount": 0,
             "epoch": 0, "view": 0, "leader": "tax/validator/node", "lastFinalizedView": 0, "isActive": false,
             "pendingTransactions": 0, "peers": [], "diagnosis": [], "uptimeSeconds": 0, "processorSeconds": 0,
             "residentBytes": 0, "version": ""}
            """
        return try JSONDecoder().decode(NodeStatus.self, from: Data(json.utf8))
    }
}

@Suite("Load generator")
struct LoadGeneratorTests {
    private let genesis: Genesis
    private let identity: MemberIdentity
    private let clock = HeldClock()

    init() throws {
        let consortium = try TestConsortium(departments: 1)
        genesis = try Genesis.issuing(consortium)
        identity = try consortium.member("load")
    }

    private func generator(
        _ ledgers: [RecordingLedger], clients: Int, batch: Int = 1, rate: Int? = nil, count: Int? = nil
    ) throws -> LoadGenerator<HeldClock> {
        try LoadGenerator(
            ledgers: ledgers,
            identity: identity,
            workload: LoadRecords(
                genesis: genesis, department: identity.certificate.member.department, byteCount: nil, run: 7),
            run: 7,
            plan: LoadPlan(
                clientCount: clients, duration: .seconds(1), batchCount: batch, rate: rate, transactionCount: count),
            clock: clock
        )
    }

    @Test func clientsAreSpreadOverTheNodesAndEveryTransactionIsItsOwn() async throws {
        let ledgers = (0..<3).map { _ in
            RecordingLedger(genesis, clock) { _ in .applied(events: [], returnValues: []) }
        }
        let measurement = try await generator(ledgers, clients: 6, batch: 3).measure()
        let transactions = ledgers.flatMap(\.transactions)
        #expect(ledgers.allSatisfy { !$0.transactions.isEmpty })
        #expect(measurement.tally.transactionCount == UInt64(transactions.count))
        #expect(measurement.tally.recordCount == UInt64(transactions.count * 3))
        #expect(measurement.tally.latencies.count == UInt64(transactions.count))
        #expect(measurement.tally.errors.isEmpty)
        #expect(measurement.elapsed == .milliseconds(10 * transactions.count))
        #expect(Set(transactions.map { $0.body.idempotencyKey }).count == transactions.count)
        #expect(Set(transactions.flatMap { $0.body.calls.map(\.arguments) }).count == transactions.count * 3)
        for transaction in transactions.prefix(5) {
            let digest = transaction.body.identifier(suite: genesis.suite).digest
            #expect(
                identity.certificate.publicKey.isValid(transaction.signature, of: digest, for: .transaction))
        }
    }

    @Test func aRateSaysHowManyAreHandedInHoweverQuickTheyAre() async throws {
        let ledger = RecordingLedger(genesis, clock) { _ in .applied(events: [], returnValues: []) }
        // One client: another one that waits for its turn moves the clock while this one's is under way.
        let measurement = try await generator([ledger], clients: 1, rate: 20).measure()
        #expect(measurement.tally.transactionCount == 20)
        #expect(measurement.timeline.commitsEachSecond.reduce(0, +) == 20)
        #expect(measurement.timeline.longestGap.length >= .milliseconds(40))
        #expect(measurement.timeline.longestGap.length <= .milliseconds(60))
    }

    @Test(arguments: [nil, 50])
    func noMoreAreHandedInThanAreAskedFor(rate: Int?) async throws {
        let ledger = RecordingLedger(genesis, clock) { _ in .applied(events: [], returnValues: []) }
        let measurement = try await generator([ledger], clients: 3, rate: rate, count: 17).measure()
        #expect(ledger.transactions.count == 17)
        #expect(measurement.tally.transactionCount == 17)
    }

    @Test func refusalsAndFailuresAreCountedAndTheRestGoesOn() async throws {
        let ledger = RecordingLedger(genesis, clock) { count in
            switch count {
            case 1: throw NodeError(.overloaded, "busy")
            case 2: .rejected(Rejection(call: 0, code: "notPermitted", message: "no"))
            default: .applied(events: [], returnValues: [])
            }
        }
        let tally = try await generator([ledger], clients: 1).measure().tally
        #expect(tally.errors == ["overloaded": 1, "rejected: notPermitted": 1])
        // A second, less the pause after the node was busy, at ten milliseconds each.
        #expect(ledger.transactions.count == 95)
        #expect(tally.transactionCount == 93)
    }

    @Test func aBatchThatNoTransactionHoldsIsRefusedBeforeAnythingIsSent() throws {
        let ledger = RecordingLedger(genesis, clock) { _ in .applied(events: [], returnValues: []) }
        #expect(throws: LoadError(.batchTooLarge, "")) { try generator([ledger], clients: 1, batch: 900) }
        #expect(ledger.transactions.isEmpty)
    }

    @Test func cancellingEndsTheMeasurement() async throws {
        let ledger = RecordingLedger(genesis, clock) { _ in .applied(events: [], returnValues: []) }
        let generator = try generator([ledger], clients: 4)
        let task = Task { try await generator.measure() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
