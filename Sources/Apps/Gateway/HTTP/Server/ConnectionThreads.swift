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
    let group: MultiThreadedEventLoopGroup

    /// Steps of `nice` below the process: where cores are short, one of these threads gets a tenth of what another
    /// does.
    private static let niceness: Int32 = 10

    /// Starts as many as there are cores.
    static func start() async throws -> ConnectionThreads {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
        #if os(Linux)
            #if canImport(Glibc)
                let ofProcess = __priority_which_t(PRIO_PROCESS.rawValue)
            #else
                let ofProcess = PRIO_PROCESS
            #endif
            for loop in group.makeIterator() {
                // Linux takes 0 for the calling thread alone (setpriority(2), "C library/kernel differences").
                try await loop.submit { _ = setpriority(ofProcess, 0, niceness) }.get()
            }
        #endif
        return ConnectionThreads(group: group)
    }

    /// Ends them, once there are no connections any more.
    func stop() async throws { try await group.shutdownGracefully() }
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
