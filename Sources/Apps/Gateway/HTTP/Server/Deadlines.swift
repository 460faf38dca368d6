import Synchronization

/// By when the parts of requests have to be done: what is late is cancelled.
///
/// One task looks through all of them every second. A sleeping task for each request would leave its timer behind for
/// as long as the deadline was ahead, however soon the request was answered. So a deadline is up to a second longer
/// than it says.
package final class Deadlines: Sendable {
    private struct Entry {
        /// The tick with which it is late.
        let due: Int64
        let cancel: @Sendable () -> Void
    }

    private struct State {
        var tick: Int64 = 0
        var lastNumber: UInt64 = 0
        /// As many as requests that may be under way, twice.
        var entries: [UInt64: Entry] = [:]
    }

    private static let tick = Duration.seconds(1)
    private let state = Mutex(State())

    package init() {}

    /// How many parts of requests are under way.
    package var count: Int { state.withLock { $0.entries.count } }

    /// Cancels what is late, until the task is cancelled.
    package func run(on clock: any Clock<Duration>) async {
        while !Task.isCancelled {
            do {
                try await clock.sleep(for: Self.tick)
            } catch {
                return
            }
            advance()
        }
    }

    /// Lets a second pass.
    package func advance() {
        let late = state.withLock { state in
            state.tick += 1
            let late = state.entries.filter { $0.value.due <= state.tick }
            for number in late.keys { state.entries[number] = nil }
            return late.values.map(\.cancel)
        }
        for cancel in late { cancel() }
    }

    /// Does `body`, but not longer than `limit` and a second: what is late is cancelled.
    /// - Parameter executor: where; `nil` for the threads that everybody shares.
    /// - Throws: `expired`, or what `body` throws.
    package func within<Value: Sendable>(
        _ limit: Duration, expired: Problem, on executor: (any TaskExecutor)? = nil,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task(executorPreference: executor) { try await body() }
        let number = enter(limit, cancel: task.cancel)
        let result = await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            task.cancel()
        }
        let isInTime = leave(number)
        if case .failure = result, !isInTime { throw expired }
        return try result.get()
    }

    private func enter(_ limit: Duration, cancel: @escaping @Sendable () -> Void) -> UInt64 {
        state.withLock { state in
            state.lastNumber += 1
            // The second that is under way does not count.
            let due = state.tick + limit.components.seconds + 1
            state.entries[state.lastNumber] = Entry(due: due, cancel: cancel)
            return state.lastNumber
        }
    }

    /// - Returns: whether it was in time.
    private func leave(_ number: UInt64) -> Bool {
        state.withLock { $0.entries.removeValue(forKey: number) != nil }
    }
}
