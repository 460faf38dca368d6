import NIOCore

/// Runs the tasks of a connection's messages on the connection's own event loop: what comes from the network is then
/// handled without waking another thread first.
///
/// It is for the consensus lane, whose handlers parse, check a signature or two, and hand on. What takes longer is
/// handed to other threads by whoever does it.
final class EventLoopTaskExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
