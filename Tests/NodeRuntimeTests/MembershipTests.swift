import Formats
import Identity
import Ledger
import LedgerTestKit
import Nodes
import Synchronization
import Testing

extension NodeRuntimeTests {
    /// What departments are promised when the validators change while the consortium works.
    @Suite struct MembershipTests {
        /// Besu #8425: adding a validator halted the chain.
        @Test func aFifthAndASixthNodeJoinUnderLoadAndVote() async throws {
            try await TestNetwork.with { network in
                try await network.start()
                let fifth = try network.addNode("second", of: 0)
                let sixth = try network.addNode("second", of: 1)
                let load = Load(try network.submitter(at: [2]))
                try await network.start([fifth, sixth])
                let everybody = [0, 1, 2, 3, fifth, sixth]
                try await network.change([try network.joining(fifth), try network.joining(sixth)])
                try await network.epoch(1, at: everybody)
                let count = load.count
                try await eventually("the load goes on") { load.count > count + 20 }
                // Of six validators five are a quorum: without one of the first, both of the new ones have to vote.
                try await network.stop(3)
                let outcome = try await network.submitter("late", of: 1, at: [fifth])
                    .submit([NotesContract.call("put", "late", [1])])
                try await load.end()
                try await network.agreement(of: [0, 1, 2, fifth, sixth], from: outcome.height)
                #expect(try await network.note("late", at: sixth) == [1])
            }
        }

        /// CCF #1485: a retired leader still took part.
        @Test func aNodeThatLeavesFollowsAndIsHeardNoMore() async throws {
            try await TestNetwork.with { network in
                try await network.start()
                let fifth = try network.addNode("second", of: 0)
                try await network.start([fifth])
                try await network.change([try network.joining(fifth)])
                try await network.epoch(1, at: [0, 1, 2, 3, fifth])
                let retired = try #require(MemberName(network.members[3]))
                try await network.change([.remove(retired)])
                let statuses = try await network.epoch(2, at: [0, 1, 2, 3, fifth])
                #expect(statuses[3].view == nil, "it does not vote in this epoch")
                #expect(!statuses[0].peers.map(\.member).contains(retired))
                // Of four validators three are a quorum: with one of them stopped, the retired one's vote would be
                // missed if it were needed, and it is not.
                try await network.stop(2)
                let outcome = try await network.submitter().submit([NotesContract.call("put", "after", [1])])
                try await network.agreement(of: [0, 1, 3, fifth], from: outcome.height)
                try await network.stop(1)
                let stopped = try await network.statuses([0])[0].height
                let late = Load(try network.submitter("late", of: 1, at: [0]))
                try await continually(for: .seconds(2), "two of four validators decide nothing, whoever has retired") {
                    try await network.statuses([0])[0].height == stopped
                }
                try await network.start([1])
                try await eventually("the third brings the chain on") { late.count > 0 }
                try await late.end()
            }
        }

        @Test func aNodeGoesOnWithItsNewKeyWhenTheEpochBegins() async throws {
            try await TestNetwork.with { network in
                let next = network.directory.path("next-identity")
                try network.issue(network.members[3], to: next, by: 3)
                network.adjustments[3] = { $0.nextIdentityPath = next }
                try await network.start()
                let identity = try IdentityDirectory(next).loadAll(suite: TestNetwork.suite).ledger
                try await network.change([.rotate(identity.certificate.der)])
                try await network.epoch(1, at: [0, 1, 2, 3])
                // Its vote is needed now.
                try await network.stop(2)
                let outcome = try await network.submitter().submit([NotesContract.call("put", "a", [1])])
                try await network.agreement(of: [0, 1, 3], from: outcome.height)
                // And it starts again with the new identity alone.
                try await network.stop(3)
                network.adjustments[3] = { $0.identityPath = next }
                try await network.start([3])
                let again = try await network.submitter().submit([NotesContract.call("put", "b", [1])])
                try await network.agreement(of: [0, 1, 3], from: again.height)
            }
        }

        @Test func anObserverHasEveryBlockAndNoVote() async throws {
            try await TestNetwork.with { network in
                try await network.start()
                let observer = try network.addNode("archive", of: 2, role: .observer)
                try await network.start([observer])
                try await network.change([try network.joining(observer)])
                let outcome = try await network.submitter().submit([NotesContract.call("put", "a", [1])])
                try await network.agreement(of: [0, 1, 2, 3, observer], from: outcome.height)
                #expect(try await network.note("a", at: observer) == [1])
                #expect(try await network.statuses([observer])[0].view == nil)
                // What is handed in at an observer is ordered by the validators.
                let handed = try await network.submitter("visitor", of: 2, at: [observer])
                    .submit([NotesContract.call("put", "b", [2])])
                try await network.agreement(of: [0, 1, 2, 3, observer], from: handed.height)
            }
        }

        @Test func membersAreTheSameAfterEverybodyStarted() async throws {
            try await TestNetwork.with { network in
                try await network.start()
                let fifth = try network.addNode("second", of: 0)
                try await network.start([fifth])
                try await network.change([try network.joining(fifth)])
                let everybody = [0, 1, 2, 3, fifth]
                try await network.epoch(1, at: everybody)
                try await network.stopAll()
                try await network.start(everybody)
                try await network.epoch(1, at: everybody)
                let outcome = try await network.submitter().submit([NotesContract.call("put", "a", [1])])
                try await network.agreement(of: everybody, from: outcome.height)
            }
        }
    }
}

extension TestNetwork {
    /// The operation by which a node that a test has added joins.
    func joining(_ index: Int) throws -> MembershipOperation {
        let identity = try IdentityDirectory(identityPath(index)).loadAll(suite: Self.suite).ledger
        return .add(
            MemberNode(
                certificate: identity.certificate.der,
                endpoint: NodeEndpoint(host: "127.0.0.1", port: ports[index])))
    }

    /// Has the departments' administrators decide on a change.
    func change(_ operations: [MembershipOperation]) async throws {
        let proposer = try administrator(of: 0)
        let outcome = try await proposer.submit([
            MembershipContract.proposal(MembershipProposalArguments(operations: operations))
        ])
        guard case .applied(_, let values) = outcome.status, let value = values.first else {
            throw UnexpectedOutcome()
        }
        let number = try ProposalStanding(derBytes: value, limit: value.count).number
        for department in 1...2 {
            try await administrator(of: department).submit([MembershipContract.approval(of: number)])
        }
    }

    private func administrator(of department: Int) throws -> Submitter {
        let identity = try identity("decider", of: department, role: .administrator)
        return Submitter(client: try client(identity, at: [0]), identity: identity)
    }

    /// Waits until the nodes are in an epoch.
    @discardableResult
    func epoch(_ number: UInt64, at indices: [Int]) async throws -> [NodeStatus] {
        var last: [NodeStatus] = []
        try await eventually("nodes \(indices) are in epoch \(number)") {
            last = try await self.statuses(indices)
            return last.allSatisfy { $0.epoch.rawValue == number }
        }
        return last
    }

    private struct UnexpectedOutcome: Error {}
}

/// One client that submits without pause.
private final class Load: Sendable {
    private let task: Task<Void, any Error>
    private let counter: Counter

    private final class Counter: Sendable {
        let count = Mutex(0)
    }

    init(_ submitter: Submitter) {
        let counter = Counter()
        self.counter = counter
        task = Task {
            while !Task.isCancelled {
                let number = counter.count.withLock { $0 }
                try await submitter.submit([NotesContract.call("put", "load-\(number)", [1])])
                counter.count.withLock { $0 += 1 }
            }
        }
    }

    /// How many transactions have taken effect.
    var count: Int { counter.count.withLock { $0 } }

    /// - Throws: whatever a submission ended with before.
    func end() async throws {
        task.cancel()
        do {
            try await task.value
        } catch is CancellationError {
            return
        } catch let error as TransactionUndecided {
            guard task.isCancelled else { throw error }
        }
    }
}
