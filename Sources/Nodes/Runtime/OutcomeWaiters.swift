package import Formats
import Synchronization

/// Whoever waits for the outcome of a transaction.
///
/// Bounded: each waiter is a call of a client, and the transport bounds those. A waiter is answered once: with the
/// outcome, with the reason why none will come, or by its own cancellation, which its deadline brings.
package final class OutcomeWaiters: Sendable {
    private struct Waiter {
        let number: UInt64
        let continuation: CheckedContinuation<Outcome, any Error>
    }

    private struct State {
        var waiters: [TransactionIdentifier: [Waiter]] = [:]
        var nextNumber: UInt64 = 0
        /// Why nothing will come any more, once that is so.
        var end: (any Error)?
    }

    private let state = Mutex(State())

    package init() {}

    /// Waits for the outcome of a transaction.
    /// - Parameter start: called once the wait is in place, so that no outcome is missed; it must not wait itself.
    package func outcome(of transaction: TransactionIdentifier, start: () -> Void) async throws -> Outcome {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let end = state.withLock { state in
                    if state.end == nil {
                        let waiter = Waiter(number: number, continuation: continuation)
                        state.waiters[transaction, default: []].append(waiter)
                    }
                    return state.end
                }
                // A cancellation before this point found nobody to tell.
                if let end {
                    continuation.resume(throwing: end)
                } else if Task.isCancelled {
                    cancel(transaction, number: number)
                } else {
                    start()
                }
            }
        } onCancel: {
            cancel(transaction, number: number)
        }
    }

    /// Answers everybody who waits for `outcome`.
    package func resolve(_ outcome: Outcome) {
        for waiter in remove(outcome.transaction) {
            waiter.continuation.resume(returning: outcome)
        }
    }

    /// Tells everybody who waits for a transaction that nothing will come.
    package func fail(_ transaction: TransactionIdentifier, with error: any Error) {
        for waiter in remove(transaction) {
            waiter.continuation.resume(throwing: error)
        }
    }

    /// Tells everybody, and whoever comes later, that nothing will come, because the node stops.
    package func end(with error: any Error) {
        let waiters = state.withLock { state in
            state.end = state.end ?? error
            defer { state.waiters.removeAll() }
            return state.waiters.values.flatMap { $0 }
        }
        for waiter in waiters {
            waiter.continuation.resume(throwing: error)
        }
    }

    private func remove(_ transaction: TransactionIdentifier) -> [Waiter] {
        state.withLock { $0.waiters.removeValue(forKey: transaction) ?? [] }
    }

    private func cancel(_ transaction: TransactionIdentifier, number: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            guard var waiters = state.waiters[transaction],
                let position = waiters.firstIndex(where: { $0.number == number })
            else { return nil }
            let waiter = waiters.remove(at: position)
            state.waiters[transaction] = waiters.isEmpty ? nil : waiters
            return waiter
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }
}
