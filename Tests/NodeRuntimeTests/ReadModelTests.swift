import Formats
import Foundation
import Identity
import Ledger
import LedgerTestKit
import Logging
import Nodes
import Synchronization
import Testing

extension NodeRuntimeTests {
    /// The read model keeps up with the node, and never holds it up.
    @Suite struct ReadModelTests {
        private func count(_ network: TestNetwork, _ sql: String) async throws -> SQLAnswer {
            let path = try await network.configuration(0).dataPath
            return try await ReadModelFile(dataPath: path).ask(sql, limits: SQLLimits())
        }

        @Test func theModelOfARunningNodeFollowsItsLedger() async throws {
            try await TestNetwork.with { network in
                try await network.start()
                let submitter = try network.submitter()
                var last: Outcome?
                for step in 0..<3 { last = try await submitter.submit([NotesContract.call("put", "\(step)", [1])]) }
                let outcome = try #require(last)
                let sql = "SELECT count(*) FROM outcomes WHERE status = 'applied' AND height <= \(outcome.height)"
                try await eventually("the model has the last outcome") {
                    let answer = try await self.count(network, sql)
                    // Registered with the first, or before it.
                    return answer.height >= outcome.height && answer.rows[0][0] == .integer(3)
                        || answer.rows[0][0] == .integer(4)
                }
            }
        }

        @Test func aModelThatIsLostIsMadeAnewWhenTheNodeStarts() async throws {
            try await TestNetwork.with { network in
                try await network.start()
                let outcome = try await network.submitter().submit([NotesContract.call("put", "a", [1])])
                try await network.agreement(from: outcome.height)
                try await network.stop(0)
                let path = "\(try await network.configuration(0).dataPath)/read-model.sqlite"
                #expect(FileManager.default.fileExists(atPath: path))
                try Data("damaged".utf8).write(to: URL(fileURLWithPath: path))
                try await network.start([0])
                try await eventually("the model is whole again") {
                    let answer = try? await self.count(network, "SELECT count(*) FROM blocks")
                    return answer.map { $0.height >= outcome.height } == true
                }
            }
        }

        @Test func theFollowerWakesWithCommitsAndEndsWithItsTask() async throws {
            let chain = try Chain()
            let commits = Signal<Void>()
            let follower = ReadModelFollower(chain.model, source: chain.ledger, logger: TestNetwork.logger)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await follower.run(commits.stream) }
                for count in 1...4 {
                    try await chain.append()
                    commits.send(())
                    try await eventually("height \(count) is in the model") {
                        chain.model.position.height == Height(rawValue: UInt64(count))
                    }
                }
                group.cancelAll()
            }
            #expect(chain.model.position.height == Height(rawValue: 4))
        }

        @Test func whereTheLedgerCannotBeReadTheFollowerWaitsForTheNextBlock() async throws {
            let chain = try Chain()
            try await chain.append()
            let commits = Signal<Void>()
            let source = FailingOnce(ledger: chain.ledger)
            let follower = ReadModelFollower(chain.model, source: source, logger: TestNetwork.logger)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await follower.run(commits.stream) }
                try await eventually("the first attempt fails") { source.hasFailed }
                #expect(chain.model.position.height == .zero)
                commits.send(())
                try await eventually("the second succeeds") { chain.model.position.height == Height(rawValue: 1) }
                group.cancelAll()
            }
        }

        /// A ledger that grows by empty blocks, and its model.
        private final class Chain: Sendable {
            let directory: TemporaryDirectory
            let ledger: ChannelLedger
            let model: ReadModel
            private let chain: Mutex<TestChain>

            init() throws {
                let consortium = try TestConsortium()
                directory = try TemporaryDirectory()
                ledger = try ChannelLedger(
                    path: directory.path("ledger.sqlite"), genesis: consortium.genesis,
                    contracts: try Contracts([NotesContract()]))
                model = try ReadModel(
                    path: directory.path("read-model.sqlite"), genesis: consortium.genesis, projections: [])
                chain = Mutex(try TestChain(consortium))
            }

            func append() async throws {
                let block = try chain.withLock { try $0.append() }
                try await ledger.execute([block])
            }
        }

        /// A ledger that is busy when it is first asked.
        private final class FailingOnce: ReadModelSource {
            private let ledger: ChannelLedger
            private let failed = Mutex(false)

            var hasFailed: Bool { failed.withLock { $0 } }

            init(ledger: ChannelLedger) { self.ledger = ledger }

            func followableHeights() async throws(LedgerError) -> (first: Height, last: ReadModelPosition) {
                let isFirst = failed.withLock { failed in
                    defer { failed = true }
                    return !failed
                }
                guard !isFirst else { throw LedgerError(.busy, "the ledger is busy") }
                return try await ledger.followableHeights()
            }

            func followedBlocks(
                from first: Height,
                limit: Int,
                maximumBytes: Int
            ) async throws(LedgerError) -> [FollowedBlock] {
                try await ledger.followedBlocks(from: first, limit: limit, maximumBytes: maximumBytes)
            }

            func currentValues(
                after number: Int64,
                limit: Int
            ) async throws(LedgerError) -> (entries: [StateChange], last: Int64) {
                try await ledger.currentValues(after: number, limit: limit)
            }
        }
    }
}
