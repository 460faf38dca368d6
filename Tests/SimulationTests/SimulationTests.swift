import Foundation
import Simulation
import Testing

/// Histories of whole members. A failure prints its seed; `make simulate SEED=n` runs that one alone, with a trace.
@Suite struct SimulationTests {
    @Test(arguments: [1, 2, 3, 4, 7]) func membersAgreeThroughAnyFault(validators: Int) throws {
        for seed in UInt64(1)...3 {
            var plan = HistoryPlan(seed: seed)
            plan.validators = validators
            plan.traitors = [:]
            var history = try History(plan)
            let report = try history.run()
            #expect(report.violations.isEmpty, "\(report.story)")
            #expect(report.height > 0)
        }
    }

    @Test(arguments: MisbehaviourKind.allCases) func oneTraitorOfFourBreaksNothing(kind: MisbehaviourKind) throws {
        var plan = HistoryPlan(seed: 11)
        plan.validators = 4
        plan.traitors = [2: kind]
        var history = try History(plan)
        let report = try history.run()
        #expect(report.violations.isEmpty, "\(report.story)")
    }

    @Test func theSamePlanGivesTheSameHistory() throws {
        let digests = try (0..<2).map { _ in
            var history = try History(HistoryPlan(seed: 1))
            return try history.run().digest
        }
        #expect(digests[0] == digests[1])
    }

    @Test func theLedgerOnDiskComesToTheSame() async throws {
        var plan = HistoryPlan(seed: 1)
        plan.usesReferenceCommitment = true
        var history = try History(plan)
        let report = try history.run()
        #expect(report.violations.isEmpty, "\(report.story)")
        let folder = FileManager.default.temporaryDirectory.appending(path: "simulation-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let difference = try await history.differenceOnDisk(path: folder.appending(path: "ledger.sqlite").path)
        #expect(difference == nil)
    }

    // MARK: Canaries: a checker that cannot fail proves nothing

    @Test(arguments: [
        (Canary.forgetsVotes, [Violation.Rule.contradiction, .persistence]),
        (.finalizesAfterNullify, [.contradiction, .persistence]),
        (.quorumTooSmall, [.agreement, .epochs, .contradiction, .failure]),
        (.executesWithoutFinality, [.agreement, .failure, .contradiction, .durability]),
        (.sendsBeforeSync, [.persistence]),
    ])
    func aBrokenRuleIsSeen(canary: Canary, rules: [Violation.Rule]) throws {
        var seen: Set<Violation.Rule> = []
        for seed in UInt64(1)...20 where seen.isDisjoint(with: rules) {
            var plan = HistoryPlan(seed: seed)
            plan.validators = 4
            plan.traitors = [:]
            plan.canary = canary
            var history = try History(plan)
            seen.formUnion(try history.run().violations.map(\.rule))
        }
        #expect(!seen.isDisjoint(with: rules), "\(canary): \(seen)")
    }
}
