/// What a metric is, by which it is counted and shown.
enum MetricKind: Hashable, Sendable {
    /// A number of things, which only grows.
    case counter
    /// A sum of fractions, which only grows.
    case realCounter
    /// What something is now.
    case gauge
    /// How values are spread.
    case histogram
    /// How durations are spread, in seconds.
    case timer

    /// The type as both text formats write it.
    var typeName: String {
        switch self {
        case .counter, .realCounter: "counter"
        case .gauge: "gauge"
        case .histogram, .timer: "histogram"
        }
    }

    var isCounter: Bool { self == .counter || self == .realCounter }
}

/// The fixed upper bounds of histograms. They are the same everywhere and for ever, so that figures of different nodes
/// and versions can be added.
public enum HistogramBuckets {
    /// Of timers, in seconds: from a tenth of a millisecond to a minute.
    public static let seconds: [Double] = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]
    /// Of recorders that aggregate, in the recorder's own unit: powers of four from 1 to 16,777,216.
    public static let values: [Double] = (0...12).map { Double(1 << (2 * $0)) }
}
