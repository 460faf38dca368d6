import Benchmark
import Identity

// docs/HACKING.md, "Measure", says how to read the figures. Inputs are fixed or made before the clock starts.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = Benchmark.Configuration(
        metrics: [.wallClock, .throughput],
        warmupIterations: 3,
        scalingFactor: .kilo,
        maxDuration: .seconds(2)
    )
    for identifier in CryptoSuiteIdentifier.allCases {
        registerDigestBenchmarks(of: identifier)
        registerSignatureBenchmarks(of: identifier)
        registerCertificateBenchmarks(of: identifier)
    }
    registerDigestValueBenchmarks()
}
