import HummingbirdCore
import Logging
package import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The threads of connections: TLS, requests and their answers of one connection are all done on one of them.
///
/// They are apart from the threads that the node's own work shares, and below them: votes and blocks do not queue
/// behind readers, of whom there is no end.
struct ConnectionThreads: Sendable {
    /// As many as there are cores, for as long as the process lasts: what is left of a server's end is told on them,
    /// and nobody says when that was all.
    static let group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)

    /// Whether they are below the node's own work: that takes the right to raise a thread's priority (CAP_SYS_NICE).
    let areBelow: Bool

    /// Steps of `nice` below the process: where cores are short, one of these threads gets a tenth of what another
    /// does.
    private static let niceness: Int32 = 10
    /// What Dispatch gives its most urgent workers.
    private static let urgentNiceness: Int32 = -4

    /// Makes them ready to serve.
    static func prepare() async throws -> ConnectionThreads {
        var areBelow = true
        for loop in group.makeIterator() {
            let isBelow = try await loop.submit { lower() }.get()
            areBelow = areBelow && isBelow
        }
        return ConnectionThreads(areBelow: areBelow)
    }

    /// Lowers the calling thread, where that does not lower others for good.
    ///
    /// A worker of Dispatch that is made for work from this thread begins with this thread's niceness, and may do work
    /// of the node later. Dispatch gives it its own then; where that is not allowed, all stay as they are.
    /// - Returns: whether it is below the others now.
    private static func lower() -> Bool {
        #if os(Linux)
            #if canImport(Glibc)
                let ofProcess = __priority_which_t(PRIO_PROCESS.rawValue)
            #else
                let ofProcess = PRIO_PROCESS
            #endif
            // Linux takes 0 for the calling thread alone (setpriority(2), "C library/kernel differences").
            return setpriority(ofProcess, 0, urgentNiceness) == 0 && setpriority(ofProcess, 0, niceness) == 0
        #else
            return false
        #endif
    }
}

/// Runs tasks on the thread of an event loop.
package final class EventLoopTaskExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    package init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// Connections whose requests are carried out on the connection's own thread.
struct PinnedChannel: ServerChildChannel {
    let base: HTTP1Channel

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        base.setup(channel: channel, logger: logger)
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await withTaskExecutorPreference(EventLoopTaskExecutor(value.channel.eventLoop)) {
            await base.handle(value: value, logger: logger)
        }
    }
}
