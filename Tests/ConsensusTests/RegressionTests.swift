import Consensus
import ConsensusSimulation
import Formats
import Testing

/// What others paid for (consensus.md), each on a simulated network.
@Suite struct RegressionTests {
    private func cluster(
        _ count: Int,
        seed: UInt64 = 1,
        misbehaviours: [Int: any Misbehaviour] = [:]
    ) -> Cluster {
        var cluster = Cluster(count: count, seed: seed, misbehaviours: misbehaviours)
        cluster.start()
        cluster.run(for: .milliseconds(200))
        return cluster
    }

    /// Submits one item after the other, each once the one before is final.
    private func order(_ items: ClosedRange<UInt64>, on cluster: inout Cluster, within limit: Duration = .seconds(5)) {
        for item in items {
            cluster.submit(item)
            #expect(cluster.runUntilFinal(within: limit) != nil, "item \(item)")
        }
    }

    @Test("FISCO-BCOS #2211: one malicious huge view stalls everybody")
    func aHugeViewMovesNobody() {
        var cluster = cluster(4, misbehaviours: [2: HugeViews()])
        order(1...8, on: &cluster)
        for index in [0, 1, 3] {
            let view = cluster.diagnosis(index)?.view ?? .zero
            #expect(view < View(rawValue: 40))
            #expect(cluster.blame(index)[.malformed, default: 0] > 0, "the claim without a proof is blamed")
        }
    }

    @Test("commonware #2050: restart forgets a vote and votes twice")
    func aRestartAtAnyInstantForgetsNoVote() {
        for seed: UInt64 in 1...10 {
            var cluster = cluster(4, seed: seed)
            for step in 0..<40 {
                cluster.submit(UInt64(step))
                cluster.run(for: .milliseconds(Int(seed) + 7))
                cluster.crash(step % 4)
                cluster.run(for: .milliseconds(30))
                cluster.start(step % 4)
            }
            #expect(cluster.runUntilFinal(within: .seconds(10)) != nil, "seed \(seed)")
            #expect(cluster.violations.isEmpty, "seed \(seed)")
        }
    }

    @Test("commonware #2050: the whole network goes down at once and comes back")
    func aBlackoutOfAllValidatorsForgetsNothing() {
        var cluster = cluster(4)
        for round in 0..<10 {
            cluster.submit(UInt64(round))
            cluster.run(for: .milliseconds(35 + 13 * round))
            for index in 0..<4 { cluster.crash(index) }
            cluster.run(for: .milliseconds(100))
            for index in 0..<4 { cluster.start(index) }
        }
        #expect(cluster.runUntilFinal(within: .seconds(10)) != nil)
        #expect(cluster.violations.isEmpty)
    }

    @Test("fabric #4545: a frozen leader that nobody replaces")
    func aFrozenLeaderIsReplaced() {
        var cluster = cluster(4)
        order(1...3, on: &cluster)
        let leader = (cluster.diagnosis(0)?.leader.rawValue ?? 0)
        cluster.freeze(leader)
        cluster.submit(100)
        cluster.run(for: .seconds(3))
        for index in 0..<4 where index != leader {
            #expect(cluster.chain(index).contains { $0.items.contains(100) })
        }
        cluster.thaw(leader)
        #expect(cluster.runUntilFinal(within: .seconds(5)) != nil)
    }

    @Test func aLeaderThatIsDownCostsNoTimeOutOnceItIsKnown() throws {
        var cluster = cluster(4)
        cluster.crash(1)
        cluster.run(for: .seconds(1))
        for item: UInt64 in 1...12 {
            cluster.submit(item)
            let result = cluster.runUntilFinal(within: .seconds(5))
            let time = try #require(result)
            #expect(time < .milliseconds(600), "three views of two delays, and a skipped one")
        }
    }

    @Test func aLeaderThatWasSkippedLeadsAgain() {
        var cluster = cluster(4)
        cluster.freeze(1)
        for item: UInt64 in 1...2 {
            cluster.submit(item)
            cluster.run(for: .seconds(5))
        }
        cluster.thaw(1)
        order(3...12, on: &cluster)
        #expect(cluster.chain(0).suffix(8).contains { $0.view % 4 == 1 })
    }

    @Test("Besu #8307: validators restarted with empty disks rejoin, and never vote twice")
    func aValidatorWithAnEmptyDiskRejoins() {
        for seed: UInt64 in 1...10 {
            var cluster = cluster(4, seed: seed)
            order(1...3, on: &cluster)
            cluster.submit(4)
            cluster.run(for: .milliseconds(Int(5 * seed)))
            cluster.loseDisk(2)
            cluster.start(2)
            order(5...14, on: &cluster)
            #expect(cluster.chain(2).count == cluster.chain(0).count, "seed \(seed)")
            #expect(cluster.violations.isEmpty, "seed \(seed)")
            #expect(cluster.diagnosis(2)?.recoveryAnswers == nil, "seed \(seed)")
            // It is a full validator again: the others can do without somebody else.
            cluster.crash(0)
            order(15...20, on: &cluster)
        }
    }

    @Test("Besu #8307: where more than f have lost what they voted, nobody guesses that there was nothing")
    func aNetworkOfEmptyDisksWaitsForItsOperators() {
        var cluster = Cluster(count: 4, seed: 3)
        for index in 0..<4 { cluster.loseDisk(index) }
        cluster.start()
        cluster.submit(1)
        #expect(cluster.runUntilFinal(within: .seconds(5)) == nil)
        #expect(cluster.violations.isEmpty)
    }

    @Test("Besu #6613: stall with fewer than f down")
    func theChainGoesOnWithFValidatorsDown() {
        for down in [[0], [1], [2], [3]] {
            var cluster = cluster(4)
            for index in down { cluster.crash(index) }
            order(1...8, on: &cluster)
        }
        for first in 0..<7 {
            var cluster = cluster(7)
            cluster.crash(first)
            cluster.crash((first + 1) % 7)
            order(1...8, on: &cluster)
        }
    }

    @Test("Besu #7642: back-off doubled to hours after an outage")
    func theChainRecoversWithinSecondsOfTheQuorumsReturn() throws {
        var cluster = cluster(4)
        cluster.partition([[0, 1], [2, 3]])
        cluster.submit(1)
        cluster.run(for: .seconds(1_200))
        cluster.heal()
        let result = cluster.runUntilFinal(within: .seconds(10))
        let time = try #require(result)
        #expect(time < .seconds(4))
    }

    @Test("Besu #7642: hours of views that time out do not make the next one long")
    func theBackOffIsCapped() throws {
        // Proposals take longer than the first time-outs, so that views time out; then the network is fast again.
        var cluster = cluster(4)
        cluster.network.delay = 900...1_500
        cluster.submit(1)
        cluster.run(for: .seconds(600))
        cluster.network.delay = 1...40
        cluster.submit(2)
        let result = cluster.runUntilFinal(within: .seconds(10))
        let time = try #require(result)
        #expect(time < .seconds(4))
        #expect(cluster.violations.isEmpty)
    }

    @Test("SmartBFT #663: a lagging node is never left behind")
    func aValidatorThatWasCutOffForHundredsOfViewsCatchesUp() {
        var cluster = cluster(4)
        cluster.partition([[0, 1, 2], [3]])
        for item: UInt64 in 1...150 {
            cluster.submit(item)
            cluster.run(for: .milliseconds(300))
        }
        cluster.heal()
        #expect(cluster.runUntilFinal(within: .seconds(5)) != nil)
        #expect(cluster.chain(3).count == cluster.chain(0).count)
        #expect(cluster.diagnosis(3)?.view == cluster.diagnosis(0)?.view)
    }

    @Test("SmartBFT #663: nor one whose connections never broke")
    func aValidatorThatWasFrozenCatchesUpWithoutANewConnection() {
        var cluster = cluster(4)
        cluster.freeze(3)
        for item: UInt64 in 1...150 {
            cluster.submit(item)
            cluster.run(for: .milliseconds(300))
        }
        cluster.thaw(3)
        order(151...152, on: &cluster)
        #expect(cluster.chain(3).count == cluster.chain(0).count)
    }

    @Test("FISCO-BCOS #4656: one node's own clock of work does not hang the chain")
    func oneValidatorThatKnowsOfNoWorkHoldsNobodyUp() {
        var cluster = cluster(4)
        for item: UInt64 in 1...6 {
            cluster.submit(item)
            for _ in 0..<50 {
                cluster.inject(.workPending(false), into: 1)
                cluster.run(for: .milliseconds(20))
            }
            #expect(cluster.chain(0).contains { $0.items.contains(item) }, "item \(item)")
        }
    }

    // MARK: Rest

    @Test func anIdleChainSendsNothing() {
        var cluster = cluster(4)
        order(1...5, on: &cluster)
        cluster.run(for: .seconds(5))
        #expect(cluster.isAtRest)
        let sent = cluster.sentCount
        cluster.run(for: .seconds(3_600))
        #expect(cluster.sentCount == sent)
    }

    @Test func oneByzantineVoterCannotKeepAnIdleChainBusy() {
        var cluster = cluster(4, misbehaviours: [2: EquivocatingVoter()])
        order(1...5, on: &cluster)
        cluster.run(for: .seconds(5))
        let view = cluster.diagnosis(0)?.view
        cluster.inject(.workPending(true), into: 2)
        cluster.run(for: .seconds(60))
        // Its turn as a leader aside, which it may fill with a valid block.
        #expect((cluster.diagnosis(0)?.view.rawValue ?? 0) <= (view?.rawValue ?? 0) + 2)
        #expect(cluster.diagnosis(0)?.isActive == false)
    }

    @Test func oneValidatorAloneNeedsNoTimer() throws {
        var cluster = cluster(1)
        for item: UInt64 in 1...5 {
            cluster.submit(item)
            let result = cluster.runUntilFinal(within: .seconds(1))
            let time = try #require(result)
            #expect(time < .milliseconds(100))
        }
        cluster.crash(0)
        cluster.start(0)
        order(6...8, on: &cluster)
        #expect(cluster.violations.isEmpty)
    }

    @Test(arguments: [2, 3]) func twoAndThreeValidatorsWorkAndTolerateNoFault(count: Int) {
        var cluster = cluster(count)
        order(1...5, on: &cluster)
        cluster.crash(0)
        cluster.submit(6)
        #expect(cluster.runUntilFinal(within: .seconds(20)) == nil)
        cluster.start(0)
        #expect(cluster.runUntilFinal(within: .seconds(5)) != nil)
        #expect(cluster.violations.isEmpty)
    }

    @Test func aBlockIsFinalAfterThreeDelays() throws {
        var cluster = cluster(4)
        cluster.network.delay = 20...20
        for item: UInt64 in 1...5 {
            cluster.submit(item)
            let result = cluster.runUntilFinal(within: .seconds(1))
            let time = try #require(result)
            // One for the item, three for the block; checking takes up to 5 ms, building up to 5, and 10 is how it is
            // looked at.
            #expect(time <= .milliseconds(4 * 20 + 10 + 10))
            cluster.run(for: .milliseconds(100))
        }
    }
}
