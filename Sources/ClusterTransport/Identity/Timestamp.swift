/// A point in time: milliseconds since 1970-01-01T00:00:00Z, without leap seconds, never negative.
///
/// Ledger time is the timestamp of a block. A node's own clock appears only where it is handed in.
public struct Timestamp: Hashable, Comparable, Sendable, Codable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let milliseconds: Int64

    /// Makes a timestamp; a negative number of milliseconds becomes zero.
    public init(milliseconds: Int64) {
        self.milliseconds = max(0, milliseconds)
    }

    public init(from decoder: any Decoder) throws {
        self.init(milliseconds: try decoder.singleValueContainer().decode(Int64.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The timestamp `duration` later, with the part below a millisecond cut off; the end of time does not overflow.
    public func advanced(by duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return Timestamp(milliseconds: seconds < 0 ? 0 : .max) }
        // Seconds and fraction have the same sign, and time is not negative: only what is ahead can overflow, and what
        // is so far behind that the two together do is before the beginning.
        let (offset, offsetOverflow) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
        guard !offsetOverflow else { return Timestamp(milliseconds: seconds < 0 ? 0 : .max) }
        let (sum, sumOverflow) = milliseconds.addingReportingOverflow(offset)
        return Timestamp(milliseconds: sumOverflow ? .max : sum)
    }

    /// How much later `self` is than `earlier`; negative where it is earlier.
    public func since(_ earlier: Timestamp) -> Duration {
        .milliseconds(milliseconds - earlier.milliseconds)
    }
}
