import Consensus
import Formats
import Ledger
import Replication

/// One history from a plan: a storm of faults, then peace, in which everything has to become final, everybody has to
/// have it, and the channel has to come to rest.
public struct History {
    let channel: SimulatedChannel
    private let plan: HistoryPlan
    private var generator: SeededGenerator

    /// - Parameter traceCapacity: how many of the last events are kept in words; 0 for none.
    /// - Throws: what making the consortium throws.
    public init(_ plan: HistoryPlan, traceCapacity: Int = 0) throws {
        self.plan = plan
        generator = SeededGenerator(seed: plan.seed ^ 0x5EED)
        channel = try SimulatedChannel(plan, traceCapacity: traceCapacity)
    }

    /// Runs the history to its end, or to the first violation.
    public mutating func run() throws -> HistoryReport {
        channel.network.quality = SimulatedNetwork.Quality(
            delay: 1_000...max(2_000, plan.greatestDelay * 1_000), loss: plan.loss, duplication: plan.duplication)
        channel.crashProbability = plan.diesAnywhere ? 0.0005 : 0
        channel.workDuration = generator.chance(0.2) ? 40_000 : 3_000
        for node in channel.nodes {
            node.clock.skew = .milliseconds(Int.random(in: -200...200, using: &generator))
            node.clock.drift = Int.random(in: -200...200, using: &generator)
        }
        try channel.begin()
        channel.beginClients()
        while channel.now < plan.storm, channel.checkers.violations.isEmpty {
            strike()
            channel.run(for: .milliseconds(Int.random(in: 20...600, using: &generator)))
            measure()
        }
        if channel.checkers.violations.isEmpty { makePeace() }
        if channel.checkers.violations.isEmpty { judge() }
        return report
    }

    private var report: HistoryReport {
        HistoryReport(
            plan: plan, violations: channel.checkers.violations, digest: channel.trace.digest.value,
            simulated: channel.now, height: channel.checkers.agreement.height,
            epochs: channel.checkers.epochs.count, greatest: channel.checkers.bounds.greatest, tally: channel.tally,
            trace: channel.trace.text, diagnoses: channel.diagnoses)
    }

    // MARK: Storm

    private mutating func strike() {
        let nodes = channel.nodes
        let node = nodes[Int.random(in: 0..<nodes.count, using: &generator)]
        switch Int.random(in: 0..<24, using: &generator) {
        case 0...4: break
        case 5, 6: channel.crash(node)
        case 7...10: startAll()
        case 11: splitInTwo()
        case 12: cutOneWay()
        case 13: isolate(node)
        case 14...16: heal()
        case 17: channel.freeze(node, for: .milliseconds(Int.random(in: 50...4_000, using: &generator)))
        case 18: slowDown(node)
        case 19: moveClock(node)
        case 20: fillDisk(node)
        case 21:
            channel.tally.count("synchronisation fails")
            node.file.failNextSynchronization()
        case 22: emptyDisk(node)
        default: prune(node)
        }
    }

    private func startAll() {
        for node in channel.nodes {
            channel.start(node)
        }
    }

    private mutating func splitInTwo() {
        channel.tally.count("border")
        let side = channel.nodes.map { _ in generator.chance(0.5) }
        cut { side[$0] != side[$1] }
    }

    private mutating func cutOneWay() {
        channel.tally.count("one-way border")
        let source = Int.random(in: 0..<channel.nodes.count, using: &generator)
        let targets = channel.nodes.map { _ in generator.chance(0.5) }
        cut { $0 == source && targets[$1] }
    }

    private func isolate(_ node: SimulatedNode) {
        channel.tally.count("isolation")
        cut { $0 == node.number || $1 == node.number }
    }

    private func cut(_ isCut: (Int, Int) -> Bool) {
        let numbers = channel.nodes.map(\.number)
        channel.network.cuts = Set(
            numbers.flatMap { source in
                numbers.filter { $0 != source && isCut(source, $0) }.map {
                    SimulatedNetwork.Link(source: source, target: $0)
                }
            })
        channel.announceReachability()
    }

    private func heal() {
        channel.network.cuts = []
        channel.network.slowness = [:]
        for node in channel.nodes {
            node.slowness = 1
            node.file.setCapacity(.max)
        }
        channel.announceReachability()
    }

    private mutating func slowDown(_ node: SimulatedNode) {
        channel.tally.count("slow node")
        node.slowness = Int.random(in: 2...100, using: &generator)
        let other = Int.random(in: 0..<channel.nodes.count, using: &generator)
        channel.network.slowness[SimulatedNetwork.Link(source: node.number, target: other)] =
            Int.random(in: 1_000...400_000, using: &generator)
    }

    private mutating func moveClock(_ node: SimulatedNode) {
        channel.tally.count("clock moved")
        // Further than the drift limit it is as good as faulty: what it says is refused, or it refuses what others say.
        let limit = mayBeFaulty(node) ? 3_600_000 : 2_000
        node.clock.skew = .milliseconds(Int.random(in: -limit...limit, using: &generator))
        if limit > 2_000 { node.isClockWrong = true }
    }

    private mutating func fillDisk(_ node: SimulatedNode) {
        channel.tally.count("disk full")
        node.file.setCapacity(node.file.byteCount + Int.random(in: 0...2_000, using: &generator))
    }

    private mutating func emptyDisk(_ node: SimulatedNode) {
        guard node.isHonest, plan.canary == nil, mayBeFaulty(node) else { return }
        channel.recovering[node.number] = channel.checkers.agreement.height
        channel.emptyDisk(node, withLedger: generator.chance(0.6))
    }

    private mutating func prune(_ node: SimulatedNode) {
        // All others keep everything: with one that says nothing and one whose disk is emptied, somebody has to have
        // what the latter needs, for nobody gives it a snapshot here.
        guard node.number == channel.honestNodes.first(where: { $0.number % 2 == 1 })?.number else { return }
        // Whoever lacks what is pruned asks the validators of that time: two others among them keep it.
        let schedule = node.ledger.head.schedule
        let others = channel.honestNodes.filter { other in
            other !== node && schedule.current.validators.index(of: other.member) != nil
        }
        guard schedule.current.epoch == .zero, others.count >= 2 else { return }
        channel.tally.count("blocks pruned")
        node.ledger.prune(through: Height(rawValue: node.ledger.height.rawValue / 2))
    }

    /// Whether one more validator may be as good as faulty, with the traitors and those that have lost their disk.
    private func mayBeFaulty(_ node: SimulatedNode) -> Bool {
        guard node.isHonest else { return true }
        let schedule = channel.nodes.max { $0.ledger.height < $1.ledger.height }?.ledger.head.schedule
        let sets = [schedule?.current.validators, schedule?.next?.validators].compactMap(\.self)
        return sets.allSatisfy { set in
            // One that has lost its votes may be a validator later: it counts as if it were one already.
            let faulty = channel.nodes.filter { other in
                channel.recovering[other.number] != nil || other === node
                    || set.index(of: other.member) != nil && (!other.isHonest || other.isClockWrong)
            }
            return Set(faulty.map(\.member)).count <= set.faultTolerance
        }
    }

    private mutating func measure() {
        for node in channel.honestNodes {
            guard let replica = node.replica else { continue }
            channel.report(.bounds, node, channel.checkers.bounds.measured(replica.measures))
            if let height = channel.recovering[node.number], node.ledger.height.rawValue >= height, !node.hasLostDisk,
                let diagnosis = replica.standing.diagnosis, Self.hasRecovered(diagnosis, node)
            {
                channel.recovering[node.number] = nil
            }
        }
    }

    /// Whether a validator that had lost its votes speaks again, in the view that it is in and after a crash as well.
    private static func hasRecovered(_ diagnosis: Diagnosis, _ node: SimulatedNode) -> Bool {
        diagnosis.recoveryAnswers == nil && diagnosis.view > diagnosis.silentThrough
            && !node.unsynchronized.contains(where: \.isClearance)
    }

    // MARK: Peace

    private mutating func makePeace() {
        channel.crashProbability = 0
        channel.workDuration = 3_000
        channel.network.quality = SimulatedNetwork.Quality(delay: 1_000...20_000)
        heal()
        for node in channel.nodes {
            node.clock = SimulatedClock()
            node.isClockWrong = false
            channel.thaw(node)
            channel.start(node)
        }
    }

    private mutating func judge() {
        let deadline = channel.now + plan.patience
        while !channel.isSettled, channel.now < deadline, channel.checkers.violations.isEmpty {
            channel.run(for: .milliseconds(100))
        }
        measure()
        guard channel.checkers.violations.isEmpty else { return }
        guard channel.isSettled else {
            return channel.report(.liveness, nil, channel.unsettled)
        }
        channel.tally.count("milliseconds to settle", (channel.now - plan.storm).microseconds / 1_000)
        for node in channel.honestNodes {
            channel.report(.durability, node, channel.checkers.durability.missing(on: node.ledger))
        }
        guard plan.traitors.isEmpty else { return }
        channel.run(for: .seconds(15))
        for node in channel.honestNodes where node.replica?.isAtRest == false {
            channel.report(.rest, node, "timers run although nothing is to do: \(node.diagnosis)")
        }
    }
}
