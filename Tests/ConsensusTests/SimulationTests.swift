import ConsensusSimulation
import Formats
import Foundation
import Identity
import Testing

/// Random histories. A failure prints its seed; `SIMULATION_SEED=n swift test --filter SimulationTests` runs that one
/// alone, and `SIMULATION_COUNT=n` runs more of them.
@Suite struct SimulationTests {
    private static func seeds(_ count: UInt64) -> [UInt64] {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["SIMULATION_SEED"].flatMap(UInt64.init) { return [seed] }
        return Array(1...(environment["SIMULATION_COUNT"].flatMap(UInt64.init) ?? count))
    }

    private static let misbehaviours: [any Misbehaviour] = [
        EquivocatingLeader(), EquivocatingVoter(), SilentValidator(), HugeViews(), SelectiveLeader(),
    ]

    @Test(arguments: [1, 2, 3, 4, 7])
    func validatorsAgreeAndComeToRestThroughAnyFault(count: Int) {
        for seed in Self.seeds(20) {
            let violations = Chaos(count: count, seed: seed).run()
            #expect(violations.isEmpty, "SIMULATION_SEED=\(seed), \(count) validators")
        }
    }

    @Test(arguments: misbehaviours.indices)
    func oneByzantineValidatorOfFourBreaksNothing(kind: Int) {
        for seed in Self.seeds(12) {
            let traitors = [Int(seed % 4): Self.misbehaviours[kind]]
            let violations = Chaos(count: 4, seed: seed, misbehaviours: traitors).run()
            #expect(violations.isEmpty, "SIMULATION_SEED=\(seed), \(Self.misbehaviours[kind])")
        }
    }

    @Test func twoByzantineValidatorsOfSevenBreakNothing() {
        for seed in Self.seeds(12) {
            let kinds = Self.misbehaviours.count
            let traitors = [
                Int(seed % 7): Self.misbehaviours[Int(seed) % kinds],
                Int((seed + 3) % 7): Self.misbehaviours[Int(seed / 2) % kinds],
            ]
            let violations = Chaos(count: 7, seed: seed, misbehaviours: traitors).run()
            #expect(violations.isEmpty, "SIMULATION_SEED=\(seed), \(traitors)")
        }
    }

    @Test func theSameSeedGivesTheSameHistory() {
        func history() -> [Int] {
            var cluster = Cluster(count: 4, seed: 99)
            cluster.network.loss = 0.1
            cluster.start()
            return (UInt64(1)...20).map { item in
                cluster.submit(item)
                cluster.run(for: .milliseconds(150))
                return cluster.sentCount
            }
        }
        #expect(history() == history())
    }

    // MARK: Canaries: a checker that cannot fail proves nothing

    @Test func theCheckersSeeADiskThatForgetsVotes() {
        let rules = Set((1...20).flatMap { Chaos(count: 4, seed: $0, canary: .forgetsVotes).run() }.map(\.rule))
        #expect(rules.contains(.contradiction))
    }

    @Test func theCheckersSeeAFinalizeAfterANullify() {
        let rules = Set(
            (1...20).flatMap { Chaos(count: 4, seed: $0, canary: .finalizesAfterNullify).run() }.map(\.rule))
        #expect(rules.contains(.contradiction))
    }

    @Test func theAgreementCheckerSeesAFork() {
        func block(_ item: UInt64) -> SimulatedBlock {
            SimulatedBlock(view: 1, height: 1, parentView: 0, parent: .zero, items: [item])
        }
        var checker = AgreementChecker()
        checker.executed(block(1), by: .init(rawValue: 0))
        checker.executed(block(2), by: .init(rawValue: 1))
        #expect(checker.violations.map(\.rule) == [.agreement])
        checker.restarted(.init(rawValue: 0), height: 0, lostDisk: false)
        #expect(checker.violations.count == 2)
    }
}
