public import Formats
import Synchronization

/// The height that a node has executed, for whoever waits for the next block.
///
/// Nobody asks again and again: whoever waits is woken by the block itself. Bounded: of more than
/// ``maximumWaiterCount`` at a time the newest is refused.
public final class ExecutedHeights: Sendable {
    /// Callers that wait at a time: some for each department's systems.
    public static let maximumWaiterCount = 1_024

    private struct Waiter {
        let height: Height
        let continuation: CheckedContinuation<Height, any Error>
    }

    private struct State {
        var height: Height
        var waiters: [UInt64: Waiter] = [:]
        var lastNumber: UInt64 = 0
        /// Why nothing comes any more, once that is so.
        var end: (any Error)?
    }

    private let state: Mutex<State>

    /// - Parameter height: the one that is executed when this is made.
    package init(from height: Height) { state = Mutex(State(height: height)) }

    /// The newest height that was executed.
    public var current: Height { state.withLock { $0.height } }

    /// Waits for a block above a height: returns at once where there is one.
    /// - Returns: the newest height that was executed.
    /// - Throws: `CancellationError`; ``NodeError`` with code `overloaded` where too many wait, or `unavailable` where
    ///   the node stops.
    public func next(above height: Height) async throws -> Height {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer = state.withLock { state in
                    Self.enter(Waiter(height: height, continuation: continuation), number, in: &state)
                }
                if let answer {
                    continuation.resume(with: answer)
                } else if Task.isCancelled {
                    // A cancellation before this point found nobody to tell.
                    cancel(number)
                }
            }
        } onCancel: {
            cancel(number)
        }
    }

    /// - Returns: the answer, where there is one at once.
    private static func enter(_ waiter: Waiter, _ number: UInt64, in state: inout State) -> Result<Height, any Error>? {
        if let end = state.end { return .failure(end) }
        if state.height > waiter.height { return .success(state.height) }
        guard state.waiters.count < maximumWaiterCount else {
            return .failure(NodeError(.overloaded, "too many wait for the next block: ask again in a moment"))
        }
        state.waiters[number] = waiter
        return nil
    }

    /// Takes in that a height was executed, and wakes whoever has waited for it.
    package func note(_ height: Height) {
        let (newest, woken) = state.withLock { state in
            state.height = max(state.height, height)
            let newest = state.height
            let woken = state.waiters.filter { $0.value.height < newest }
            for number in woken.keys { state.waiters[number] = nil }
            return (newest, woken.values.map(\.continuation))
        }
        for continuation in woken { continuation.resume(returning: newest) }
    }

    /// Tells everybody, and whoever comes later, that nothing will come, because the node stops.
    package func end(with error: any Error) {
        let waiters = state.withLock { state in
            state.end = state.end ?? error
            defer { state.waiters.removeAll() }
            return state.waiters.values.map(\.continuation)
        }
        for waiter in waiters { waiter.resume(throwing: error) }
    }

    private func cancel(_ number: UInt64) {
        let waiter = state.withLock { $0.waiters.removeValue(forKey: number) }
        waiter?.continuation.resume(throwing: CancellationError())
    }
}

extension ExecutedHeights {
    /// Waits for a block above a height, but not longer than `patience`.
    /// - Returns: the newest height that was executed; `nil` where no block came in time.
    /// - Throws: as ``next(above:)``.
    public func next(
        above height: Height, within patience: Duration, on clock: any Clock<Duration>
    ) async throws -> Height? {
        try await withThrowingTaskGroup(of: Height?.self) { group in
            group.addTask { try await self.next(above: height) }
            group.addTask {
                try await clock.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
