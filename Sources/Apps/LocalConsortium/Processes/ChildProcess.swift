import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One process that this one has started: it can be signalled and waited for, by any number of tasks, and is reaped as
/// soon as it ends.
///
/// Its output goes to files, never to pipes: a pipe that nobody empties stops the program that writes to it.
package final class ChildProcess: Sendable {
    /// How a process ended.
    package enum Ending: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)
    }

    private struct State {
        var ending: Ending?
        var waiters: [CheckedContinuation<Ending, Never>] = []
    }

    private let process: Process
    private let state: Mutex<State>

    /// The number by which the system knows it, and the only handle by which it is ever ended.
    package let identifier: Int32

    /// Starts the program at `path`, without standard input.
    /// - Parameters:
    ///   - environment: all of the child's environment.
    ///   - output: where standard output goes.
    ///   - errors: where standard error goes.
    /// - Throws: ``LocalConsortiumError`` with code `cannotStart`.
    init(
        _ path: String,
        arguments: [String],
        environment: [String: String],
        output: FileHandle,
        errors: FileHandle
    ) throws(LocalConsortiumError) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        // The handler may run before this initialiser has ended, so it must not need `self`.
        let relay = EndingRelay()
        process.terminationHandler = { relay.deliver(Ending(of: $0)) }
        do {
            try process.run()
        } catch {
            throw LocalConsortiumError(.cannotStart, "\(path) cannot be started: \(error.localizedDescription)")
        }
        self.process = process
        identifier = process.processIdentifier
        state = Mutex(State())
        relay.connect { [weak self] in self?.finish($0) }
    }

    /// How it ended; `nil` while it runs.
    package var ending: Ending? { state.withLock(\.ending) }

    /// Waits for its end. Cancelling the task does not shorten the wait: whoever wants the end sooner brings it about.
    package func waitForEnd() async -> Ending {
        await withCheckedContinuation { continuation in
            let ending = state.withLock { state -> Ending? in
                if state.ending == nil { state.waiters.append(continuation) }
                return state.ending
            }
            if let ending { continuation.resume(returning: ending) }
        }
    }

    /// Sends a signal, as long as it runs.
    package func send(signal: Int32) {
        // Foundation reaps the child: once it has, the number may belong to somebody else.
        guard ending == nil, process.isRunning else { return }
        kill(identifier, signal)
    }

    /// Asks it to end (SIGTERM), and ends it (SIGKILL) where it has not within `grace`.
    @discardableResult
    package func stop(within grace: Duration, clock: some Clock<Duration>) async -> Ending {
        send(signal: SIGTERM)
        return await waitForEnd(within: grace, clock: clock)
    }

    /// Waits for its end, and ends it (SIGKILL) where that has not come within `limit` or the task is cancelled.
    @discardableResult
    package func waitForEnd(within limit: Duration, clock: some Clock<Duration>) async -> Ending {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Cut short when the child has ended, or by the caller's cancellation: either way nothing is to wait
                // for any more.
                try? await clock.sleep(for: limit)
                self.send(signal: SIGKILL)
            }
            let ending = await waitForEnd()
            group.cancelAll()
            return ending
        }
    }

    private func finish(_ ending: Ending) {
        let waiters = state.withLock { state in
            state.ending = ending
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: ending) }
    }
}

extension ChildProcess.Ending {
    fileprivate init(of process: Process) {
        self =
            process.terminationReason == .uncaughtSignal
            ? .signalled(process.terminationStatus) : .exited(process.terminationStatus)
    }
}

/// Hands the end of a process on to whoever is connected, whichever of the two comes first.
private final class EndingRelay: Sendable {
    private struct State {
        var ending: ChildProcess.Ending?
        var receiver: (@Sendable (ChildProcess.Ending) -> Void)?
    }

    private let state = Mutex(State())

    func deliver(_ ending: ChildProcess.Ending) {
        let receiver = state.withLock { state in
            state.ending = ending
            return state.receiver
        }
        receiver?(ending)
    }

    func connect(_ receiver: @escaping @Sendable (ChildProcess.Ending) -> Void) {
        let ending = state.withLock { state in
            state.receiver = receiver
            return state.ending
        }
        if let ending { receiver(ending) }
    }
}
