import Consensus

/// A random history of faults from one seed, which ends in peace: then everything has to become final, and the chain
/// has to rest.
public struct Chaos: Sendable {
    public var count: Int
    public var seed: UInt64
    public var misbehaviours: [Int: any Misbehaviour] = [:]
    public var canary: Cluster.Canary?
    /// How long the faults last.
    public var storm = Duration.seconds(20)
    /// How long everything may take to become final afterwards.
    public var patience = Duration.seconds(30)

    public init(
        count: Int,
        seed: UInt64,
        misbehaviours: [Int: any Misbehaviour] = [:],
        canary: Cluster.Canary? = nil
    ) {
        self.count = count
        self.seed = seed
        self.misbehaviours = misbehaviours
        self.canary = canary
    }

    /// Runs the history.
    /// - Returns: the rules that were broken.
    public func run() -> [Violation] {
        var generator = SeededGenerator(seed: seed ^ 0x5EED)
        var cluster = Cluster(count: count, seed: seed, misbehaviours: misbehaviours, canary: canary)
        cluster.network.delay = 1...Int.random(in: 10...200, using: &generator)
        cluster.network.loss = Double.random(in: 0...0.15, using: &generator)
        cluster.network.duplication = Double.random(in: 0...0.2, using: &generator)
        cluster.crashProbability = generator.chance(0.5) ? 0.002 : 0
        cluster.start()
        var item: UInt64 = 0
        while cluster.now < storm {
            strike(&cluster, &item, &generator)
            cluster.run(for: .milliseconds(Int.random(in: 20...800, using: &generator)))
            if !cluster.violations.isEmpty { return cluster.violations }
        }
        return judge(&cluster, item + 1)
    }

    /// One thing happens: work, a crash, a restart, a border, or peace.
    private func strike(_ cluster: inout Cluster, _ item: inout UInt64, _ generator: inout SeededGenerator) {
        let node = Int.random(in: 0..<count, using: &generator)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0...4:
            item += 1
            cluster.submit(item)
        case 5: cluster.crash(node)
        case 6, 7:
            for index in 0..<count {
                cluster.start(index)
            }
        case 8:
            let side = (0..<count).filter { _ in generator.chance(0.5) }
            cluster.partition([[], side])
        default:
            cluster.heal()
        }
    }

    private func judge(_ cluster: inout Cluster, _ lastItem: UInt64) -> [Violation] {
        cluster.crashProbability = 0
        cluster.network.loss = 0
        cluster.network.delay = 1...40
        cluster.heal()
        for index in 0..<count {
            cluster.start(index)
        }
        cluster.submit(lastItem)
        guard cluster.runUntilFinal(within: patience) != nil else {
            let diagnoses = (0..<count).map { "\($0): \(cluster.diagnosis($0)?.description ?? "down")" }
            return cluster.violations + [Violation(.liveness, "not final:\n\(diagnoses.joined(separator: "\n"))")]
        }
        cluster.run(for: .seconds(10))
        if misbehaviours.isEmpty, !cluster.isAtRest {
            let diagnoses = (0..<count).map { "\($0): \(cluster.diagnosis($0)?.description ?? "down")" }
            return cluster.violations + [Violation(.rest, diagnoses.joined(separator: "\n"))]
        }
        return cluster.violations
    }
}
