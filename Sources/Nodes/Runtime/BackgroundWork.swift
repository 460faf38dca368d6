/// Work that an actor starts and does not wait for, run as children of one task: it ends when the service ends, and no
/// error or task is lost out of sight.
package struct BackgroundWork: Sendable {
    private let stream: AsyncStream<@Sendable () async -> Void>
    private let continuation: AsyncStream<@Sendable () async -> Void>.Continuation

    package init() {
        // Whoever adds work bounds it: the engine has at most a fixed number of checks and fetches under way.
        (stream, continuation) = AsyncStream.makeStream()
    }

    /// Has `work` run beside all other work.
    package func add(_ work: @escaping @Sendable () async -> Void) {
        continuation.yield(work)
    }

    /// Runs whatever is added, until ``finish()``, or until the task is cancelled, which cancels what is under way.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for await work in stream {
                group.addTask { await work() }
            }
            group.cancelAll()
        }
    }

    /// Takes no more work and cancels what is under way.
    package func finish() {
        continuation.finish()
    }
}
