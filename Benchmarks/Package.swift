// swift-tools-version: 6.2
// Measurements, in a package of their own so that nobody who builds Zhenglian has to build the benchmark library.
//
// One folder below Benchmarks/ per subject, one executable target per folder. `make bench` runs them all;
// docs/HACKING.md says how to add one.

import PackageDescription

let package = Package(
    name: "zhenglian-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        // No traits: counting allocations needs an interposed malloc, which changes what is measured.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(name: "zhenglian", path: ".."),
    ],
    targets: [
        .executableTarget(
            name: "IdentityBenchmarks",
            dependencies: [.product(name: "Formats", package: "zhenglian")],
            path: "Benchmarks/IdentityBenchmarks"
        ),
        .executableTarget(
            name: "StateMeasurement",
            dependencies: [
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Formats", package: "zhenglian"),
                .product(name: "Ledger", package: "zhenglian"),
                .product(name: "LedgerTestKit", package: "zhenglian"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ],
            path: "Measurements/StateMeasurement"
        ),
        // A program of its own: what it measures grows for minutes and cannot be repeated thousands of times.
        .executableTarget(
            name: "ReadModelMeasurement",
            dependencies: [
                .product(name: "Formats", package: "zhenglian"),
                .product(name: "Ledger", package: "zhenglian"),
                .product(name: "Licences", package: "zhenglian"),
            ],
            path: "Measurements/ReadModelMeasurement"
        ),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets {
    // A benchmark has the library to write it with, and the plugin that makes its entry point.
    if target.name.hasSuffix("Benchmarks") {
        target.dependencies += [.product(name: "Benchmark", package: "benchmark")]
        target.plugins = [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
    }
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
}
