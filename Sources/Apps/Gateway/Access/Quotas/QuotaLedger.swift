public import Identity

/// How much each caller has asked, and whether it may go on.
///
/// A value: times are handed in. In any sixty seconds a caller has at most its quota's requests, for requests are
/// counted in parts of ten seconds and the last seven parts together may not exceed it; on any day in China at most the
/// day's.
///
/// At most `capacity` callers are counted. A caller's count goes only when nothing of it matters any more: when its
/// minute is over, and, where it has a day's quota, the day too. Nobody's count begins anew because others came; when
/// all places are taken by counts that matter, newcomers wait. So callers who have shown who they are and those who
/// have not are counted in two ledgers.
public struct QuotaLedger: Sendable {
    /// What becomes of a request.
    public enum Decision: Sendable, Hashable {
        /// It goes on; how many more may follow at once.
        case allowed(remaining: Int)
        /// It waits for this many seconds, at least one.
        case refused(retryAfterSeconds: Int)
    }

    /// Of a part of a minute.
    private static let partMilliseconds: Int64 = 10_000
    /// Parts that reach into any sixty seconds: six whole ones, and one of which the sixty begin in the middle.
    private static let partCount = 7

    private struct Count: Sendable {
        /// The number of the newest part that was counted in.
        var part: Int64
        /// Requests by part, the newest last.
        var parts: [Int]
        var day: Int64
        var dayCount: Int
        var hasDay: Bool

        mutating func move(to part: Int64, day: Int64) {
            let gap = part - self.part
            if gap > 0 {
                let shift = Int(min(gap, Int64(partCount)))
                parts.removeFirst(shift)
                parts += [Int](repeating: 0, count: shift)
                self.part = part
            }
            if day > self.day {
                self.day = day
                dayCount = 0
            }
        }
    }

    private let capacity: Int
    private var counts: [String: Count] = [:]
    /// The latest time that was handed in: a clock that is set back gives nobody a minute twice.
    private var now = Timestamp(milliseconds: 0)
    /// When all counts were looked through last, for room.
    private var lastSweep: Int64 = -1

    public init(capacity: Int = AccessLimits.quotaPrincipals) { self.capacity = max(1, capacity) }

    /// How many callers are counted.
    public var count: Int { counts.count }

    /// Counts a request, unless it is one too many.
    /// - Parameters:
    ///   - principal: who calls, by ``Principal/identifier``.
    ///   - quota: how much it may; another one than before takes effect at once.
    ///   - time: now.
    public mutating func admit(_ principal: String, quota: Quota, at time: Timestamp) -> Decision {
        // Far beyond the year 9999, and far below an overflow.
        now = max(now, Timestamp(milliseconds: min(time.milliseconds, 1 << 55)))
        let part = now.milliseconds / Self.partMilliseconds
        let day = Self.day(of: now)
        var count: Count
        if let known = counts[principal] {
            count = known
            count.move(to: part, day: day)
        } else {
            guard makeRoom(part: part, day: day) else { return .refused(retryAfterSeconds: secondsToNextPart()) }
            count = Count(
                part: part, parts: [Int](repeating: 0, count: Self.partCount), day: day, dayCount: 0, hasDay: false)
        }
        count.hasDay = count.hasDay || quota.requestsPerDay != nil
        defer { counts[principal] = count }
        if let perDay = quota.requestsPerDay, count.dayCount >= perDay {
            return .refused(retryAfterSeconds: secondsToNextDay())
        }
        let used = count.parts.reduce(0, +)
        guard used < quota.requestsPerMinute else {
            return .refused(retryAfterSeconds: secondsUntilFree(count, quota))
        }
        count.parts[Self.partCount - 1] += 1
        count.dayCount += 1
        let remaining = quota.requestsPerMinute - used - 1
        return .allowed(remaining: min(remaining, quota.requestsPerDay.map { $0 - count.dayCount } ?? remaining))
    }

    /// Makes room for one more; `false` where every count still matters.
    private mutating func makeRoom(part: Int64, day: Int64) -> Bool {
        guard counts.count >= capacity else { return true }
        // Nothing becomes idle within a part, so looking once for each is enough.
        guard lastSweep < part else { return false }
        lastSweep = part
        counts = counts.filter { _, count in
            part - count.part < Int64(Self.partCount) || (count.hasDay && count.day >= day)
        }
        return counts.count < capacity
    }

    /// When so many of the oldest parts are over that one more request fits.
    private func secondsUntilFree(_ count: Count, _ quota: Quota) -> Int {
        var left = count.parts.reduce(0, +)
        for (index, requests) in count.parts.enumerated() {
            left -= requests
            guard left >= quota.requestsPerMinute else {
                return secondsToNextPart() + index * Int(Self.partMilliseconds / 1_000)
            }
        }
        return secondsToNextPart() + Self.partCount * Int(Self.partMilliseconds / 1_000)
    }

    private func secondsToNextPart() -> Int {
        Self.seconds(Self.partMilliseconds - now.milliseconds % Self.partMilliseconds)
    }

    private func secondsToNextDay() -> Int {
        Self.seconds(Self.dayMilliseconds - (now.milliseconds + Self.beijingMilliseconds) % Self.dayMilliseconds)
    }

    private static let dayMilliseconds: Int64 = 86_400_000
    private static let beijingMilliseconds: Int64 = 8 * 3_600_000

    private static func day(of time: Timestamp) -> Int64 {
        (time.milliseconds + beijingMilliseconds) / dayMilliseconds
    }

    /// Whole seconds, rounded up.
    private static func seconds(_ milliseconds: Int64) -> Int { Int((milliseconds + 999) / 1_000) }
}
