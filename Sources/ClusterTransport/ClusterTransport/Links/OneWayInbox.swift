import DequeModule
import Synchronization

/// The one-way messages of one inbound connection, carried out one after another in the order in which they came.
///
/// One task carries out whatever is there and ends when nothing is left; the next message begins another. So a
/// connection that is silent costs nothing, and one that is busy no more than its messages.
final class OneWayInbox: Sendable {
    typealias Work = @Sendable () async -> Void

    private struct State {
        var messages: Deque<(work: Work, bytes: Int)> = []
        /// Messages that were not carried out to their end yet, and their bytes.
        var count = 0
        var bytes = 0
        var isPaused = false
        var isRunning = false
        var isClosed = false
        /// What carries out, or did last.
        var task: Task<Void, Never>?
    }

    private let maximumCount: Int
    private let maximumBytes: Int
    /// Where messages are carried out; `nil` for the shared pool.
    private let executor: EventLoopTaskExecutor?
    private let state = Mutex(State())
    /// Tells the connection's event loop that there is room again.
    private let resume: @Sendable () -> Void

    init(limits: TransportLimits, executor: EventLoopTaskExecutor? = nil, resume: @escaping @Sendable () -> Void) {
        maximumCount = limits.maximumPendingOneWays
        maximumBytes = limits.maximumPendingOneWayBytes
        self.executor = executor
        self.resume = resume
    }

    /// Adds a message of `bytes`.
    /// - Returns: whether the connection may be read on; `false` until `resume` is called.
    func add(bytes: Int, _ message: @escaping Work) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return true }
            state.messages.append((message, bytes))
            state.count += 1
            state.bytes += bytes
            state.isPaused = state.count >= maximumCount || state.bytes >= maximumBytes
            if !state.isRunning {
                state.isRunning = true
                state.task = Task(executorPreference: executor) { await self.run() }
            }
            return !state.isPaused
        }
    }

    /// No more messages come; those that came are still carried out.
    func finish() { state.withLock { $0.isClosed = true } }

    /// Gives up what was not carried out.
    func cancel() {
        let task = state.withLock { state in
            state.isClosed = true
            state.messages = []
            return state.task
        }
        task?.cancel()
    }

    private func run() async {
        while let (work, bytes) = next() {
            await work()
            if isRoomAgain(without: bytes) { resume() }
        }
    }

    private func next() -> (work: Work, bytes: Int)? {
        state.withLock { state in
            guard let message = state.messages.popFirst() else {
                state.isRunning = false
                return nil
            }
            return message
        }
    }

    private func isRoomAgain(without bytes: Int) -> Bool {
        state.withLock { state in
            state.count -= 1
            state.bytes -= bytes
            // Half empty before reading goes on, so that a busy connection does not stop and go at each message.
            guard state.isPaused, state.count <= maximumCount / 2, state.bytes <= maximumBytes / 2 else { return false }
            state.isPaused = false
            return true
        }
    }
}
