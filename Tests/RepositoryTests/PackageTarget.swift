import Foundation

/// A target as `swift package dump-package` tells it: the manifest evaluated, not read as text.
struct PackageTarget: Sendable {
    let name: String
    /// From the root of the checkout.
    let path: String
    /// The names of the targets and products that it depends on. Products of this package's dependencies bear the name
    /// of the module that they hold.
    let dependencies: [String]

    init(name: String, path: String, dependencies: [String]) {
        self.name = name
        self.path = path
        self.dependencies = dependencies
    }

    /// Whether the file at `path` belongs to the target.
    func contains(_ file: String) -> Bool { file.hasPrefix(path + "/") }

    /// The targets of the checkout's manifest that have sources of Swift; a system library has none.
    static func all() throws -> [PackageTarget] {
        // A scratch path of its own, because the one in use is locked for as long as tests run.
        let scratch = FileManager.default.temporaryDirectory.appending(path: "zhenglian-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let result = try Command.run(
            "/usr/bin/env",
            ["swift", "package", "--scratch-path", scratch.path, "dump-package"],
            in: Repository.root
        )
        guard result.status == 0 else {
            throw CommandError(message: "swift package dump-package failed: \(result.standardError)")
        }
        let manifest = try JSONDecoder().decode(Manifest.self, from: Data(result.standardOutput.utf8))
        return manifest.targets.filter { $0.type != "system" }.map { target in
            PackageTarget(
                name: target.name,
                path: target.path ?? (target.type == "test" ? "Tests/\(target.name)" : "Sources/\(target.name)"),
                dependencies: target.dependencies.compactMap(\.name)
            )
        }
    }

    private struct Manifest: Decodable {
        struct Target: Decodable {
            let name: String
            let type: String
            let path: String?
            let dependencies: [Dependency]
        }

        let targets: [Target]
    }

    /// `{"product": ["Crypto", "swift-crypto", null, null]}` or `{"byName": ["Identity", null]}`.
    private struct Dependency: Decodable {
        let name: String?

        init(from decoder: any Decoder) throws {
            let kinds = try decoder.singleValueContainer().decode([String: [Part]].self)
            name = kinds.values.first?.first?.text
        }

        private struct Part: Decodable {
            let text: String?

            init(from decoder: any Decoder) throws {
                // Only the first part is asked for; a later one may be a condition of any shape.
                text = try? decoder.singleValueContainer().decode(String.self)
            }
        }
    }
}
