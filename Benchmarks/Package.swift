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
        .package(name: "zhenglian", path: ".."),
    ],
    targets: [
        .executableTarget(
            name: "IdentityBenchmarks",
            dependencies: [.product(name: "Formats", package: "zhenglian")],
            path: "Benchmarks/IdentityBenchmarks"
        )
    ],
    swiftLanguageModes: [.v6]
)

// Every target is a benchmark: the library to write it with, the plugin that makes its entry point.
for target in package.targets {
    target.dependencies += [.product(name: "Benchmark", package: "benchmark")]
    target.plugins = [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
}
