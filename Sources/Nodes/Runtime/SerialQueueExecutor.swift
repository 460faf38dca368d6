import Dispatch

/// Runs an actor on a thread of its own queue instead of the shared pool.
///
/// The engine waits for the disk inside of its turn, because what was voted has to be durable before it is sent. On the
/// shared pool, which has as many threads as cores, that wait would hold up everybody else.
final class SerialQueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(label: String) {
        queue = DispatchQueue(label: label, qos: .userInitiated)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }

    /// Runs `action` on the executor after `delay`, unless it is cancelled before.
    func schedule(after delay: Duration, _ action: @escaping @Sendable () -> Void) -> ScheduledAction {
        let item = DispatchWorkItem(block: action)
        let (seconds, attoseconds) = delay.components
        let nanoseconds = Int(clamping: seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        queue.asyncAfter(deadline: .now() + .nanoseconds(nanoseconds), execute: item)
        return ScheduledAction(item: item)
    }

    /// Something that will run later, for whoever scheduled it: held and cancelled on the executor alone.
    struct ScheduledAction {
        fileprivate let item: DispatchWorkItem

        func cancel() { item.cancel() }
    }
}
