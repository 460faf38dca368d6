/// How long to wait before dialling again: doubling up to a cap, spread so that the nodes of a consortium, all of which
/// lost the same peer in the same moment, do not come back in the same moment.
package struct Backoff {
    private let shortest: Duration
    private let longest: Duration
    private var failures = 0

    package init(limits: TransportLimits) {
        shortest = limits.shortestBackoff
        longest = limits.longestBackoff
    }

    package mutating func reset() { failures = 0 }

    /// The pause after one more failure: between half and the whole of the doubled one.
    /// - Parameter random: 64 random bits.
    package mutating func next(random: UInt64) -> Duration {
        // 20 doublings of any pause are beyond every cap.
        let doubled = min(longest, shortest * (1 << min(failures, 20)))
        failures += 1
        return doubled / 2 + doubled / 2 * (Double(random >> 11) / Double(1 << 53))
    }
}
