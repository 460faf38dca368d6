import ArgumentParser
import Foundation
import Simulation

/// Runs histories whose chains the shipped ledger executes on disk in the end.
struct LedgerRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Run histories with the product's commitments, and execute their chains on disk.",
        discussion: "Example: simulate ledger --first 1 --count 5"
    )

    @Option(help: "The first seed.")
    var first: UInt64 = 1
    @Option(help: "How many histories.")
    var count: UInt64 = 5

    func run() async throws {
        for seed in first..<first + count {
            var plan = HistoryPlan(seed: seed)
            plan.usesReferenceCommitment = true
            var history = try History(plan)
            let report = try history.run()
            guard report.violations.isEmpty else {
                print(report.story)
                throw ExitCode(1)
            }
            let folder = FileManager.default.temporaryDirectory.appending(path: "simulate-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let difference = try await history.differenceOnDisk(path: folder.appending(path: "ledger.sqlite").path)
            if let difference {
                print("seed \(seed): \(difference)")
                throw ExitCode(1)
            }
            print("seed \(seed): \(report.height) blocks, the same on disk")
        }
    }
}
