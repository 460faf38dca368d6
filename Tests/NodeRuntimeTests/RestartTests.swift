import Formats
import Foundation
import LedgerTestKit
import Nodes
import Testing

extension NodeRuntimeTests {
    /// What is promised when nodes stop and come back.
    @Suite struct RestartTests {
        @Test func theOthersGoOnWithoutOneNodeWhichCatchesUpWhenItIsBack() async throws {
            try await TestNetwork.with { network in
                try await network.start()
                let submitter = try network.submitter(at: [0, 1, 2])
                try await submitter.submit([NotesContract.call("put", "before", [1])])
                try await network.agreement()
                try await network.stop(3)
                var last: Outcome?
                for step in 0..<5 {
                    last = try await submitter.submit([NotesContract.call("put", "without-\(step)", [2])])
                }
                let height = try #require(last).height
                try await network.agreement(of: [0, 1, 2], from: height)
                try await network.start([3])
                try await network.agreement(from: height)
                #expect(try await network.note("without-4", at: 3) == [2])
            }
        }

        @Test func nothingAcknowledgedIsLostWhenAllNodesStop() async throws {
            try await TestNetwork.with { network in
                try await network.start()
                let submitter = try network.submitter(at: [0, 1])
                let outcome = try await submitter.submit([NotesContract.call("put", "a", [1])])
                try await network.stopAll()
                try await network.start()
                let status = try await network.agreement(from: outcome.height)
                for index in 0..<4 {
                    #expect(try await network.note("a", at: index) == [1])
                }
                let next = try await submitter.submit([NotesContract.call("put", "b", [2])])
                #expect(next.height > outcome.height)
                #expect(next.height > status.height)
                try await network.agreement(from: next.height)
                let receipt = try await submitter.client.sealedReceipt(for: outcome.transaction)
                #expect(try receipt.verify(against: network.genesis).transaction?.height == outcome.height)
            }
        }

        @Test func aNodeThatHasLostItsDataCatchesUpAndVotesAgain() async throws {
            try await TestNetwork.with { network in
                try await network.start()
                let submitter = try network.submitter(at: [0])
                let before = try await submitter.submit([NotesContract.call("put", "a", [1])])
                try await network.agreement(from: before.height)
                try await network.stop(3)
                try FileManager.default.removeItem(atPath: network.nodePath(3))
                try network.setUp(3, isRejoining: true)
                try await network.start([3])
                try await network.agreement(from: before.height)
                #expect(try await network.note("a", at: 3) == [1])
                // It is silent in the views in which it may have voted before it lost its votes.
                for step in 0..<3 {
                    try await submitter.submit([NotesContract.call("put", "silent-\(step)", [1])])
                }
                try await network.agreement()
                // With one more gone, nothing becomes final without its votes.
                try await network.stop(2)
                let after = try await submitter.submit([NotesContract.call("put", "b", [2])])
                try await network.agreement(of: [0, 1, 3], from: after.height)
            }
        }

        @Test func aClientGoesOnWithAnotherNodeWhenItsOwnStops() async throws {
            try await TestNetwork.with { network in
                try await network.start()
                let submitter = try network.submitter(at: [3, 1])
                try await submitter.submit([NotesContract.call("put", "a", [1])])
                try await network.stop(3)
                let outcome = try await submitter.submit([NotesContract.call("put", "b", [2])])
                try await network.agreement(of: [0, 1, 2], from: outcome.height)
            }
        }

        /// Once, one validator could stop all the others so: each had the transaction waiting, and asked no ledger.
        @Test func whatAValidatorOffersAgainTakesNoEffectTwice() async throws {
            try await TestNetwork.with { network in
                try await network.start([0, 1, 2])
                let identity = try network.identity("counter", of: 0)
                let client = try network.client(identity, at: [0, 1])
                try await Submitter(client: client, identity: identity).register()
                let lastValid = Height(rawValue: 1_000)
                let old = try network.transaction(
                    [NotesContract.call("append", "trail", [7])], by: identity, lastValidHeight: lastValid)
                _ = try await client.submit(old)
                // What was executed last is forgotten with a restart.
                for index in 0..<3 { try await network.stop(index) }
                try await network.start([0, 1, 2])
                let fresh = try network.transaction(
                    [NotesContract.call("append", "trail", [8])], by: identity, lastValidHeight: lastValid)
                try await network.offer([old, fresh], to: [0, 1, 2], as: 3) {
                    try await eventually("what is new takes effect") {
                        try await network.note("trail", at: 0, query: "trail") == [7, 8]
                    }
                }
                try await Submitter(client: client, identity: identity).submit([NotesContract.call("put", "a", [1])])
                try await eventually("nothing waits") {
                    try await network.statuses([0, 1, 2]).allSatisfy { $0.pendingTransactions == 0 }
                }
                #expect(try await network.note("trail", at: 0, query: "trail") == [7, 8])
            }
        }

        @Test func aNodeStopsGracefullyWhileSubmissionsAreUnderWay() async throws {
            try await TestNetwork.with { network in
                try await network.start([0, 1])
                // Two of four decide nothing: the submission waits until its node stops.
                let identity = try network.identity("counter", of: 0)
                let client = try network.client(identity, at: [0])
                let transaction = try network.registration(of: identity)
                async let refusal = thrown(LedgerClientError.self) { try await client.submit(transaction) }
                try await eventually("the transaction waits at both nodes") {
                    try await network.statuses([0, 1]).allSatisfy { $0.pendingTransactions == 1 }
                }
                try await network.stop(0)
                #expect(await refusal?.code == .unreachable)
            }
        }
    }
}
