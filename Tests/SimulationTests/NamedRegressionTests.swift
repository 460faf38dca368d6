import Formats
import Identity
import Ledger
import Simulation
import Testing

/// What others paid for, where it takes a whole member to see it. Those of the voting rules alone are in
/// `Tests/ConsensusTests`.
@Suite struct NamedRegressionTests {
    /// Orders one transaction after the other until somebody has come to a height.
    /// - Returns: the longest time without a block meanwhile.
    private func work(_ scenario: Scenario, to height: UInt64, clients: Int) -> Duration {
        work(scenario, clients: clients) { scenario.height >= height }
    }

    /// Orders one transaction after the other until something is so, for two minutes at most.
    /// - Returns: the longest time without a block meanwhile.
    private func work(_ scenario: Scenario, clients: Int, until isDone: () -> Bool) -> Duration {
        var longest = Duration.zero
        var last = (height: scenario.height, time: scenario.now)
        let start = scenario.now
        var next = 0
        while !isDone(), scenario.now - start < .seconds(120), scenario.violations.isEmpty {
            scenario.order(next % clients)
            next += 1
            for _ in 0..<8 {
                scenario.run(for: .milliseconds(5))
                guard scenario.height > last.height else { continue }
                longest = max(longest, scenario.now - last.time)
                last = (scenario.height, scenario.now)
            }
        }
        return longest
    }

    @Test("Besu #8425: adding a validator halts the chain")
    func addingAValidatorDoesNotHaltTheChain() throws {
        let scenario = try Scenario(validators: 4, spares: 2)
        _ = work(scenario, to: 5, clients: 4)
        for spare in [4, 5] {
            let before = scenario.epoch(of: 0)
            scenario.propose(scenario.joining(spare))
            let pause = work(scenario, clients: 4) { scenario.isVoting(spare) && scenario.epoch(of: 0) > before }
            #expect(scenario.epoch(of: 0) == before + 1)
            #expect(work(scenario, to: scenario.height + 20, clients: 4) < .seconds(1))
            #expect(scenario.isVoting(spare))
            #expect(pause < .seconds(1), "no block for \(pause)")
        }
        #expect(scenario.settle() != nil, "\(scenario.unsettled)")
        #expect(scenario.violations.isEmpty, "\(scenario.story)")
    }

    @Test("Besu #8425: nor where the one that is added is not there")
    func addingAValidatorThatIsDownDoesNotHaltTheChain() throws {
        let scenario = try Scenario(validators: 4, spares: 1)
        scenario.crash(4)
        scenario.propose(scenario.joining(4))
        _ = work(scenario, clients: 4) { scenario.epoch(of: 0) == 1 }
        #expect(scenario.epoch(of: 0) == 1)
        #expect(work(scenario, to: scenario.height + 20, clients: 4) < .seconds(2))
        scenario.start(4)
        #expect(scenario.settle() != nil, "\(scenario.unsettled)")
        #expect(scenario.isVoting(4))
    }

    @Test("CCF #1485: retired leader still takes part")
    func aRetiredLeaderTakesNoPart() throws {
        let scenario = try Scenario(validators: 5)
        _ = work(scenario, to: 5, clients: 4)
        let leader = try #require(scenario.leader(asSeenBy: 0))
        let witness = leader == 0 ? 1 : 0
        scenario.propose(scenario.leaving(leader))
        _ = work(scenario, clients: 4) { scenario.epoch(of: witness) == 1 }
        #expect(scenario.epoch(of: witness) == 1)
        #expect(scenario.settle() != nil, "\(scenario.unsettled)")
        #expect(!scenario.isVoting(leader))
        let first = scenario.height + 1
        _ = work(scenario, to: scenario.height + 20, clients: 4)
        #expect(scenario.settle() != nil, "\(scenario.unsettled)")
        #expect(!scenario.signers(from: first, on: witness).contains(scenario.member(leader)))
        // It is still a member that follows.
        #expect(scenario.height(of: leader) == scenario.height)
        #expect(scenario.violations.isEmpty, "\(scenario.story)")
    }

    @Test("CCF #1485: nor does one that goes on speaking of the epochs that are over")
    func aRetiredTraitorChangesNothing() throws {
        let scenario = try Scenario(validators: 5, traitors: [2: .staleEpochs])
        _ = work(scenario, to: 5, clients: 4)
        scenario.propose(scenario.leaving(2))
        _ = work(scenario, clients: 4) { scenario.epoch(of: 0) == 1 }
        let pause = work(scenario, to: scenario.height + 40, clients: 4)
        #expect(scenario.epoch(of: 0) == 1)
        #expect(pause < .seconds(2), "no block for \(pause)")
        #expect(scenario.violations.isEmpty, "\(scenario.story)")
    }

    @Test("commonware #3126: one fsync per item makes backfill slow")
    func catchingUpTakesFewSynchronizations() throws {
        let scenario = try Scenario(validators: 4)
        _ = work(scenario, to: 3, clients: 4)
        scenario.crash(3)
        _ = work(scenario, to: 300, clients: 4)
        let before = scenario.diskWork(of: 3)
        let behind = scenario.height - scenario.height(of: 3)
        scenario.start(3)
        let time = try #require(scenario.settle(), "\(scenario.unsettled)")
        let after = scenario.diskWork(of: 3)
        #expect(behind > 250)
        #expect(after.executions - before.executions <= 20)
        #expect(after.synchronizations - before.synchronizations <= 60)
        #expect(time < .seconds(5))
    }

    @Test("CometBFT #5668: double-sign check off by one")
    func aValidatorThatDiesAtAnyPointSaysNothingElseAfterwards() throws {
        // Every point at which a validator can die within some views, the last vote's among them.
        for point in 1...60 {
            let scenario = try Scenario(validators: 4, seed: UInt64(point))
            scenario.crash(1, atPoint: point)
            _ = work(scenario, to: 10, clients: 4)
            #expect(scenario.settle() != nil, "point \(point): \(scenario.unsettled)")
            #expect(scenario.violations.isEmpty, "point \(point): \(scenario.story)")
        }
    }

    @Test func whoWasAwayWhileEpochsChangedCatchesUpOnAChainThatRests() throws {
        for losesDisk in [false, true] {
            let scenario = try Scenario(validators: 5)
            _ = work(scenario, to: 5, clients: 4)
            if losesDisk { scenario.emptyDisk(4) } else { scenario.crash(4) }
            // It leaves meanwhile: nobody will speak to it any more.
            scenario.propose(scenario.leaving(4))
            _ = work(scenario, clients: 4) { scenario.epoch(of: 0) == 1 }
            scenario.run(for: .seconds(20))
            scenario.start(4)
            #expect(scenario.settle() != nil, "\(scenario.unsettled)")
            #expect(scenario.height(of: 4) == scenario.height)
            #expect(!scenario.isVoting(4))
        }
    }

    @Test("SmartBFT #663: a member that was cut off is never left behind")
    func aMemberThatWasAwayIsNeverLeftBehind() throws {
        let scenario = try Scenario(validators: 4, spares: 1)
        for round in 0..<6 {
            let machine = round % 5
            scenario.crash(machine)
            _ = work(scenario, to: scenario.height + 15, clients: 4)
            scenario.start(machine)
            #expect(scenario.settle() != nil, "round \(round): \(scenario.unsettled)")
        }
        #expect(scenario.violations.isEmpty, "\(scenario.story)")
    }

    @Test("fabric #4545: a frozen leader that nobody replaces")
    func aFrozenLeaderIsReplaced() throws {
        let scenario = try Scenario(validators: 4)
        _ = work(scenario, to: 5, clients: 4)
        let leader = try #require(scenario.leader(asSeenBy: 0))
        scenario.freeze(leader, for: .seconds(30))
        let pause = work(scenario, to: scenario.height + 20, clients: 4)
        #expect(scenario.now < .seconds(30))
        #expect(pause < .seconds(1), "no block for \(pause)")
        #expect(scenario.settle(within: .seconds(60)) != nil, "\(scenario.unsettled)")
    }

    @Test("Besu #8307: a validator with an empty disk rejoins by blocks that are final, and never votes twice")
    func anEmptyDiskIsFilledAgain() throws {
        let scenario = try Scenario(validators: 4)
        for machine in 0..<4 {
            _ = work(scenario, to: scenario.height + 12, clients: 4)
            scenario.emptyDisk(machine)
            _ = work(scenario, to: scenario.height + 6, clients: 4)
            scenario.start(machine)
            // It has to hear of what it may have said before the next one may lose its memory.
            _ = work(scenario, to: scenario.height + 20, clients: 4)
            #expect(scenario.settle() != nil, "\(scenario.unsettled)")
        }
        #expect(scenario.violations.isEmpty, "\(scenario.story)")
    }
}
