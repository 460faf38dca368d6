import Metrics
import Synchronization

/// All metrics of a process, as they are counted, and shown when somebody asks.
///
/// Making a series takes the registry's lock, counting does not. Names and labels are checked where a series is made:
/// one that cannot be shown is counted all the same, so that no caller has to know, and
/// `zhenglian_metrics_refused_total` tells of it.
public final class MetricsRegistry: Sendable {
    private struct Series {
        let series: any MetricSeries
        /// How often it was made and not destroyed.
        var users: Int
    }

    private struct Family {
        let kind: MetricKind
        var series: [LabelSet: Series] = [:]
    }

    private struct State {
        var families: [String: Family] = [:]
        /// Names of samples, and the families that they are of.
        var sampleNames: [String: String] = [:]
    }

    /// A family with its series, in the order in which it is shown.
    struct ShownFamily {
        let name: String
        let kind: MetricKind
        let help: String?
        let series: [(labels: LabelSet, value: SeriesValue)]
    }

    let limits: MetricsLimits
    private let help: [String: String]
    private let state = Mutex(State())
    private let refused: CounterSeries
    private let overflowed: CounterSeries

    /// - Parameters:
    ///   - help: what metrics are, in a sentence each, by their names without `_total`.
    ///   - limits: how much is kept.
    public init(help: [String: String] = [:], limits: MetricsLimits = MetricsLimits()) {
        let own = [
            "zhenglian_metrics_refused": "Metrics that could not be shown, because of their names, labels or number.",
            "zhenglian_metrics_overflowed": "Series for which their metric had no room.",
        ]
        self.help = help.merging(own) { given, _ in given }
        self.limits = limits
        refused = CounterSeries(SeriesAddress(family: "zhenglian_metrics_refused", labels: Self.noLabels))
        overflowed = CounterSeries(SeriesAddress(family: "zhenglian_metrics_overflowed", labels: Self.noLabels))
        for counter in [refused, overflowed] {
            guard let address = counter.address,
                let name = MetricName(address.family, kind: .counter, limits: MetricsLimits())
            else { continue }
            state.withLock { state in
                state.families[address.family] = Family(
                    kind: .counter, series: [Self.noLabels: Series(series: counter, users: 1)])
                for sample in name.sampleNames(.counter) { state.sampleNames[sample] = address.family }
            }
        }
    }

    private static let noLabels: LabelSet = {
        guard let labels = LabelSet([], limits: MetricsLimits()) else { preconditionFailure("no labels are valid") }
        return labels
    }()

    // MARK: Making

    func counter(_ label: String, _ dimensions: [(String, String)]) -> CounterSeries {
        series(label, dimensions, .counter) { CounterSeries($0) }
    }

    func realCounter(_ label: String, _ dimensions: [(String, String)]) -> RealCounterSeries {
        series(label, dimensions, .realCounter) { RealCounterSeries($0) }
    }

    func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeSeries {
        series(label, dimensions, .gauge) { GaugeSeries($0) }
    }

    func histogram(_ label: String, _ dimensions: [(String, String)]) -> HistogramSeries {
        series(label, dimensions, .histogram) { HistogramSeries($0, bounds: HistogramBuckets.values) }
    }

    func timer(_ label: String, _ dimensions: [(String, String)]) -> HistogramSeries {
        series(label, dimensions, .timer) { HistogramSeries($0, bounds: HistogramBuckets.seconds) }
    }

    private func series<Made: MetricSeries>(
        _ label: String, _ dimensions: [(String, String)], _ kind: MetricKind, _ make: (SeriesAddress?) -> Made
    ) -> Made {
        guard let name = MetricName(label, kind: kind, limits: limits),
            let labels = LabelSet(dimensions, limits: limits)
        else {
            refused.increment(by: 1)
            return make(nil)
        }
        let found = state.withLock { state in enter(name, kind, labels, &state, make) }
        guard let found else {
            refused.increment(by: 1)
            return make(nil)
        }
        if found.address?.labels == .overflow { overflowed.increment(by: 1) }
        return found
    }

    /// - Returns: `nil` where the name is another metric's, or there are too many.
    private func enter<Made: MetricSeries>(
        _ name: MetricName, _ kind: MetricKind, _ labels: LabelSet, _ state: inout State,
        _ make: (SeriesAddress?) -> Made
    ) -> Made? {
        if state.families[name.text] == nil {
            let names = name.sampleNames(kind)
            guard state.families.count < limits.familyCount, names.allSatisfy({ state.sampleNames[$0] == nil }) else {
                return nil
            }
            for sample in names { state.sampleNames[sample] = name.text }
            state.families[name.text] = Family(kind: kind)
        }
        guard let family = state.families[name.text], family.kind == kind else { return nil }
        // The overflow itself has a place besides.
        let isFull = family.series.count - (family.series[.overflow] == nil ? 0 : 1) >= limits.seriesPerFamily
        let place = family.series[labels] == nil && isFull ? .overflow : labels
        if let known = family.series[place] {
            guard let series = known.series as? Made else { return nil }
            state.families[name.text]?.series[place]?.users += 1
            return series
        }
        let made = make(SeriesAddress(family: name.text, labels: place))
        state.families[name.text]?.series[place] = Series(series: made, users: 1)
        return made
    }

    /// Takes a series out when the last of those who made it destroys it.
    func release(_ series: any MetricSeries) {
        guard let address = series.address else { return }
        state.withLock { state in
            guard let known = state.families[address.family]?.series[address.labels], known.series === series else {
                return
            }
            state.families[address.family]?.series[address.labels]?.users -= 1
            guard known.users <= 1, series !== refused, series !== overflowed else { return }
            state.families[address.family]?.series[address.labels] = nil
            guard state.families[address.family]?.series.isEmpty == true else { return }
            state.families[address.family] = nil
            state.sampleNames = state.sampleNames.filter { $0.value != address.family }
        }
    }

    // MARK: Showing

    /// All that there is to show, in the order of names and labels, whatever order it was made in.
    func shown() -> [ShownFamily] {
        let families = state.withLock { $0.families }
        return families.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { name, family in
            ShownFamily(
                name: name, kind: family.kind, help: help[name],
                series: family.series.sorted { $0.key < $1.key }.map { ($0.key, $0.value.series.value) })
        }
    }
}
