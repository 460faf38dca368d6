// swift-tools-version: 6.2
// How a department's own program uses licences: a package of its own that depends on the library, as theirs would.

import PackageDescription

let package = Package(
    name: "UseALicence",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "zhenglian", path: "../.."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .executableTarget(
            name: "UseALicence",
            dependencies: [
                .product(name: "Formats", package: "zhenglian"),
                .product(name: "Nodes", package: "zhenglian"),
                .product(name: "ZhenglianClient", package: "zhenglian"),
                .product(name: "Logging", package: "swift-log"),
            ]
        )
    ],
    swiftLanguageModes: [.v6]
)
