import ArgumentParser
import Foundation
import Simulation

/// Runs one history after the other and counts.
struct Search: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run histories of consecutive seeds, and count what happened in them.",
        discussion: """
            Example: simulate search --first 1 --count 1000 --report report.txt

            Several of these run side by side with --stride. The report has one line 'KIND<tab>COUNT' for each \
            kind, and one 'FAILED<tab>SEED' for each seed that broke a rule. The seed that runs is in REPORT.seed, so \
            that the one is known that ended the process.
            """
    )

    @Option(help: "The first seed.")
    var first: UInt64 = 1
    @Option(help: "How many histories.")
    var count: UInt64 = 1_000
    @Option(help: "From one seed to the next.")
    var stride: UInt64 = 1
    @Option(help: "No history begins after so many seconds.")
    var seconds = Int.max
    @Option(help: "Where the counts go.")
    var report: String?
    @OptionGroup var options: PlanOptions

    func run() throws {
        let clock = ContinuousClock()
        let start = clock.now
        var tally = Tally()
        var failed: [UInt64] = []
        for index in 0..<count {
            guard clock.now - start < .seconds(seconds) else { break }
            let seed = first + index * stride
            if let report { try "\(seed)\n".write(toFile: report + ".seed", atomically: false, encoding: .utf8) }
            var history = try History(try options.plan(seed: seed))
            let outcome = try history.run()
            count(outcome, into: &tally)
            guard !outcome.violations.isEmpty else { continue }
            failed.append(seed)
            print("seed \(seed) FAILED: \(outcome.plan.summary)")
            for violation in outcome.violations.prefix(2) {
                print("  \(violation)")
            }
        }
        tally.add("real milliseconds", Int((clock.now - start) / .milliseconds(1)))
        try finish(tally, failed)
        if !failed.isEmpty { throw ExitCode(1) }
    }

    private func count(_ outcome: HistoryReport, into tally: inout Tally) {
        tally.add(outcome.tally)
        tally.add("histories", 1)
        tally.add("simulated seconds", Int(outcome.simulated / .seconds(1)))
        tally.add("blocks", Int(outcome.height))
        tally.add("epochs after the first", outcome.epochs - 1)
        for kind in outcome.plan.traitors.values {
            tally.add("traitor: \(kind.rawValue)", 1)
        }
    }

    private func finish(_ tally: Tally, _ failed: [UInt64]) throws {
        let lines =
            tally.counts.sorted { $0.key < $1.key }.map { "\($0.key)\t\($0.value)" } + failed.map { "FAILED\t\($0)" }
        let text = lines.joined(separator: "\n") + "\n"
        guard let report else { return print(text, terminator: "") }
        try text.write(toFile: report, atomically: true, encoding: .utf8)
        try? FileManager.default.removeItem(atPath: report + ".seed")
    }
}
