import Foundation

/// `imports.policy`: for every target the modules that it may import.
struct ImportPolicy: Sendable {
    /// What is wrong with the file itself.
    let mistakes: [String]
    /// Modules that come with Swift.
    let toolchain: Set<String>
    /// Modules that arrive with a product of another name, so that no dependency declares them either.
    let bundled: Set<String>
    /// Targets that are being written and need not use all of their line yet.
    let growing: Set<String>

    /// Programs that tests run: to depend on one has it built, and nothing imports it.
    let programs: Set<String>

    private let modules: [String: Set<String>]
    private let modulesOfTests: Set<String>

    init(_ text: String) {
        var modules: [String: Set<String>] = [:]
        var mistakes: [String] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            let names = parts.count == 2 ? parts[1].split(separator: " ").map(String.init) : []
            if parts.count != 2 || names.isEmpty {
                mistakes.append("imports.policy:\(index + 1): not 'target: module module…'")
            } else if modules[parts[0]] != nil {
                mistakes.append("imports.policy:\(index + 1): a second line for '\(parts[0])'")
            } else if Set(names).count != names.count {
                mistakes.append("imports.policy:\(index + 1): a module is named twice")
            }
            modules[parts[0]] = Set(names)
        }
        self.toolchain = modules.removeValue(forKey: "toolchain") ?? []
        self.bundled = modules.removeValue(forKey: "bundled") ?? []
        self.growing = modules.removeValue(forKey: "growing") ?? []
        self.programs = modules.removeValue(forKey: "programs") ?? []
        self.modulesOfTests = modules.removeValue(forKey: "tests") ?? []
        self.modules = modules
        self.mistakes = mistakes
    }

    /// The targets with a line of their own, in order.
    var targets: [String] { modules.keys.sorted() }

    /// Whether the target has a line of its own, and not only the one for all tests.
    func hasLine(for target: String) -> Bool { modules[target] != nil }

    /// What the target may import; `nil` where nothing is said about it.
    func allowed(for target: String) -> Set<String>? {
        if let own = modules[target] { return own }
        guard target.hasSuffix("Tests"), let subject = modules[String(target.dropLast("Tests".count))] else {
            return nil
        }
        return subject.union(modulesOfTests).union([String(target.dropLast("Tests".count))])
    }

    /// Where a target with these sources and dependencies departs from the policy.
    func violations(of target: PackageTarget, sources: [SwiftSource]) -> [String] {
        guard let allowed = allowed(for: target.name) else {
            return ["imports.policy: add the line '\(target.name): …' with the modules that it may import"]
        }
        var violations: [String] = []
        var imported: Set<String> = []
        for source in sources {
            for entry in SwiftImport.all(in: source) {
                imported.insert(entry.module)
                if !allowed.contains(entry.module) {
                    violations.append(
                        "\(source.path):\(entry.line): \(target.name) may not import \(entry.module); "
                            + "it may import \(allowed.sorted().joined(separator: " "))"
                    )
                }
            }
        }
        let declared = Set(target.dependencies)
        for module in declared.subtracting(allowed).sorted() {
            violations.append("Package.swift: \(target.name) depends on \(module), which imports.policy does not allow")
        }
        guard hasLine(for: target.name), !Self.isScaffold(sources) else { return violations }
        let rot = unused(of: target, allowed: allowed, imported: imported)
        if !growing.contains(target.name) {
            violations += rot
        } else if rot.isEmpty {
            violations.append("imports.policy: \(target.name) uses all of its line: delete it from 'growing'")
        }
        return violations
    }

    /// What the target's line has that nothing needs.
    private func unused(of target: PackageTarget, allowed: Set<String>, imported: Set<String>) -> [String] {
        let undeclared = allowed.subtracting(target.dependencies).subtracting(toolchain).subtracting(bundled)
        return undeclared.sorted().map { module in
            "imports.policy: \(target.name) may import \(module), on which it does not depend"
        }
            + allowed.subtracting(imported).subtracting(programs).sorted().map { module in
                "imports.policy: no file of \(target.name) imports \(module): "
                    + "delete it there and from the dependencies in Package.swift"
            }
    }

    /// Whether the sources only hold the target's place: one file, with nothing in it but imports, or named for that.
    private static func isScaffold(_ sources: [SwiftSource]) -> Bool {
        guard let source = sources.first, sources.count == 1 else { return sources.isEmpty }
        return StyleMeasures.isScaffold(source.path)
            || source.tokens.count == SwiftImport.all(in: source).count * 2
    }
}
