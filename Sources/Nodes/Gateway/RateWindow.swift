package import Identity

/// Counts what happens within a sliding window, by key; bounded, and without a clock of its own.
package struct RateWindow<Key: Hashable & Sendable>: Sendable {
    private let limit: Int
    private let window: Duration
    private let maximumKeyCount: Int
    private var counts: [Key: (begins: Timestamp, count: Int)] = [:]

    package init(limit: Int, window: Duration, maximumKeyCount: Int) {
        (self.limit, self.window, self.maximumKeyCount) = (limit, window, maximumKeyCount)
    }

    /// Counts one more; `false` where it would be one too many.
    package mutating func admit(_ key: Key, at time: Timestamp) -> Bool {
        if let known = counts[key], time < known.begins.advanced(by: window) {
            guard known.count < limit else { return false }
            counts[key] = (known.begins, known.count + 1)
            return true
        }
        if counts.count >= maximumKeyCount {
            counts = counts.filter { time < $0.value.begins.advanced(by: window) }
            // With as many at a time, forgetting the counts would let everybody in at once: refuse instead.
            guard counts.count < maximumKeyCount || counts[key] != nil else { return false }
        }
        counts[key] = (time, 1)
        return true
    }
}
