import Metrics
import PrometheusMetrics
import Testing

/// What is counted is shown, whoever counts, and nobody can fill the memory with names.
@Suite("Metrics for Prometheus")
struct MetricsRegistryTests {
    private let registry: MetricsRegistry
    private let factory: PrometheusMetricsFactory

    init() {
        var limits = MetricsLimits()
        limits.seriesPerFamily = 4
        limits.familyCount = 20
        registry = MetricsRegistry(help: ["orders": "What came in,\nin \"all\" \\ every day."], limits: limits)
        factory = PrometheusMetricsFactory(registry)
    }

    private func read(_ format: ExpositionFormat = .prometheusText) throws -> ExpositionReader {
        try ExpositionReader(registry.exposition(as: format))
    }

    @Test func eachKindOfMetricIsShownAsWhatItIs() throws {
        Counter(label: "orders_total", factory: factory).increment(by: 3)
        Counter(label: "orders_total", factory: factory).increment(by: 4)
        FloatingPointCounter(label: "work", dimensions: [("kind", "a")], factory: factory).increment(by: 0.5)
        Gauge(label: "height", factory: factory).record(12)
        let meter = Meter(label: "level", factory: factory)
        meter.set(2.5)
        meter.decrement(by: 4)
        Timer(label: "wait", factory: factory).recordMilliseconds(30)
        Recorder(label: "size", factory: factory).record(20)
        let found = try read()
        #expect(found.value("orders_total") == "7")
        #expect(found.value("work_total", ["kind": "a"]) == "0.5")
        #expect(found.value("height") == "12")
        #expect(found.value("level") == "-1.5")
        #expect(found.value("wait_seconds_bucket", ["le": "0.025"]) == "0")
        #expect(found.value("wait_seconds_bucket", ["le": "0.05"]) == "1")
        #expect(found.value("wait_seconds_bucket", ["le": "+Inf"]) == "1")
        #expect(found.value("wait_seconds_count") == "1")
        #expect(found.value("wait_seconds_sum") == "0.03")
        #expect(found.value("size_bucket", ["le": "16.0"]) == "0")
        #expect(found.value("size_bucket", ["le": "64.0"]) == "1")
        #expect(
            found.types.filter { !$0.key.hasPrefix("zhenglian") } == [
                "orders_total": "counter", "work_total": "counter", "height": "gauge", "level": "gauge",
                "wait_seconds": "histogram", "size": "histogram",
            ])
        #expect(found.help["orders_total"] == "What came in,\\nin \"all\" \\\\ every day.")
    }

    @Test func openMetricsNamesFamiliesWithoutTheEndingAndSaysWhereItEnds() throws {
        Counter(label: "orders", factory: factory).increment()
        let found = try read(.openMetrics)
        #expect(found.isEnded)
        #expect(found.types["orders"] == "counter")
        #expect(found.value("orders_total") == "1")
        #expect(found.help["orders"] == "What came in,\\nin \\\"all\\\" \\\\ every day.")
    }

    @Test func ofMoreSeriesThanThereIsRoomForTheRestIsCountedTogether() throws {
        for number in 0..<10 {
            Counter(label: "calls", dimensions: [("caller", "\(number)")], factory: factory).increment(by: 2)
        }
        let found = try read()
        #expect(found.samples.filter { $0.name == "calls_total" }.count == 5)
        #expect(found.value("calls_total", ["overflow": "true"]) == "12")
        #expect(found.value("zhenglian_metrics_overflowed_total") == "6")
        // Those that were there before go on by themselves.
        Counter(label: "calls", dimensions: [("caller", "1")], factory: factory).increment()
        #expect(try read().value("calls_total", ["caller": "1"]) == "3")
    }

    @Test func ofMoreMetricsThanThereIsRoomForTheRestIsNotShown() throws {
        for number in 0..<100 { Counter(label: "metric_\(number)", factory: factory).increment() }
        let found = try read()
        #expect(found.types.count == 20)
        #expect(found.value("zhenglian_metrics_refused_total") == "82")
    }

    @Test(arguments: [
        "", String(repeating: "a", count: 129),
    ])
    func aNameThatCannotBeShownIsCountedAsRefused(name: String) throws {
        Gauge(label: name, factory: factory).record(1)
        let found = try read()
        #expect(found.types.count == 2)
        #expect(found.value("zhenglian_metrics_refused_total") == "1")
    }

    @Test func namesAndLabelsBecomeWhatPrometheusKnows() throws {
        Gauge(
            label: "9 heights.of 证", dimensions: [("le", "a"), ("__name__", "b"), ("a-b", "c"), ("overflow", "d")],
            factory: factory
        ).record(1)
        #expect(
            try read().value(
                "_9_heights_of__", ["label_le": "a", "label___name__": "b", "a_b": "c", "label_overflow": "d"]) == "1")
    }

    @Test func labelsOfOneNameAndTooManyOfThemAreRefused() throws {
        Gauge(label: "a", dimensions: [("x-y", "1"), ("x_y", "2")], factory: factory).record(1)
        Gauge(label: "b", dimensions: (0..<17).map { ("l\($0)", "") }, factory: factory).record(1)
        let found = try read()
        #expect(found.value("zhenglian_metrics_refused_total") == "2")
        #expect(found.samples.count == 2)
    }

    @Test func aLongLabelIsCutBetweenCharacters() throws {
        Gauge(label: "a", dimensions: [("b", String(repeating: "证", count: 100))], factory: factory).record(1)
        #expect(try read().value("a", ["b": String(repeating: "证", count: 85)]) == "1")
    }

    @Test func oneNameIsNeverTwoMetrics() throws {
        Recorder(label: "size", factory: factory).record(1)
        Gauge(label: "size_count", factory: factory).record(5)
        Gauge(label: "size", factory: factory).record(5)
        Counter(label: "size", factory: factory).increment()
        let found = try read()
        #expect(found.value("size_count") == "1")
        #expect(found.value("zhenglian_metrics_refused_total") == "3")
    }

    @Test func aSeriesIsGoneWhenTheLastUserDestroysIt() throws {
        let first = Counter(label: "orders", factory: factory)
        let second = Counter(label: "orders", factory: factory)
        first.increment()
        first.destroy()
        second.increment()
        #expect(try read().value("orders_total") == "2")
        second.destroy()
        #expect(try read().value("orders_total") == nil)
        // Its name is free again.
        Gauge(label: "orders", factory: factory).record(1)
        #expect(try read().value("orders") == "1")
    }

    @Test func whatIsNoNumberIsNotAddedUp() throws {
        let work = FloatingPointCounter(label: "work", factory: factory)
        for amount in [1.5, -1, .nan, .infinity] { work.increment(by: amount) }
        let size = Recorder(label: "size", factory: factory)
        for amount in [1.0, -1, .nan, .infinity] { size.record(amount) }
        let calls = factory.makeCounter(label: "calls", dimensions: [])
        for amount in [Int64.max, 1, -5] { calls.increment(by: amount) }
        Gauge(label: "level", factory: factory).record(Double.nan)
        Gauge(label: "depth", factory: factory).record(-Double.infinity)
        let found = try read()
        #expect(found.value("work_total") == "1.5")
        #expect(found.value("size_sum") == "1")
        #expect(found.value("calls_total") == "\(Int64.max)")
        #expect(found.value("level") == "NaN")
        #expect(found.value("depth") == "-Inf")
    }

    @Test func nothingIsLostWhereManyCountAtOnce() async throws {
        let (calls, work) = (
            Counter(label: "calls", factory: factory), FloatingPointCounter(label: "work", factory: factory)
        )
        let wait = Timer(label: "wait", factory: factory)
        await withDiscardingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<10_000 {
                        calls.increment()
                        work.increment(by: 0.5)
                        wait.recordMilliseconds(1)
                    }
                }
            }
        }
        let found = try read()
        #expect(found.value("calls_total") == "80000")
        #expect(found.value("work_total") == "40000")
        #expect(found.value("wait_seconds_bucket", ["le": "0.001"]) == "80000")
    }
}
