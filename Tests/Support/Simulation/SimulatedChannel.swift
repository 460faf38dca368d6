import Consensus
import Formats
import Identity
import Ledger
import Replication

/// A channel's nodes and clients on simulated time, network, disks and clocks. The same plan gives the same history.
///
/// It is to the shipped ``Replica`` what the node's engine is: it carries effects out and feeds events in.
///
/// ## Where things are
/// - `+Turns`: events in, records to the log, effects out.
/// - `+Effects`: what a replica asks for.
/// - `+Parcels`: what machines send to each other.
/// - `+Requests`: blocks and ranges that a node fetches.
/// - `+Faults`: crashes, borders, disks, frozen and slow nodes.
/// - `+Clients`: transactions on their way, and what clients are told.
final class SimulatedChannel {
    let plan: HistoryPlan
    let consortium: SimulatedConsortium
    var genesis: Genesis { consortium.genesis }
    var now = Duration.zero
    var generator: SeededGenerator
    var schedule = Schedule()
    var network = SimulatedNetwork()
    let nodes: [SimulatedNode]
    let executions: SharedExecutions?
    /// The machines of each member: two where it has a twin.
    private(set) var machines: [MemberName: [Int]] = [:]
    var clients: [SimulatedClient] = []
    var membership: MembershipChanges
    var checkers: Checkers
    var tally = Tally()
    var trace: Trace
    /// Called with the time from order to outcome, whenever a client is told.
    var onOutcome: ((Duration) -> Void)?
    /// Whether signatures are checked again that have been checked in this process before.
    var checksEverySignature = false
    /// Machines whose disk was emptied and that have not all of it back, with the height to come to.
    var recovering: [Int: UInt64] = [:]
    /// How likely a node dies between two effects.
    var crashProbability = 0.0
    /// How long a node's work takes at most, in microseconds.
    var workDuration = 3_000
    private(set) var occurrenceCount = 0

    /// More occurrences in one history mean that something goes round in circles.
    private static let maximumOccurrences = 20_000_000

    init(_ plan: HistoryPlan, applications: [any Contract] = [], traceCapacity: Int = 0) throws {
        self.plan = plan
        consortium = try SimulatedConsortium.shared(
            SimulatedConsortium.Shape(
                validators: plan.validators, spares: plan.spares, networkDelay: plan.networkDelay,
                blockTransactions: plan.blockTransactions), applications: applications)
        generator = SeededGenerator(seed: plan.seed)
        checkers = Checkers(genesis: consortium.genesis)
        trace = Trace(capacity: traceCapacity)
        membership = MembershipChanges(consortium: consortium)
        executions = plan.sharesExecutions ? SharedExecutions() : nil
        nodes = Self.nodes(plan, consortium, executions)
        for node in nodes {
            machines[node.member, default: []].append(node.number)
        }
        clients = consortium.clients.indices.map { SimulatedClient(number: $0) }
    }

    private static func nodes(
        _ plan: HistoryPlan,
        _ consortium: SimulatedConsortium,
        _ executions: SharedExecutions?
    ) -> [SimulatedNode] {
        let makeNode = { (number: Int, identity: Int) in
            SimulatedNode(
                number: number,
                identity: [consortium.nodes[identity], consortium.successors[identity]],
                ledger: SimulatedLedger(consortium, plan.commitment, sharing: executions)
            )
        }
        var nodes = consortium.nodes.indices.map { makeNode($0, $0) }
        for (identity, kind) in plan.traitors.sorted(by: { $0.key < $1.key }) {
            nodes[identity].misbehaviour = kind.make()
            guard kind == .twins else { continue }
            let twin = makeNode(nodes.count, identity)
            twin.misbehaviour = kind.make()
            nodes.append(twin)
        }
        return nodes
    }

    var honestNodes: [SimulatedNode] { nodes.filter(\.isHonest) }

    func report(_ rule: Violation.Rule, _ node: SimulatedNode? = nil, _ story: String?) {
        checkers.report(rule, at: now, node: node?.number, story)
    }

    func chance(_ probability: Double) -> Bool { generator.chance(probability) }
    func random(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    /// How long a piece of a node's work takes.
    func workTime(of node: SimulatedNode) -> Duration {
        .microseconds(random(0...workDuration) * node.slowness)
    }

    // MARK: Time

    func run(for duration: Duration) {
        let end = now + duration
        while checkers.violations.isEmpty, let (time, occurrence) = schedule.next(by: end) {
            now = time
            occurrenceCount += 1
            process(occurrence)
        }
        if occurrenceCount > Self.maximumOccurrences {
            report(.bounds, nil, "\(occurrenceCount) things have happened: something goes round in circles")
        }
        now = end
    }

    private func process(_ occurrence: Schedule.Occurrence) {
        switch occurrence {
        case .parcel(let parcel, let source, let target): arrive(parcel, from: source, at: target, as: occurrence)
        case .event(let event, let number, let life):
            guard let node = running(number, life, occurrence) else { return }
            receive(event, node)
        case .timer(let timer, let number, let life, let generation):
            guard let node = running(number, life, occurrence), node.timers[timer] == generation else { return }
            node.timers[timer] = nil
            trace.note(1, UInt64(number), UInt64(now.microseconds))
            trace.say("\(now) \(number) timer \(timer)")
            receive(.timerFired(timer), node)
        case .examination(let proposal, let number, let life):
            guard let node = running(number, life, occurrence) else { return }
            finishExamination(of: proposal, node)
        case .execution(let blocks, let number, let life):
            guard let node = running(number, life, occurrence) else { return }
            finishExecution(of: blocks, node)
        case .deadline(let request, let number, let life):
            guard let node = running(number, life, occurrence) else { return }
            giveUp(request, node)
        case .reachability(let peer, let number):
            guard nodes[number].isUp else { return }
            announce(peer, to: nodes[number])
        case .restart(let number): start(nodes[number])
        case .thaw(let number): thaw(nodes[number])
        case .client(let number): act(number)
        case .membership: changeMembers()
        }
    }

    /// The node, if it still lives the life that something was scheduled in. One that is frozen takes it later.
    func running(_ number: Int, _ life: Int, _ occurrence: Schedule.Occurrence) -> SimulatedNode? {
        let node = nodes[number]
        guard node.life == life, node.isUp else { return nil }
        guard !node.isFrozen else {
            node.frozen.append(occurrence)
            return nil
        }
        return node
    }
}

extension Duration {
    var microseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)
    }
}
