// swift-tools-version: 6.2
// Zhenglian (证链): who may import whom is stated twice, here and in Tests/RepositoryTests/imports.policy, and a test
// compares.

import PackageDescription

let package = Package(
    name: "zhenglian",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "zhenglian", targets: ["zhenglian"]),
        .executable(name: "zhenglian-departments", targets: ["zhenglian-departments"]),
        .library(name: "Formats", targets: ["Formats", "Identity"]),
        .library(name: "Ledger", targets: ["Ledger"]),
        .library(name: "LedgerTestKit", targets: ["LedgerTestKit"]),
        .library(name: "Nodes", targets: ["Nodes"]),
        .library(name: "Licences", targets: ["Licences"]),
        .library(name: "ZhenglianClient", targets: ["ZhenglianClient", "Licences", "OneThings"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        // The crypto suite `sm`: SM2, SM3 and SM4 of the system's libcrypto.
        .systemLibrary(
            name: "COpenSSL",
            path: "Sources/ClusterTransport/COpenSSL",
            pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]
        ),
        .target(
            name: "Identity",
            dependencies: [
                "COpenSSL",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            path: "Sources/ClusterTransport/Identity"
        ),
        .target(
            name: "ClusterTransport",
            dependencies: [
                "Identity",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ],
            path: "Sources/ClusterTransport/ClusterTransport"
        ),
        .target(
            name: "Formats",
            dependencies: [
                "Identity",
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ],
            path: "Sources/Ledger/Formats"
        ),
        .target(
            name: "Ledger",
            dependencies: [
                "Formats",
                "Identity",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ],
            path: "Sources/Ledger/Ledger"
        ),
        .target(
            name: "Consensus",
            dependencies: [
                "Formats",
                "Identity",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "OrderedCollections", package: "swift-collections"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ],
            path: "Sources/Consensus"
        ),
        // A node's part in a channel as a value: what the engine and the simulator drive.
        .target(
            name: "Replication",
            dependencies: [
                "Consensus",
                "Formats",
                "Identity",
                "Ledger",
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            path: "Sources/Nodes/Replication"
        ),
        .target(
            name: "Nodes",
            dependencies: [
                "ClusterTransport",
                "Consensus",
                "Formats",
                "Identity",
                "Ledger",
                "Replication",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Sources/Nodes",
            exclude: ["Replication"]
        ),
        .target(
            name: "Licences",
            dependencies: [
                "Formats",
                "Identity",
                "Ledger",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "SwiftCSV", package: "SwiftCSV"),
            ],
            path: "Sources/Apps/Licences"
        ),
        .target(
            name: "OneThings",
            dependencies: [
                "Formats",
                "Identity",
                "Ledger",
                "Licences",
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ],
            path: "Sources/Apps/OneThings"
        ),
        .target(
            name: "ZhenglianClient",
            dependencies: [
                "ClusterTransport",
                "Formats",
                "Identity",
                "Ledger",
                "Licences",
                "Nodes",
                "OneThings",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Sources/Apps/ZhenglianClient"
        ),
        // What departments keep apart from the ledger, encrypted: what vaults are made of.
        .target(
            name: "Vault",
            dependencies: [
                "Formats",
                "Identity",
                "Nodes",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            path: "Sources/Apps/Vault"
        ),
        // What a department's node runs for one-things: the vault of its cases, what other departments fetch of it, and
        // the clocks.
        .target(
            name: "OneThingNode",
            dependencies: [
                "ClusterTransport",
                "Formats",
                "Identity",
                "Ledger",
                "Licences",
                "Nodes",
                "OneThings",
                "Vault",
                "ZhenglianClient",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Sources/Apps/OneThingNode"
        ),
        // What an owner's node runs besides the ledger: the vault, releases and presentations.
        .target(
            name: "LicenceNode",
            dependencies: [
                "ClusterTransport",
                "Formats",
                "Identity",
                "Ledger",
                "Licences",
                "Nodes",
                "Vault",
                "ZhenglianClient",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ],
            path: "Sources/Apps/LicenceNode"
        ),
        // Who calls over HTTP, what they may do and how much of it: applications on the ledger, tokens, accounts,
        // quotas.
        .target(
            name: "GatewayAccess",
            dependencies: [
                "Formats",
                "Identity",
                "Ledger",
                "Licences",
                "Nodes",
                "ZhenglianClient",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ],
            path: "Sources/Apps/Gateway/Access"
        ),
        // What happens on the ledger, as others are told: streams of events, and webhooks.
        .target(
            name: "GatewayEvents",
            dependencies: [
                "Formats",
                "Identity",
                "Ledger",
                "Licences",
                "Nodes",
                "OneThings",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Sources/Apps/Gateway/Events"
        ),
        // The process's metrics as Prometheus reads them.
        .target(
            name: "PrometheusMetrics",
            dependencies: [.product(name: "Metrics", package: "swift-metrics")],
            path: "Sources/Apps/Gateway/Metrics"
        ),
        // The same functions over HTTP: operations with their description, and the server.
        .target(
            name: "Gateway",
            dependencies: [
                "ClusterTransport",
                "Console",
                "Formats",
                "GatewayAccess",
                "GatewayEvents",
                "Identity",
                "Ledger",
                "Licences",
                "Nodes",
                "OneThings",
                "PrometheusMetrics",
                "ZhenglianClient",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Sources/Apps/Gateway/HTTP"
        ),
        // For people in a browser: pages on the gateway.
        .target(
            name: "Console",
            dependencies: [
                "Formats",
                "Identity",
                "Ledger",
                "Licences",
                "NodeDiagnosis",
                "Nodes",
                "OneThings",
                "ZhenglianClient",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Sources/Apps/Console",
            resources: [.copy("Resources")]
        ),
        .target(
            name: "LocalConsortium",
            dependencies: ["Formats", "Nodes"],
            path: "Sources/Apps/LocalConsortium"
        ),
        .target(
            name: "NodeDiagnosis",
            dependencies: ["Formats", "Identity", "Ledger", "Nodes"],
            path: "Sources/Apps/NodeDiagnosis"
        ),
        .target(
            name: "LoadGeneration",
            dependencies: ["Formats", "Identity", "Licences", "Nodes"],
            path: "Sources/Apps/LoadGeneration"
        ),
        // Departments' business systems, simulated: for the demonstration and for trials.
        .target(
            name: "DepartmentSimulation",
            dependencies: [
                "Formats",
                "Identity",
                "Ledger",
                "Licences",
                "Nodes",
                "OneThings",
                "ZhenglianClient",
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Sources/Apps/DepartmentSimulator/Simulation"
        ),
        .executableTarget(
            name: "zhenglian-departments",
            dependencies: [
                "DepartmentSimulation",
                "Formats",
                "Identity",
                "Nodes",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Sources/Apps/DepartmentSimulator/Command"
        ),
        .executableTarget(
            name: "zhenglian",
            dependencies: [
                "Formats",
                "Gateway",
                "GatewayAccess",
                "Identity",
                "Ledger",
                "LicenceNode",
                "Licences",
                "LoadGeneration",
                "LocalConsortium",
                "NodeDiagnosis",
                "Nodes",
                "OneThingNode",
                "OneThings",
                "PrometheusMetrics",
                "Vault",
                "ZhenglianClient",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "BigInt", package: "BigInt"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Sources/Apps/CommandLine"
        ),
        .target(
            name: "FormatsTestKit",
            dependencies: ["Formats", "Identity"],
            path: "Tests/Support/FormatsTestKit"
        ),
        .target(
            name: "LedgerTestKit",
            dependencies: [
                "FormatsTestKit",
                "Formats",
                "Identity",
                "Ledger",
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ],
            path: "Tests/Support/LedgerTestKit"
        ),
        .target(
            name: "ClientTestKit",
            dependencies: ["Formats", "Identity", "Ledger", "LedgerTestKit", "Nodes"],
            path: "Tests/Support/ClientTestKit"
        ),
        .target(
            name: "ConsensusSimulation",
            dependencies: [
                "Consensus",
                "Formats",
                "Identity",
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            path: "Tests/Support/ConsensusSimulation"
        ),
        // Whole replicas on simulated time, network, disks and clocks.
        .target(
            name: "Simulation",
            dependencies: [
                "Consensus",
                "Formats",
                "Identity",
                "Ledger",
                "LedgerTestKit",
                "Replication",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            path: "Tests/Support/Simulation"
        ),
        .executableTarget(
            name: "simulate",
            dependencies: [
                "Simulation",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/Simulate"
        ),
        // Libraries of fictitious licences, and the program that writes them.
        .target(name: "LicenceLibrary", dependencies: ["Licences"], path: "Tests/Support/LicenceLibrary"),
        .executableTarget(
            name: "licence-library",
            dependencies: [
                "LicenceLibrary",
                "Licences",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/LicenceLibrary"
        ),
        .target(
            name: "VectorTestKit",
            dependencies: ["Formats", "Identity"],
            path: "Tests/Support/VectorTestKit"
        ),
        .testTarget(
            name: "ClusterTransportTests",
            dependencies: [
                "ClusterTransport",
                "Identity",
                "VectorTestKit",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ]
        ),
        .testTarget(
            name: "ConsensusTests",
            dependencies: [
                "Consensus",
                "ConsensusSimulation",
                "Formats",
                "Identity",
                "VectorTestKit",
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ]
        ),
        .testTarget(
            name: "FormatsTests",
            dependencies: [
                "Formats",
                "FormatsTestKit",
                "Identity",
                "Ledger",
                "LedgerTestKit",
                "VectorTestKit",
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ]
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "Formats",
                "Identity",
                "Ledger",
                "LedgerTestKit",
                "Licences",
                "LoadGeneration",
                "LocalConsortium",
                "Nodes",
                "OneThings",
                "zhenglian",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "DepartmentSimulationTests",
            dependencies: ["DepartmentSimulation", "Formats", "Identity", "Licences", "OneThings"]
        ),
        .testTarget(
            name: "IdentityTests",
            dependencies: [
                "Identity",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ]
        ),
        .testTarget(
            name: "LedgerTests",
            dependencies: [
                "Formats",
                "FormatsTestKit",
                "Identity",
                "Ledger",
                "LedgerTestKit",
                "VectorTestKit",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ]
        ),
        .testTarget(
            name: "LicencesTests",
            dependencies: [
                "ClientTestKit",
                "Formats",
                "Identity",
                "Ledger",
                "LedgerTestKit",
                "LicenceLibrary",
                "Licences",
                "Nodes",
                "VectorTestKit",
                "ZhenglianClient",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ]
        ),
        .testTarget(
            name: "OneThingsTests",
            dependencies: [
                "ClientTestKit",
                "Formats",
                "Identity",
                "Ledger",
                "LedgerTestKit",
                "Licences",
                "Nodes",
                "OneThings",
                "VectorTestKit",
                "ZhenglianClient",
            ]
        ),
        .testTarget(
            name: "LicenceNodeTests",
            dependencies: [
                "ClientTestKit",
                "ClusterTransport",
                "Formats",
                "Identity",
                "Ledger",
                "LedgerTestKit",
                "LicenceNode",
                "Licences",
                "Nodes",
                "Vault",
                "VectorTestKit",
                "ZhenglianClient",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "OneThingNodeTests",
            dependencies: [
                "ClientTestKit",
                "ClusterTransport",
                "Formats",
                "Identity",
                "Ledger",
                "LedgerTestKit",
                "Licences",
                "Nodes",
                "OneThingNode",
                "OneThings",
                "Vault",
                "VectorTestKit",
                "ZhenglianClient",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "GatewayAccessTests",
            dependencies: [
                "ClientTestKit",
                "Formats",
                "GatewayAccess",
                "Identity",
                "Ledger",
                "LedgerTestKit",
                "Licences",
                "Nodes",
                "VectorTestKit",
                "ZhenglianClient",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),
        .testTarget(
            name: "GatewayEventsTests",
            dependencies: [
                "Formats",
                "GatewayEvents",
                "Identity",
                "Ledger",
                "LedgerTestKit",
                "Licences",
                "Nodes",
                "OneThings",
                "ZhenglianClient",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ]
        ),
        .testTarget(
            name: "PrometheusMetricsTests",
            dependencies: ["PrometheusMetrics", .product(name: "Metrics", package: "swift-metrics")]
        ),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Formats",
                "Gateway",
                "GatewayAccess",
                "Identity",
                "LedgerTestKit",
                "Nodes",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        .testTarget(
            name: "ConsoleTests",
            dependencies: [
                "Console",
                "Formats",
                "Identity",
                "Ledger",
                "LedgerTestKit",
                "Licences",
                "Nodes",
                "OneThings",
                "ZhenglianClient",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),
        .testTarget(
            name: "NodeRuntimeTests",
            dependencies: [
                "ClusterTransport",
                "Formats",
                "Identity",
                "Ledger",
                "LedgerTestKit",
                "Nodes",
                "Replication",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .testTarget(
            name: "NodeDiagnosisTests", dependencies: ["Formats", "Identity", "Ledger", "NodeDiagnosis", "Nodes"]),
        .testTarget(
            name: "NodesTests",
            dependencies: [
                "ClientTestKit",
                "ClusterTransport",
                "Formats",
                "Identity",
                "Ledger",
                "LedgerTestKit",
                "Nodes",
                "VectorTestKit",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "LoadGenerationTests",
            dependencies: [
                "ClientTestKit", "Formats", "Identity", "LedgerTestKit", "Licences", "LoadGeneration", "Nodes",
            ]
        ),
        .testTarget(name: "LocalConsortiumTests", dependencies: ["LocalConsortium"]),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["Formats", "Identity", "Ledger", "Licences", "OneThings", "Simulation", "simulate"],
            exclude: ["failing-seeds.txt"]
        ),
        .testTarget(
            name: "ZhenglianClientTests",
            dependencies: [
                "ClientTestKit",
                "Formats",
                "Identity",
                "Ledger",
                "LedgerTestKit",
                "Licences",
                "Nodes",
                "ZhenglianClient",
            ]
        ),
        .testTarget(name: "RepositoryTests", exclude: ["imports.policy", "style.exceptions"]),
    ],
    swiftLanguageModes: [.v6]
)

// One standard for every target: what a setting forbids in one place it forbids everywhere.
for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
}
