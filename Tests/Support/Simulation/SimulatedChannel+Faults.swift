import Consensus
import DequeModule
import Formats
import Identity
import Ledger
import Replication

/// What goes wrong with machines, disks and links.
extension SimulatedChannel {
    /// When the log is larger, it is rewritten: small, so that it happens.
    private static let rotationSize = 24 * 1024
    /// The transport notices after a while who is there.
    private static let noticeDelay = Duration.milliseconds(60)
    /// Occurrences that a frozen machine's connections hold.
    private static let maximumFrozen = 20_000

    /// Sets every node up and starts those that run from the beginning.
    func begin() throws {
        for node in nodes {
            var log = try WriteAheadLog(storage: node.file, channel: genesis.channel, suite: genesis.suite)
            try log.append([.clearance(above: .zero, epoch: .zero)])
            try log.sync()
        }
        for node in nodes {
            start(node)
        }
    }

    func start(_ node: SimulatedNode) {
        guard !node.isUp else { return }
        node.life += 1
        node.hasFailed = false
        let records: [ConsensusRecord]
        do {
            var log = try WriteAheadLog(
                storage: node.file, channel: genesis.channel, suite: genesis.suite, rotationSize: Self.rotationSize)
            records = log.takeRecords()
            node.log = consume log
        } catch {
            trace.say("\(now) \(node.number) cannot start: \(error)")
            guard error.code == .outOfSpace || error.code == .inputOutput else {
                return report(.persistence, node, "its log cannot be opened after a crash: \(error)")
            }
            node.hasFailed = true
            schedule.add(.restart(node.number), at: now + .seconds(1))
            return
        }
        if node.isHonest {
            report(
                .persistence, node,
                checkers.persistence.restarted(node.number, records: records, hasLostLog: node.hasLostDisk))
            report(
                .agreement, node,
                checkers.agreement.restarted(node.number, height: node.ledger.height, hasLostDisk: node.hasLostDisk))
        }
        node.hasLostDisk = false
        trace.say("\(now) \(node.number) starts at \(node.ledger.height) with \(records.count) records")
        let ledger = node.ledger
        node.replica = RunningReplica(
            Replica(
                Replica.Configuration(genesis: genesis, member: node.member, keys: node.keys),
                restoring: records,
                head: ledger.head,
                root: ledger.root,
                results: ledger.recentResults,
                finalization: ledger.finalization
            ))
        node.verifiers = [:]
        adopt(ledger.head.schedule, node)
        receive(.start, node)
        announceReachability(of: node)
    }

    /// The machine stops at once.
    func crash(_ node: SimulatedNode) {
        guard node.isUp else { return }
        tally.count("crash")
        trace.say("\(now) \(node.number) crashes")
        down(node)
        node.file.crash(generator: &generator)
        if plan.canary == .forgetsVotes { node.file.forget(after: 90) }
    }

    /// The node's process ends.
    func stop(_ node: SimulatedNode, because reason: String) {
        guard node.isUp else { return }
        tally.count("stop")
        trace.say("\(now) \(node.number) stops: \(reason)")
        down(node)
        node.hasFailed = true
    }

    private func down(_ node: SimulatedNode) {
        node.replica = nil
        node.log = nil
        node.life += 1
        node.inputs = []
        node.timers = [:]
        node.requests = [:]
        node.waiters = [:]
        node.unsynchronized = []
        node.isFrozen = false
        node.frozen = []
        announceReachability(of: node)
    }

    /// Another disk takes the place of the old one: without the votes, and without the ledger where that is asked for.
    func emptyDisk(_ node: SimulatedNode, withLedger: Bool) {
        crash(node)
        tally.count(withLedger ? "disk emptied" : "votes lost")
        trace.say("\(now) \(node.number) has an empty disk")
        node.file.erase()
        if withLedger { node.ledger = SimulatedLedger(consortium, plan.commitment, sharing: executions) }
        node.hasLostDisk = true
    }

    // MARK: Freezing

    func freeze(_ node: SimulatedNode, for duration: Duration) {
        guard node.isUp, !node.isFrozen else { return }
        tally.count("freeze")
        node.isFrozen = true
        schedule.add(.thaw(node.number), at: now + duration)
    }

    func thaw(_ node: SimulatedNode) {
        guard node.isFrozen else { return }
        node.isFrozen = false
        let waiting = node.frozen.suffix(Self.maximumFrozen)
        node.frozen = []
        for occurrence in waiting {
            schedule.add(occurrence, at: now)
        }
    }

    // MARK: Connections

    func announceReachability(of node: SimulatedNode) {
        for other in nodes where other.number != node.number && other.member != node.member {
            schedule.add(.reachability(of: other.number, at: node.number), at: now + Self.noticeDelay)
            schedule.add(.reachability(of: node.number, at: other.number), at: now + Self.noticeDelay)
        }
    }

    func announceReachability() {
        for node in nodes {
            for other in nodes where other.member != node.member {
                schedule.add(.reachability(of: other.number, at: node.number), at: now + Self.noticeDelay)
            }
        }
    }

    func announce(_ peer: Int, to node: SimulatedNode) {
        let member = nodes[peer].member
        let isReachable = (machines[member] ?? []).contains { machine in
            nodes[machine].isUp && network.isConnected(machine, node.number)
                && network.isConnected(node.number, machine)
        }
        receive(.reachability(of: member, isReachable: isReachable), node)
    }
}
