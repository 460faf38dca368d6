import Formats
import Identity
import Nodes
import Synchronization
import Testing

@Suite struct OutcomeWaitersTests {
    private let waiters = OutcomeWaiters()

    private func outcome(_ byte: UInt8) -> Outcome {
        let identifier = TransactionIdentifier(P256Suite().digest(of: [byte]))
        return Outcome(
            transaction: identifier, height: Height(rawValue: 1), index: 0,
            status: .applied(events: [], returnValues: []))
    }

    @Test func everyWaiterOfATransactionHasItsOutcome() async throws {
        let expected = outcome(1)
        let started = Counter()
        let outcomes = try await withThrowingTaskGroup(of: Outcome.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    try await waiters.outcome(of: expected.transaction) {
                        // The last of them to wait brings the outcome about.
                        if started.next() == 3 { waiters.resolve(expected) }
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes == [expected, expected, expected])
    }

    @Test func anOutcomeGoesToNobodyElse() async throws {
        let (one, two) = (outcome(1), outcome(2))
        let answer = try await waiters.outcome(of: one.transaction) {
            waiters.resolve(two)
            waiters.fail(two.transaction, with: NodeError(.expired, "another transaction"))
            waiters.resolve(one)
            // Nobody waits any more.
            waiters.resolve(one)
        }
        #expect(answer == one)
    }

    @Test func aFailureIsThrown() async {
        let expected = outcome(1)
        let error = await thrown(NodeError.self) {
            try await waiters.outcome(of: expected.transaction) {
                waiters.fail(expected.transaction, with: NodeError(.overloaded, "too much waits"))
            }
        }
        #expect(error?.code == .overloaded)
    }

    @Test func aCancelledWaiterIsAnsweredAndTheOthersWaitOn() async throws {
        let expected = outcome(1)
        let (places, continuation) = AsyncStream.makeStream(of: Void.self)
        let wait: @Sendable () async throws -> Outcome = {
            try await waiters.outcome(of: expected.transaction) { continuation.yield() }
        }
        let first = Task { try await wait() }
        let second = Task { try await wait() }
        var arrivals = places.makeAsyncIterator()
        await arrivals.next()
        await arrivals.next()
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        waiters.resolve(expected)
        #expect(try await second.value == expected)
    }

    @Test func whoIsCancelledBeforeItWaitsStartsNothing() async {
        let expected = outcome(1)
        let started = Counter()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await waiters.outcome(of: expected.transaction) { _ = started.next() }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(started.next() == 1)
    }

    @Test func theEndIsToldToWhoeverWaitsAndWhoeverComesLater() async {
        let expected = outcome(1)
        for _ in 0..<2 {
            let error = await thrown(NodeError.self) {
                try await waiters.outcome(of: expected.transaction) {
                    waiters.end(with: NodeError(.unavailable, "the node stops"))
                }
            }
            #expect(error?.code == .unavailable)
        }
    }
}

/// Counts from 1.
final class Counter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
