import Identity

/// A node's wall clock: ahead or behind, too fast or too slow, and sometimes set by somebody.
struct SimulatedClock: Sendable {
    /// How much ahead it was at the beginning.
    var skew = Duration.zero
    /// By how many millionths it is too fast.
    var drift = 0

    /// What it shows when so much true time has passed.
    func time(after elapsed: Duration) -> Timestamp {
        SimulatedConsortium.createdAt.advanced(by: .seconds(3_600) + skew + elapsed + elapsed * drift / 1_000_000)
    }
}
