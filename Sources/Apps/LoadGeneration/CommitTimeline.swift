import Synchronization

/// When transactions took effect, as the clients saw it: what a fault of a node costs. Times are since the beginning.
package struct CommitTimeline: Sendable, Equatable {
    /// A time in which nothing took effect.
    package struct Gap: Sendable, Equatable {
        package let start: Duration
        package let end: Duration

        package var length: Duration { end - start }

        package init(start: Duration, end: Duration) {
            self.start = start
            self.end = end
        }
    }

    /// Transactions that took effect in each second.
    package private(set) var commitsEachSecond: [UInt64] = []
    /// The longest time between two that took effect, or at either end of the measurement.
    package private(set) var longestGap = Gap(start: .zero, end: .zero)
    private var last = Duration.zero

    package init() {}

    /// Counts a transaction that took effect; one that is told late counts where the last one did.
    package mutating func record(at time: Duration) {
        let time = max(time, last)
        close(at: time)
        let second = Int(time.components.seconds)
        while commitsEachSecond.count <= second { commitsEachSecond.append(0) }
        commitsEachSecond[second] += 1
    }

    /// Takes note that nothing has taken effect until now.
    package mutating func close(at time: Duration) {
        let gap = Gap(start: last, end: max(time, last))
        if gap.length > longestGap.length { longestGap = gap }
        last = gap.end
    }
}

/// What the clients of one measurement share.
final class LoadProgress: Sendable {
    private struct State {
        var nextNumber = 0
        var timeline = CommitTimeline()
    }

    private let plan: LoadPlan
    private let state = Mutex(State())

    init(plan: LoadPlan) { self.plan = plan }

    /// When the next transaction is due, for one client; `nil` where the measurement is over.
    /// - Parameter now: the time since the beginning.
    func nextDue(at now: Duration) -> Duration? {
        guard now < plan.duration else { return nil }
        let number = state.withLock { state in
            defer { state.nextNumber += 1 }
            return state.nextNumber
        }
        if let count = plan.transactionCount, number >= count { return nil }
        guard let rate = plan.rate else { return now }
        let due = Duration.seconds(1) * number / rate
        return due < plan.duration ? due : nil
    }

    func recordCommit(at time: Duration) { state.withLock { $0.timeline.record(at: time) } }

    /// The timeline, to the end of the measurement or to the last commit.
    func timeline(until end: Duration) -> CommitTimeline {
        state.withLock { state in
            state.timeline.close(at: end)
            return state.timeline
        }
    }
}
