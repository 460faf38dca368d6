import Gateway
import NIOCore
import NIOPosix
import Testing

@Suite("Threads of connections")
struct ConnectionThreadsTests {
    private let loop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()

    private func isOnLoop() async -> Bool { loop.inEventLoop }

    @Test("A task stays on its event loop, whatever it waits for, and its children do")
    func staying() async throws {
        let executor = EventLoopTaskExecutor(loop)
        let task = Task(executorPreference: executor) {
            let first = await isOnLoop()
            await Task.yield()
            let second = await isOnLoop()
            async let child = isOnLoop()
            let slept = try await loop.next().submit { true }.get()
            return [first, second, await child, slept, await isOnLoop()]
        }
        #expect(try await task.value == [true, true, true, true, true])
    }

    @Test("What has a place of its own leaves the event loop, and comes back")
    func leaving() async {
        let task = Task(executorPreference: EventLoopTaskExecutor(loop)) {
            let elsewhere = await withTaskExecutorPreference(globalConcurrentExecutor) { await isOnLoop() }
            return [elsewhere, await isOnLoop()]
        }
        #expect(await task.value == [false, true])
    }
}
