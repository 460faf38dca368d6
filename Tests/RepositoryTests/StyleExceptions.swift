import Foundation

/// The lines of `style.exceptions`: where a rule may be broken, and why.
struct StyleExceptions: Sendable {
    /// One permission for one rule in one file.
    struct Entry: Hashable, Sendable {
        let rule: String
        let path: String
        /// Where it stands in the file of exceptions, counted from 1.
        let line: Int
    }

    let entries: [Entry]
    /// What is wrong with the file itself.
    let mistakes: [String]

    /// Reads `rule | path | reason` from each line that is neither empty nor a comment.
    init(_ text: String, rules: [String]) {
        var entries: [Entry] = []
        var mistakes: [String] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            let parts = line.split(separator: "|", maxSplits: 2).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 3, parts[2].count >= 20 else {
                mistakes.append("style.exceptions:\(index + 1): not 'rule | path | reason' with a reason in words")
                continue
            }
            guard rules.contains(parts[0]) else {
                mistakes.append("style.exceptions:\(index + 1): there is no rule '\(parts[0])'")
                continue
            }
            entries.append(Entry(rule: parts[0], path: parts[1], line: index + 1))
        }
        self.entries = entries
        self.mistakes = mistakes
    }

    /// The violations that nothing excuses, and the entries that excuse nothing.
    func apply(to violations: [StyleViolation]) -> (violations: [StyleViolation], unused: [Entry]) {
        let remaining = violations.filter { violation in
            !entries.contains { $0.rule == violation.rule && $0.path == violation.path }
        }
        let unused = entries.filter { entry in
            !violations.contains { $0.rule == entry.rule && $0.path == entry.path }
        }
        return (remaining, unused)
    }
}
