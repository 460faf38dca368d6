public import Consensus
public import Formats
import Identity

/// The validators of a channel on simulated time, network and disks. The same seed gives the same history.
public struct Cluster: Sendable {
    /// A rule that is broken on purpose, to prove that the checkers see it.
    public enum Canary: Sendable {
        /// Crashes forget votes that were synced.
        case forgetsVotes
        /// Every notarised block gets a finalize vote, given up or not.
        case finalizesAfterNullify
    }

    public var network = SimulatedNetwork()
    /// How likely a validator dies between two effects of one event.
    public var crashProbability = 0.0
    public internal(set) var now = Duration.zero
    public internal(set) var agreement = AgreementChecker()
    public internal(set) var wire = VoteChecker()
    public internal(set) var durability: [Violation] = []
    /// The honest validators' traces against the rules of the model.
    public internal(set) var rules: SimplexRuleChecker
    /// Messages sent, of all kinds.
    public internal(set) var sentCount = 0

    let validators: ValidatorSet
    let channel = ChannelIdentifier(P256Suite().digest(of: Array("simulation".utf8)))
    let limits: ChannelLimits
    let misbehaviours: [ValidatorIndex: any Misbehaviour]
    let canary: Canary?
    var generator: SeededGenerator
    var nodes: [SimulatedNode]
    var schedule = Schedule()
    var submitted: Set<UInt64> = []

    public init(
        count: Int,
        seed: UInt64,
        misbehaviours: [Int: any Misbehaviour] = [:],
        canary: Canary? = nil
    ) {
        validators = .simulated(count)
        var limits = ChannelLimits()
        limits.networkDelay = 100
        limits.maximumTimeout = 1_200
        self.limits = limits
        self.misbehaviours = Dictionary(
            uniqueKeysWithValues: misbehaviours.map { (ValidatorIndex(rawValue: $0.key), $0.value) })
        self.canary = canary
        let traitors = Set(self.misbehaviours.keys)
        rules = SimplexRuleChecker(
            validators: validators, root: Simplex.Root(genesisOf: channel),
            watched: Set(validators.indices).subtracting(traitors))
        generator = SeededGenerator(seed: seed)
        nodes = validators.indices.map { SimulatedNode(index: $0) }
    }

    public var violations: [Violation] {
        agreement.violations + wire.violations + durability
            + rules.violations.map { Violation(.protocolRule, $0.description) }
    }

    /// The validators that follow the rules.
    public var honest: [ValidatorIndex] { validators.indices.filter { misbehaviours[$0] == nil } }

    public func isRunning(_ index: Int) -> Bool { nodes[index].engine != nil }

    public func diagnosis(_ index: Int) -> Diagnosis? { nodes[index].engine?.diagnosis }

    /// The final chain of a validator.
    public func chain(_ index: Int) -> [SimulatedBlock] { nodes[index].disk.chain }

    public func evidence(_ index: Int) -> [Evidence] { nodes[index].evidence }

    public func blame(_ index: Int) -> [BlameReason: Int] { nodes[index].blame }

    // MARK: What tests do

    /// Starts every validator.
    public mutating func start() {
        for index in nodes.indices {
            start(index)
        }
    }

    public mutating func start(_ index: Int) {
        guard nodes[index].engine == nil else { return }
        let node = ValidatorIndex(rawValue: index)
        let configuration = Simplex.Configuration(
            channel: channel, validators: validators, index: node, limits: limits,
            root: Simplex.Root(genesisOf: channel))
        let disk = nodes[index].disk
        let hasLostDisk = !disk.durable.contains(where: \.isClearance)
        rules.restarted(node, with: disk.durable, finalized: disk.finalization, isDiskLost: hasLostDisk, at: now)
        let effects = nodes[index].start(configuration: configuration)
        rules.observe(.start, effects, by: node, at: now)
        agreement.restarted(node, height: UInt64(nodes[index].disk.chain.count), lostDisk: false)
        // The client keeps submitting until it sees its outcome.
        nodes[index].waiting = submitted.subtracting(nodes[index].ordered)
        perform(effects, node)
        reportWork(node)
        announceReachability(of: node)
    }

    /// Kills a validator at once; what was not synced is lost.
    public mutating func crash(_ index: Int) {
        guard nodes[index].engine != nil else { return }
        nodes[index].engine = nil
        nodes[index].disk.crash(generator: &generator)
        if canary == .forgetsVotes {
            nodes[index].disk.forgetVotes()
        }
        announceReachability(of: ValidatorIndex(rawValue: index))
    }

    /// Kills a validator, and its disk is gone.
    public mutating func loseDisk(_ index: Int) {
        crash(index)
        nodes[index].disk = SimulatedDisk(isNew: false)
        agreement.restarted(ValidatorIndex(rawValue: index), height: 0, lostDisk: true)
    }

    /// Splits the network; validators that are not named stay with the first group.
    public mutating func partition(_ groups: [[Int]]) {
        network.sides = [:]
        for (side, group) in groups.enumerated() {
            for index in group {
                network.sides[ValidatorIndex(rawValue: index)] = side
            }
        }
        for node in validators.indices {
            announceReachability(of: node)
        }
    }

    public mutating func heal() { partition([]) }

    /// Stops a validator's messages without closing its connections, as SIGSTOP does.
    public mutating func freeze(_ index: Int) { network.frozen.insert(ValidatorIndex(rawValue: index)) }

    public mutating func thaw(_ index: Int) { network.frozen.remove(ValidatorIndex(rawValue: index)) }

    /// Something to be ordered, which reaches every validator in its own time.
    public mutating func submit(_ item: UInt64) {
        submitted.insert(item)
        for node in validators.indices {
            let delay = Duration.milliseconds(Int.random(in: network.delay, using: &generator))
            schedule.add(.item(item, node: node), at: now + delay)
        }
    }

    /// Hands an event to one engine, as its driver would.
    public mutating func inject(_ event: SimplexEvent, into index: Int) {
        handle(event, ValidatorIndex(rawValue: index))
    }

    public mutating func run(for duration: Duration) {
        let end = now + duration
        while let (time, occurrence) = schedule.next(by: end) {
            now = time
            process(occurrence)
        }
        now = end
    }

    /// Runs until every honest validator that is up has everything that was submitted.
    /// - Returns: how long it took; `nil` if it took longer than `limit`.
    public mutating func runUntilFinal(within limit: Duration) -> Duration? {
        let start = now
        while now - start < limit {
            if isEverythingFinal { return now - start }
            run(for: .milliseconds(10))
        }
        return isEverythingFinal ? now - start : nil
    }

    public var isEverythingFinal: Bool {
        honest.allSatisfy { node in
            let state = nodes[node.rawValue]
            return state.engine == nil || submitted.isSubset(of: state.ordered)
        }
    }

    /// Whether nothing goes on: no timer, and nothing on the way.
    public var isAtRest: Bool { schedule.isEmpty && honest.allSatisfy { nodes[$0.rawValue].timers.isEmpty } }

    // MARK: Connections

    /// The transport notices, after a while, who is there.
    private mutating func announceReachability(of node: ValidatorIndex) {
        for peer in validators.indices where peer != node {
            schedule.add(.reachability(peer, from: node), at: now + .milliseconds(60))
            schedule.add(.reachability(node, from: peer), at: now + .milliseconds(60))
        }
    }
}
