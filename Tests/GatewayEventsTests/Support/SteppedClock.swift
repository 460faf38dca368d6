import Identity
import Nodes
import Synchronization

/// A clock, on the wall and for sleepers, that stands still until a test moves it.
final class SteppedClock: Clock {
    struct Instant: InstantProtocol {
        let offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct State {
        var elapsed = Duration.zero
        var lastNumber = 0
        var sleepers: [Int: (until: Duration, continuation: CheckedContinuation<Void, any Error>)] = [:]
    }

    private let beginning: Timestamp
    private let state = Mutex(State())

    init(_ beginning: Timestamp = Timestamp(milliseconds: 1_767_300_000_000)) { self.beginning = beginning }

    var now: Instant { Instant(offset: state.withLock { $0.elapsed }) }
    var minimumResolution: Duration { .nanoseconds(1) }

    var time: Timestamp { beginning.advanced(by: state.withLock { $0.elapsed }) }

    func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.elapsed += duration
            let due = state.sleepers.filter { $0.value.until <= state.elapsed }
            for number in due.keys { state.sleepers[number] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    func sleep(until deadline: Instant, tolerance _: Duration?) async throws {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver = state.withLock { state in
                    guard deadline.offset > state.elapsed else { return true }
                    state.sleepers[number] = (deadline.offset, continuation)
                    return false
                }
                if isOver { return continuation.resume() }
                if Task.isCancelled { cancel(number) }
            }
        } onCancel: {
            cancel(number)
        }
    }

    private func cancel(_ number: Int) {
        state.withLock { $0.sleepers.removeValue(forKey: number) }?.continuation.resume(throwing: CancellationError())
    }
}

/// The wall's side of a stepped clock.
struct SteppedWallClock: WallClock {
    let clock: SteppedClock

    var now: Timestamp { clock.time }
}
