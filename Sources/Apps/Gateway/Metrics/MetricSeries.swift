import Metrics
import Synchronization

/// Where a series belongs, for whoever destroys it.
struct SeriesAddress: Hashable, Sendable {
    let family: String
    let labels: LabelSet
}

/// What a series has come to, as it is shown.
enum SeriesValue: Equatable {
    case integer(Int64)
    case real(Double)
    case histogram(HistogramSeries.Snapshot)
}

/// A series of any kind. Counting takes no lock, but for a histogram's own.
protocol MetricSeries: AnyObject, Sendable {
    /// `nil` for a series that is counted and not shown.
    var address: SeriesAddress? { get }
    var value: SeriesValue { get }
}

/// A number of things.
final class CounterSeries: MetricSeries, CounterHandler {
    let address: SeriesAddress?
    private let count = Atomic<Int64>(0)

    init(_ address: SeriesAddress?) { self.address = address }

    var value: SeriesValue { .integer(count.load(ordering: .relaxed)) }

    /// Adds to the count, which stops at its end instead of beginning anew. What is negative is not counted.
    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        var before = count.load(ordering: .relaxed)
        while true {
            let (sum, overflow) = before.addingReportingOverflow(amount)
            let (isDone, found) = count.weakCompareExchange(
                expected: before, desired: overflow ? .max : sum, ordering: .relaxed)
            if isDone { return }
            before = found
        }
    }

    func reset() { count.store(0, ordering: .relaxed) }
}

/// A floating-point number that several threads change at once.
struct AtomicReal: ~Copyable, Sendable {
    private let bits = Atomic<UInt64>(0)

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    func add(_ amount: Double) {
        var before = bits.load(ordering: .relaxed)
        while true {
            let sum = Double(bitPattern: before) + amount
            let (isDone, found) = bits.weakCompareExchange(
                expected: before, desired: sum.bitPattern, ordering: .relaxed)
            if isDone { return }
            before = found
        }
    }
}

/// A sum of fractions.
final class RealCounterSeries: MetricSeries, FloatingPointCounterHandler {
    let address: SeriesAddress?
    private let sum = AtomicReal()

    init(_ address: SeriesAddress?) { self.address = address }

    var value: SeriesValue { .real(sum.value) }

    /// Adds to the sum. What is negative, infinite or no number is not counted.
    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        sum.add(amount)
    }

    func reset() { sum.set(0) }
}

/// What something is now.
final class GaugeSeries: MetricSeries, RecorderHandler, MeterHandler {
    let address: SeriesAddress?
    private let now = AtomicReal()

    init(_ address: SeriesAddress?) { self.address = address }

    var value: SeriesValue { .real(now.value) }

    func record(_ value: Int64) { now.set(Double(value)) }
    func record(_ value: Double) { now.set(value) }
    func set(_ value: Int64) { now.set(Double(value)) }
    func set(_ value: Double) { now.set(value) }
    func increment(by amount: Double) { now.add(amount) }
    func decrement(by amount: Double) { now.add(-amount) }
}

/// How values or durations are spread.
final class HistogramSeries: MetricSeries, RecorderHandler, TimerHandler {
    struct Snapshot: Equatable {
        /// How many values were up to each bound and above the one before; the last above all of them.
        var counts: [UInt64]
        var sum: Double
        let bounds: [Double]
    }

    let address: SeriesAddress?
    private let state: Mutex<Snapshot>

    init(_ address: SeriesAddress?, bounds: [Double]) {
        self.address = address
        state = Mutex(Snapshot(counts: Array(repeating: 0, count: bounds.count + 1), sum: 0, bounds: bounds))
    }

    var value: SeriesValue { .histogram(state.withLock { $0 }) }

    func record(_ value: Int64) { record(Double(value)) }

    /// Takes a value in. What is negative, infinite or no number is not: sums only grow.
    func record(_ value: Double) {
        guard value >= 0, value.isFinite else { return }
        state.withLock { state in
            let place = state.bounds.firstIndex { value <= $0 } ?? state.bounds.count
            state.counts[place] += 1
            state.sum += value
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }
}
