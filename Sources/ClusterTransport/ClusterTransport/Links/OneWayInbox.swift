import Synchronization

/// The one-way messages of one inbound connection, carried out one after another in the order in which they came.
final class OneWayInbox: Sendable {
    typealias Work = @Sendable () async -> Void

    private struct Load {
        var count = 0
        var bytes = 0
        var isPaused = false
        var task: Task<Void, Never>?
        var isClosed = false
    }

    private let maximumCount: Int
    private let maximumBytes: Int
    private let load = Mutex(Load())
    private let work: AsyncStream<(Work, Int)>.Continuation
    private let stream: AsyncStream<(Work, Int)>
    /// Tells the connection's event loop that there is room again.
    private let resume: @Sendable () -> Void

    init(limits: TransportLimits, resume: @escaping @Sendable () -> Void) {
        maximumCount = limits.maximumPendingOneWays
        maximumBytes = limits.maximumPendingOneWayBytes
        self.resume = resume
        // Not bounded by the stream, which could only drop: the connection is not read while ``add(bytes:_:)`` says so.
        (stream, work) = AsyncStream.makeStream(of: (Work, Int).self)
    }

    /// Adds a message of `bytes`.
    /// - Returns: whether the connection may be read on; `false` until `resume` is called.
    func add(bytes: Int, _ message: @escaping Work) -> Bool {
        let mayContinue = load.withLock { load in
            load.count += 1
            load.bytes += bytes
            load.isPaused = load.count >= maximumCount || load.bytes >= maximumBytes
            if load.task == nil, !load.isClosed { load.task = Task { await self.run() } }
            return !load.isPaused
        }
        work.yield((message, bytes))
        return mayContinue
    }

    /// No more messages come; those that came are still carried out.
    func finish() { work.finish() }

    /// Gives up what was not carried out.
    func cancel() {
        work.finish()
        let task = load.withLock { load in
            load.isClosed = true
            return load.task
        }
        task?.cancel()
    }

    private func run() async {
        for await (message, bytes) in stream {
            await message()
            let resumes = load.withLock { load in
                load.count -= 1
                load.bytes -= bytes
                // Half empty before reading goes on, so that a busy connection does not stop and go at each message.
                guard load.isPaused, load.count <= maximumCount / 2, load.bytes <= maximumBytes / 2 else {
                    return false
                }
                load.isPaused = false
                return true
            }
            if resumes { resume() }
        }
    }
}
