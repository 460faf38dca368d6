import Formats
import LedgerTestKit
import Nodes
import Testing

extension NodeRuntimeTests {
    /// What submitters are promised while every node is there.
    @Suite struct AgreementTests {
        @Test func aSubmissionIsAppliedAndAllNodesAgree() async throws {
            try await TestNetwork.with { network in
                try await network.start()
                let outcome = try await network.submitter().submit([NotesContract.call("put", "a", [1])])
                let status = try await network.agreement(from: outcome.height)
                #expect(status.height >= outcome.height)
                #expect(status.pendingTransactions == 0)
                for index in 0..<4 {
                    #expect(try await network.note("a", at: index) == [1])
                }
            }
        }

        @Test func manyClientsAtAllNodesAreServedAtOnce() async throws {
            try await TestNetwork.with { network in
                try await network.start()
                let submitters = try (0..<4).map { try network.submitter("counter", of: $0, at: [$0]) }
                let outcomes = try await withThrowingTaskGroup(of: [Outcome].self) { group in
                    for (index, submitter) in submitters.enumerated() {
                        group.addTask {
                            var outcomes: [Outcome] = []
                            for step in 0..<10 {
                                outcomes.append(
                                    try await submitter.submit([NotesContract.call("put", "\(index)-\(step)", [1])]))
                            }
                            return outcomes
                        }
                    }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                #expect(Set(outcomes.map(\.transaction)).count == 40)
                try await network.agreement(from: outcomes.map(\.height).max() ?? .zero)
            }
        }

        @Test func aTransactionHandedInAtTwoNodesTakesEffectOnce() async throws {
            try await TestNetwork.with { network in
                try await network.start()
                let identity = try network.identity("counter", of: 0)
                let one = Submitter(client: try network.client(identity, at: [0]), identity: identity)
                let two = Submitter(client: try network.client(identity, at: [1]), identity: identity)
                try await one.register()
                try await two.register()
                let calls = [NotesContract.call("append", "trail", [7])]
                let key = IdempotencyKey(content: calls, suite: TestNetwork.suite)
                async let first = one.submit(calls, key: key)
                async let second = two.submit(calls, key: key)
                let outcomes = try await (first, second)
                #expect(outcomes.0.derBytes == outcomes.1.derBytes)
                try await network.agreement(from: outcomes.0.height)
                let again = try await two.submit(calls, key: key)
                #expect(again.derBytes == outcomes.0.derBytes)
                #expect(try await network.note("trail", at: 2, query: "trail") == [7])
            }
        }

        @Test func anIdleChainRestsWithItsLastResultsSealed() async throws {
            try await TestNetwork.with { network in
                try await network.start()
                let submitter = try network.submitter()
                let outcome = try await submitter.submit([NotesContract.call("put", "a", [1])])
                let receipt = try await submitter.client.sealedReceipt(for: outcome.transaction)
                #expect(try receipt.verify(against: network.genesis).transaction?.identifier == outcome.transaction)
                try await eventually("all nodes rest") {
                    try await network.statuses().allSatisfy { !$0.isActive }
                }
                let rest = try await network.agreement()
                try await continually(for: .milliseconds(1_500), "an idle chain turns no views") {
                    try await network.statuses().allSatisfy { $0.view == rest.view && $0.height == rest.height }
                }
            }
        }

        @Test func aReceiptThatIsAskedForAtOnceComesOrIsNotSealedYet() async throws {
            try await TestNetwork.with { network in
                try await network.start()
                let submitter = try network.submitter()
                let outcome = try await submitter.submit([NotesContract.call("put", "a", [1])])
                do {
                    let receipt = try await submitter.client.receipt(for: outcome.transaction)
                    #expect(try receipt.verify(against: network.genesis).transaction?.identifier == outcome.transaction)
                } catch let error as NodeError {
                    #expect(error.code == .notSealedYet)
                }
            }
        }
    }
}
