import ArgumentParser
import Simulation

/// Runs one history and says what happened.
struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run one history, and say what happened in it.",
        discussion: "Example: simulate replay 42 --trace 200"
    )

    @Argument(help: "The seed.")
    var seed: UInt64
    @Option(help: "How many of the last events are shown.")
    var trace = 0
    @OptionGroup var options: PlanOptions

    func run() throws {
        let clock = ContinuousClock()
        let start = clock.now
        var history = try History(try options.plan(seed: seed), traceCapacity: trace)
        let report = try history.run()
        for line in report.trace {
            print(line)
        }
        print("seed \(seed): \(report.plan.summary)")
        for diagnosis in report.diagnoses {
            print(diagnosis)
        }
        print("\(report.height) blocks, \(report.epochs) epochs, \(report.simulated) in \(clock.now - start)")
        for (kind, count) in report.tally.counts.sorted(by: { $0.key < $1.key }) {
            print("  \(kind): \(count)")
        }
        print("digest \(String(report.digest, radix: 16))")
        for violation in report.violations {
            print("VIOLATION \(violation)")
        }
        if !report.violations.isEmpty { throw ExitCode(1) }
    }
}
