import Formats
import Identity
import Licences
import LoadGeneration
import LocalConsortium
import Nodes
import Synchronization
import Testing

/// What a client was told about one of its transactions.
private struct Acknowledgement {
    let licence: LicenceIdentifier
    let outcome: Outcome
}

/// How many transactions were acknowledged, for whoever waits for one of them.
private final class Acknowledged: Sendable {
    let counts: AsyncStream<Int>
    private let continuation: AsyncStream<Int>.Continuation
    private let count = Mutex(0)

    init() { (counts, continuation) = AsyncStream.makeStream() }

    func increment() {
        count.withLock { count in
            count += 1
            // Within the lock, so that the numbers come in order.
            continuation.yield(count)
        }
    }
}

extension IntegrationTests {
    @Suite("Loss of nodes")
    struct NodeLossTests {
        private static let clientCount = 4
        private static let transactionsPerClient = 250

        @Test(.timeLimit(.minutes(4)))
        func nothingThatWasAcknowledgedIsLostOrDoubledWhileNodesAreKilled() async throws {
            try await LocalRun.with(departments: 4) { run in
                try await run.nodes.startAll()
                let acknowledgements = try await submitWhileNodesAreKilled(run)
                #expect(acknowledgements.count == Self.clientCount * Self.transactionsPerClient)
                _ = try await run.nodes.waitUntilAgreed(
                    run.departments, atLeast: acknowledgements.map(\.outcome.height).max() ?? .zero)
                for department in run.departments {
                    #expect(await run.nodes.stop(department) == .exited(0), "\(department.name)")
                }
                let ledgers = try run.departments.map {
                    try LedgerContents(of: "\(run.folder.data(ofNodeOf: $0.name))/ledger.sqlite")
                }
                for (department, ledger) in zip(run.departments, ledgers).dropFirst() {
                    expectSameTables(ledger, ledgers[0], of: department.name)
                }
                try expectOnce(acknowledgements, in: ledgers[0], suite: try run.genesis.suite)
            }
        }

        private func submitWhileNodesAreKilled(_ run: LocalRun) async throws -> [Acknowledgement] {
            let acknowledged = Acknowledged()
            return try await withThrowingTaskGroup(of: [Acknowledgement].self) { group in
                for number in 0..<Self.clientCount {
                    group.addTask { try await submit(as: number, run, acknowledged) }
                }
                group.addTask {
                    try await killOneAfterTheOther(run, acknowledged)
                    return []
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
        }

        /// One client: the next transaction when the last one's outcome is there.
        private func submit(
            as number: Int, _ run: LocalRun, _ acknowledged: Acknowledged
        ) async throws -> [Acknowledgement] {
            let market = run.departments[0]
            let identity = try run.identity(at: run.folder.client(of: market.name))
            let records = try LoadRecords(
                genesis: try run.genesis, department: identity.member.department, byteCount: nil, run: 1)
            let client = try run.client(as: identity, first: number)
            let submitter = Submitter(client: client, identity: identity)
            var acknowledgements: [Acknowledgement] = []
            do {
                for sequence in 0..<Self.transactionsPerClient {
                    let call = try records.call(client: number, sequence: sequence)
                    let outcome = try await submitter.submit([call])
                    let arguments = try IssueLicence(derBytes: call.arguments, limit: Transaction.maximumByteCount)
                    acknowledgements.append(
                        Acknowledgement(licence: arguments.particulars.identifier, outcome: outcome))
                    acknowledged.increment()
                }
            } catch {
                await client.close()
                throw error
            }
            await client.close()
            return acknowledgements
        }

        /// Each node in turn: killed after a hundred transactions, started again after another hundred, and there again
        /// before the next one is killed. What triggers it is how far the clients are, never the time.
        private func killOneAfterTheOther(_ run: LocalRun, _ acknowledged: Acknowledged) async throws {
            var counts = acknowledged.counts.makeAsyncIterator()
            for (position, department) in run.departments.enumerated() {
                while let count = await counts.next(), count < 100 + 200 * position {}
                await run.nodes.kill(department)
                while let count = await counts.next(), count < 200 + 200 * position {}
                try Task.checkCancellation()
                try await run.nodes.start(department)
                let status = try await run.nodes.waitUntilUp(department)
                // Somebody else's height at the time: once past that, it takes part again.
                let other = run.departments[(position + 1) % run.departments.count]
                let target = try await run.nodes.status(of: other)?.height ?? status.height
                if let behind = target.previous {
                    _ = try await run.nodes.waitUntilHeight(of: department, passes: behind)
                }
            }
        }

        private func expectSameTables(_ ledger: LedgerContents, _ other: LedgerContents, of name: String) {
            #expect(ledger.tables.keys.sorted() == other.tables.keys.sorted())
            for (table, rows) in ledger.tables.sorted(by: { $0.key < $1.key }) {
                // Not the rows themselves: thousands would be printed.
                let isSame = rows == other.tables[table]
                #expect(isSame, "table \(table) of \(name) has \(rows.count) rows, and they differ")
            }
        }

        /// Every acknowledged transaction is on the ledger where its client was told, and its licence was issued once.
        private func expectOnce(
            _ acknowledgements: [Acknowledgement], in ledger: LedgerContents, suite: any CryptoSuite
        ) throws {
            var issued: [LicenceIdentifier: Int] = [:]
            for (transaction, outcome) in zip(ledger.transactions, ledger.outcomes) {
                #expect(transaction.body.identifier(suite: suite) == outcome.transaction)
                guard case .applied = outcome.status else { continue }
                for case .issue(let issue) in transaction.body.calls.compactMap(LicenceCall.init) {
                    issued[issue.particulars.identifier, default: 0] += 1
                }
            }
            #expect(ledger.transactions.count == ledger.outcomes.count)
            #expect(Set(ledger.outcomes.map(\.transaction)).count == ledger.outcomes.count)
            #expect(issued.count == acknowledgements.count)
            let outcomes = Dictionary(uniqueKeysWithValues: ledger.outcomes.map { ($0.transaction, $0) })
            for acknowledgement in acknowledgements {
                #expect(issued[acknowledgement.licence] == 1)
                #expect(outcomes[acknowledgement.outcome.transaction] == acknowledgement.outcome)
            }
        }
    }
}
