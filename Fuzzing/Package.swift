// swift-tools-version: 6.2
// A fuzzer of everything that reads what others hand over, in a package of its own so that nobody who builds Zhenglian
// has to build it with instrumentation. `make fuzz` builds and runs it; docs/HACKING.md says how to add a target.

import PackageDescription

let package = Package(
    name: "zhenglian-fuzzing",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "zhenglian", path: "..")
    ],
    targets: [
        .systemLibrary(name: "CLibFuzzer"),
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "CLibFuzzer",
                .product(name: "Formats", package: "zhenglian"),
                .product(name: "Ledger", package: "zhenglian"),
            ],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)
