import Synchronization

/// Work that an actor starts and does not wait for: it ends when the service ends, and no task is lost out of sight.
package final class BackgroundWork: Sendable {
    private struct State {
        /// What is under way.
        var tasks: [UInt64: Task<Void, Never>] = [:]
        var lastNumber: UInt64 = 0
        var isFinished = false
    }

    private let state = Mutex(State())
    private let end: AsyncStream<Void>
    private let endContinuation: AsyncStream<Void>.Continuation

    package init() {
        (end, endContinuation) = AsyncStream.makeStream()
    }

    /// Has `work` run beside all other work. Whoever adds work bounds it: the engine has at most a fixed number of
    /// checks and fetches under way.
    package func add(_ work: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            guard !state.isFinished else { return }
            state.lastNumber += 1
            let number = state.lastNumber
            // It cannot end before it is in the list, because the lock is held until then.
            state.tasks[number] = Task {
                await work()
                self.forget(number)
            }
        }
    }

    /// Waits until ``finish()``, or until the task is cancelled; then cancels what is under way and waits for its end.
    package func run() async {
        for await _ in end {}
        finish()
        for task in state.withLock({ Array($0.tasks.values) }) { await task.value }
    }

    /// Takes no more work and cancels what is under way.
    package func finish() {
        let tasks = state.withLock { state in
            state.isFinished = true
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
        endContinuation.finish()
    }

    private func forget(_ number: UInt64) {
        state.withLock { $0.tasks[number] = nil }
    }
}
