import Metrics
import PrometheusMetrics
import Testing

/// What is written is read back as what was counted, whatever stands in names and labels.
@Suite("Text formats of metrics")
struct ExpositionTests {
    /// A generator of test inputs: the same for the same seed.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }

        mutating func text(_ count: ClosedRange<Int>) -> String {
            let pieces = [
                "a", "B", "9", "_", "\"", "\\", "\n", "\r", "{", "}", ",", "=", " ", "#", "证", "\u{301}", "\0",
            ]
            return (0..<Int.random(in: count, using: &self)).compactMap { _ in pieces.randomElement(using: &self) }
                .joined()
        }
    }

    @Test(arguments: UInt64(1)...50)
    func whateverLabelsHoldIsReadBackAsItWas(seed: UInt64) throws {
        var generator = Generator(state: seed &* 0x9E37_79B9_7F4A_7C15)
        let registry = MetricsRegistry()
        let factory = PrometheusMetricsFactory(registry)
        var expected: [[String: String]: Int] = [:]
        for _ in 0..<20 {
            let labels = ["first": generator.text(0...12), "second": generator.text(0...3)]
            let amount = Int.random(in: 1...9, using: &generator)
            Counter(label: "texts", dimensions: labels.map { ($0.key, $0.value) }, factory: factory).increment(
                by: amount)
            expected[labels, default: 0] += amount
        }
        for format in ExpositionFormat.allCases {
            let found = try ExpositionReader(registry.exposition(as: format))
            let counts = found.samples.filter { $0.name == "texts_total" }.map { ($0.labels, Int($0.value) ?? -1) }
            #expect(Dictionary(counts) { first, _ in first } == expected, "seed \(seed)")
        }
    }

    @Test(arguments: UInt64(1)...50)
    func whateverMetricsAreCalledTheTextIsWhole(seed: UInt64) throws {
        var generator = Generator(state: seed &* 0x9E37_79B9_7F4A_7C15)
        let registry = MetricsRegistry()
        let factory = PrometheusMetricsFactory(registry)
        for _ in 0..<60 {
            let labels = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                (generator.text(0...3), generator.text(0...3))
            }
            let name = generator.text(0...4)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: Counter(label: name, dimensions: labels, factory: factory).increment()
            case 1: Gauge(label: name, dimensions: labels, factory: factory).record(1)
            case 2: Timer(label: name, dimensions: labels, factory: factory).recordSeconds(1)
            case 3: Recorder(label: name, dimensions: labels, factory: factory).record(1)
            default: FloatingPointCounter(label: name, dimensions: labels, factory: factory).increment(by: 1)
            }
        }
        for format in ExpositionFormat.allCases {
            let found = try ExpositionReader(registry.exposition(as: format))
            #expect(found.isEnded == (format == .openMetrics))
            // Every sample belongs to a family of the right type, whose name nothing else has.
            for sample in found.samples {
                let endings = ["", "_total", "_bucket", "_sum", "_count"]
                let families = endings.compactMap { ending in
                    sample.name.hasSuffix(ending) ? found.types[String(sample.name.dropLast(ending.count))] : nil
                }
                #expect(!families.isEmpty, "seed \(seed): \(sample.name)")
            }
        }
    }

    @Test func theOrderIsThatOfNamesAndLabelsWhateverCameFirst() throws {
        func text(_ order: [Int]) -> String {
            let registry = MetricsRegistry()
            let factory = PrometheusMetricsFactory(registry)
            for number in order {
                Counter(label: "metric_\(number % 3)", dimensions: [("n", "\(number)")], factory: factory).increment(
                    by: number + 1)
            }
            return registry.exposition(as: .prometheusText)
        }
        #expect(text(Array(0..<30)) == text(Array((0..<30).reversed())))
    }

    @Test func theBytesAreTheseForEver() {
        let registry = MetricsRegistry(help: ["wait_seconds": "How long it took."])
        let factory = PrometheusMetricsFactory(registry)
        Counter(label: "calls_total", dimensions: [("b", "2"), ("a", "1\n\"\\")], factory: factory).increment()
        Gauge(label: "level", factory: factory).record(0.00001)
        #expect(
            registry.exposition(as: .openMetrics) == """
                # TYPE calls counter
                calls_total{a="1\\n\\"\\\\",b="2"} 1
                # TYPE level gauge
                level 1e-05
                # HELP zhenglian_metrics_overflowed Series for which their metric had no room.
                # TYPE zhenglian_metrics_overflowed counter
                zhenglian_metrics_overflowed_total 0
                # HELP zhenglian_metrics_refused Metrics that could not be shown, because of their names, labels or \
                number.
                # TYPE zhenglian_metrics_refused counter
                zhenglian_metrics_refused_total 0
                # EOF

                """)
    }

    @Test(arguments: [
        (nil, ExpositionFormat.prometheusText),
        ("*/*", .prometheusText),
        ("text/html", .prometheusText),
        ("application/openmetrics-text", .openMetrics),
        ("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1", .openMetrics),
        ("application/openmetrics-text; version=\"1.0.0\" ; q=0.2, text/plain; q=0.9", .prometheusText),
        ("application/openmetrics-text;version=2.0.0", .prometheusText),
        ("application/openmetrics-text;q=0", .prometheusText),
        ("APPLICATION/OpenMetrics-Text;Version=1.0.0", .openMetrics),
        (";;;,,q=,application/openmetrics-text;q=nan", .prometheusText),
        (String(repeating: "text/plain,", count: 10_000) + "application/openmetrics-text", .prometheusText),
    ])
    func theFormatIsWhatTheCollectorPrefers(accept: String?, format: ExpositionFormat) {
        #expect(ExpositionFormat(accept: accept) == format)
    }
}
