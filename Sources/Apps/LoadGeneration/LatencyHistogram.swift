/// How long things took, in a fixed amount of memory however many there were.
///
/// Buckets grow with the value, 128 to every power of two, so that every percentile is right to within 0.8 %, as in
/// Tene's HDR histogram.
package struct LatencyHistogram: Sendable {
    private static let linearCount: UInt64 = 256
    private static let bucketsPerPower = 128
    /// Longest latency that is told apart from longer ones: 2^40 µs, twelve days.
    private static let longestTold: UInt64 = 1 << 40

    private var counts = [UInt64](repeating: 0, count: Self.bucket(of: Self.longestTold) + 1)
    /// How many there were.
    package private(set) var count: UInt64 = 0
    private var longest: UInt64 = 0

    package init() {}

    package mutating func record(_ latency: Duration) {
        let microseconds = Self.microseconds(of: latency)
        counts[Self.bucket(of: microseconds)] += 1
        count += 1
        longest = max(longest, microseconds)
    }

    package mutating func merge(_ other: LatencyHistogram) {
        for index in counts.indices { counts[index] += other.counts[index] }
        count += other.count
        longest = max(longest, other.longest)
    }

    /// The latency that `permille` of a thousand did not exceed: 500 is the median, 999 the 99.9th percentile. `nil`
    /// where nothing was recorded.
    /// - Precondition: 1...1000.
    package func percentile(permille: UInt64) -> Duration? {
        precondition((1...1_000).contains(permille), "a share of a thousand")
        guard count > 0 else { return nil }
        // At least one, and rounded up: the rank of the sample that is asked for.
        let rank = (count * permille + 999) / 1_000
        var passed: UInt64 = 0
        for index in counts.indices {
            passed += counts[index]
            if passed >= rank { return .microseconds(Int64(min(Self.upperEdge(of: index), longest))) }
        }
        return .microseconds(Int64(longest))
    }

    /// The longest of all; `nil` where nothing was recorded.
    package var maximum: Duration? { count > 0 ? .microseconds(Int64(longest)) : nil }

    private static func microseconds(of latency: Duration) -> UInt64 {
        let (seconds, attoseconds) = latency.components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < Int64(longestTold) / 1_000_000 else { return longestTold }
        return UInt64(seconds) * 1_000_000 + UInt64(attoseconds / 1_000_000_000_000)
    }

    private static func bucket(of value: UInt64) -> Int {
        guard value >= linearCount else { return Int(value) }
        // The leading bit is number 8 or higher; the seven bits behind it choose among 128 buckets.
        let power = UInt64.bitWidth - 1 - value.leadingZeroBitCount
        return Int(linearCount) + (power - 8) * bucketsPerPower + Int(value >> (power - 7)) - bucketsPerPower
    }

    private static func upperEdge(of bucket: Int) -> UInt64 {
        guard bucket >= Int(linearCount) else { return UInt64(bucket) }
        let (powers, position) = (bucket - Int(linearCount)).quotientAndRemainder(dividingBy: bucketsPerPower)
        return UInt64(position + bucketsPerPower + 1) << (powers + 1) - 1
    }
}
