import ArgumentParser
import Foundation
import Simulation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Measures how a channel does with more validators and longer links.
struct Curves: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure throughput and latency with 4 to 13 validators on links of 1 and 20 ms.",
        discussion: """
            Latency and throughput are of simulated time, in which work takes none: what they show are round trips. \
            What work takes shows in the last column, processor time of this process for each transaction and \
            validator, every transaction's signature checked by every validator.
            """
    )

    @Option(help: "How many transactions each point orders.")
    var count = 2_000

    func run() throws {
        let head = ["validators", "link", "waiting", "tx/s", "tx/block", "blocks/s", "p50", "p99", "CPU"]
        print("| " + head.joined(separator: " | ") + " |")
        print("|" + head.map { _ in "---|" }.joined())
        for delay in [1, 20] {
            for validators in [4, 7, 10, 13] {
                for outstanding in [1, 64, 512] {
                    try measure(validators: validators, delay: delay, outstanding: outstanding)
                }
            }
        }
    }

    private func measure(validators: Int, delay: Int, outstanding: Int) throws {
        let start = Self.processorTime
        let point = try Curve.point(
            validators: validators, delay: delay, outstanding: outstanding,
            count: outstanding == 1 ? min(count, 200) : count)
        let spent = Self.processorTime - start
        let seconds = point.duration / .seconds(1)
        let work = spent / .microseconds(1) / Double(point.transactions * validators)
        let columns: [String] = [
            "\(validators)", "\(delay) ms", "\(outstanding)",
            String(format: "%.0f", Double(point.transactions) / seconds),
            String(format: "%.1f", Double(point.transactions) / Double(max(1, point.blocks))),
            String(format: "%.0f", Double(point.blocks) / seconds),
            String(format: "%.1f ms", point.latency(0.5) / .milliseconds(1)),
            String(format: "%.1f ms", point.latency(0.99) / .milliseconds(1)), String(format: "%.0f µs", work),
        ]
        print("| " + columns.joined(separator: " | ") + " |")
    }

    /// What this process has had of the processor.
    private static var processorTime: Duration {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return .seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + .microseconds(Int(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec))
    }
}
