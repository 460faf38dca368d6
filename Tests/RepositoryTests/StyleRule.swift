import Testing

/// One thing that sources must not do, with what to do instead and why.
struct StyleRule: Sendable, CustomTestStringConvertible {
    /// As `style.exceptions` spells it.
    let name: String
    /// Folders that the rule is for.
    let folders: [String]
    let instead: String
    let because: String
    /// Sources that the rule must catch: a rule that cannot fail proves nothing.
    let caught: [String]
    /// Sources that come close and are right.
    let passed: [String]
    /// The lines that break the rule.
    let brokenLines: @Sendable (SwiftSource) -> [Int]

    static let everywhere = ["Sources", "Tests", "Benchmarks", "Fuzzing/Sources"]
    static let sources = ["Sources"]
    /// The parts that have to come to the same result on every machine.
    static let replicated = [
        "Sources/ClusterTransport/Identity", "Sources/Consensus", "Sources/Ledger", "Sources/Apps/Licences",
    ]

    var testDescription: String { name }

    init(
        _ name: String,
        in folders: [String] = StyleRule.everywhere,
        instead: String,
        because: String,
        caught: [String],
        passed: [String] = [],
        brokenLines: @escaping @Sendable (SwiftSource) -> [Int]
    ) {
        self.name = name
        self.folders = folders
        self.instead = instead
        self.because = because
        self.caught = caught
        self.passed = passed
        self.brokenLines = brokenLines
    }

    /// A rule against each of the pieces of code in `banned`.
    init(
        _ name: String,
        in folders: [String] = StyleRule.everywhere,
        banned: [String],
        instead: String,
        because: String,
        passed: [String] = []
    ) {
        self.init(name, in: folders, instead: instead, because: because, caught: banned, passed: passed) { source in
            banned.flatMap { source.occurrences(of: $0) }.map { source.tokens[$0].line }
        }
    }

    /// Where `source` breaks the rule.
    func violations(in source: SwiftSource) -> [StyleViolation] {
        Set(brokenLines(source)).sorted().map { line in
            StyleViolation(
                rule: name,
                path: source.path,
                line: line,
                message: "\(instead) (\(because))"
            )
        }
    }

    /// Whether the rule is for the file at `path`.
    func applies(to path: String) -> Bool {
        folders.contains { path.hasPrefix($0 + "/") }
    }
}

/// A place where a rule is broken.
struct StyleViolation: Hashable, Sendable, CustomStringConvertible {
    let rule: String
    let path: String
    let line: Int
    let message: String

    var description: String { "\(path):\(line): \(rule): \(message)" }
}
