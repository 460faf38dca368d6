import ArgumentParser
import Foundation
import Simulation

/// Runs the histories that once broke a rule.
struct Seeds: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the seeds of a file that once broke a rule: none may break one again.",
        discussion: "A line of the file is SEED | OPTIONS of 'replay' | what it was. Lines with # are comments."
    )

    @Argument(help: "The file.")
    var file: String

    func run() throws {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        var count = 0
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: "|", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard parts.count == 3, let seed = UInt64(parts[0]) else {
                throw ValidationError("'\(line)' is no line of a seed, its options and its story")
            }
            let options = try PlanOptions.parse(parts[1].split(separator: " ").map(String.init))
            var history = try History(try options.plan(seed: seed))
            let report = try history.run()
            guard report.violations.isEmpty else {
                print("seed \(seed), '\(parts[1])', once \(parts[2]), breaks a rule:\n\(report.story)")
                throw ExitCode(1)
            }
            count += 1
        }
        print("\(count) seeds that once broke a rule break none")
    }
}
