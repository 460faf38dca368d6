import Foundation
import Licences
import Testing

@Suite struct DecisionPropertyTests {
    /// How many situations a run tries: 2,000 by default, as many as `SITUATIONS` says, from `SITUATION_SEED` on.
    private static let count = ProcessInfo.processInfo.environment["SITUATIONS"].flatMap(Int.init) ?? 2_000
    private static let first = ProcessInfo.processInfo.environment["SITUATION_SEED"].flatMap(UInt64.init) ?? 1

    @Test func theLedgerDecidesAsTheRulesReadInEverySituation() throws {
        let bench = try DecisionBench()
        var seen: [DenialReason: Int] = [:]
        var allowed = 0
        for seed in Self.first..<Self.first + UInt64(Self.count) {
            var generator = SituationGenerator(seed: seed, bench: bench)
            let situation = try generator.next()
            let expected = NaiveDecision(situation)
            let decided = try bench.decide(situation)
            for reason in decided.reasons { seen[reason, default: 0] += 1 }
            allowed += decided.reasons.isEmpty ? 1 : 0
            guard decided.reasons == expected.reasons.sorted(), decided.fields == expected.fields else {
                Issue.record(
                    """
                    seed \(seed): the ledger says \(decided.reasons) and \(decided.fields), the rules say \
                    \(expected.reasons.sorted()) and \(expected.fields), in \(situation)
                    """)
                return
            }
        }
        // A generator that never comes to one of the answers would prove nothing about it.
        if Self.count >= 2_000 {
            let never = DenialReason.allCases.filter { seen[$0] == nil }
            #expect(never.isEmpty, "no situation was denied for \(never)")
            #expect(allowed > Self.count / 100, "\(allowed) of \(Self.count) situations were allowed")
        }
    }
}
