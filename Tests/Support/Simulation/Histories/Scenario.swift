import Consensus
import Formats
package import Identity
package import Ledger
import Replication

/// A channel without faults, to which a test does what it has to say: for the cases that have a name.
package final class Scenario {
    let channel: SimulatedChannel

    /// Begins a channel whose messages take 1 to 20 ms.
    /// - Throws: what making the consortium throws.
    package init(
        validators: Int,
        spares: Int = 0,
        traitors: [Int: MisbehaviourKind] = [:],
        seed: UInt64 = 1,
        delay: ClosedRange<Int> = 1_000...20_000,
        workDuration: Int = 3_000,
        blockTransactions: Int = 50,
        applications: [any Contract] = [],
        traceCapacity: Int = 0
    ) throws {
        var plan = HistoryPlan(seed: seed)
        plan.validators = validators
        plan.spares = spares
        plan.networkDelay = 100
        plan.traitors = traitors
        plan.changesMembers = false
        plan.diesAnywhere = false
        // Clients want nothing of themselves.
        plan.storm = .zero
        plan.blockTransactions = blockTransactions
        channel = try SimulatedChannel(plan, applications: applications, traceCapacity: traceCapacity)
        channel.network.quality = SimulatedNetwork.Quality(delay: delay)
        channel.workDuration = workDuration
        try channel.begin()
        channel.beginClients()
        run(for: .seconds(1))
    }

    package var now: Duration { channel.now }
    package var violations: [Violation] { channel.checkers.violations }
    package var nodeCount: Int { channel.nodes.count }
    /// The greatest height that anybody has executed.
    package var height: UInt64 { channel.checkers.agreement.height }
    /// What was broken, and the last events where they were kept.
    package var story: String { (violations.map(\.description) + channel.trace.text).joined(separator: "\n") }
    package var unsettled: String { channel.unsettled }

    package func run(for duration: Duration) { channel.run(for: duration) }

    /// Runs until everything that was ordered is final on every honest member.
    /// - Returns: how long it took; `nil` where it took longer than `limit`.
    package func settle(within limit: Duration = .seconds(30)) -> Duration? {
        let start = channel.now
        while !channel.isSettled, channel.now - start < limit, violations.isEmpty {
            channel.run(for: .milliseconds(10))
        }
        return channel.isSettled ? channel.now - start : nil
    }

    /// A department's client orders a transaction.
    package func order(_ client: Int = 0) { channel.makeOrder(channel.clients[client], client) }

    /// A department's administrator proposes a change, which the others approve.
    package func propose(_ operation: MembershipOperation, notice: UInt64 = ValidatorSchedule.minimumNotice) {
        channel.propose(operation, notice: notice, department: 0)
    }

    /// The operation by which a machine's member joins, or leaves.
    package func joining(_ machine: Int) -> MembershipOperation {
        let certificate = channel.consortium.nodes[machine].certificate.der
        return .add(MemberNode(certificate: certificate, endpoint: NodeEndpoint(host: "localhost", port: 7_000)))
    }

    package func leaving(_ machine: Int) -> MembershipOperation { .remove(member(machine)) }

    package func member(_ machine: Int) -> MemberName { channel.nodes[machine].member }

    // MARK: Machines

    package func crash(_ machine: Int) { channel.crash(channel.nodes[machine]) }
    package func start(_ machine: Int) { channel.start(channel.nodes[machine]) }
    package func emptyDisk(_ machine: Int) { channel.emptyDisk(channel.nodes[machine], withLedger: true) }
    package func freeze(_ machine: Int, for duration: Duration) {
        channel.freeze(channel.nodes[machine], for: duration)
    }

    /// Has a machine die at one of the points where it can, counted from now, and start again after a second.
    package func crash(_ machine: Int, atPoint point: Int) {
        let node = channel.nodes[machine]
        node.fatalPoint = node.deathPoint + point
    }

    package func isUp(_ machine: Int) -> Bool { channel.nodes[machine].isUp }
    package func height(of machine: Int) -> UInt64 { channel.nodes[machine].ledger.height.rawValue }
    package func epoch(of machine: Int) -> UInt64 { channel.nodes[machine].schedule.current.epoch.rawValue }
    /// Whether it votes in the epoch that it is in.
    package func isVoting(_ machine: Int) -> Bool { channel.nodes[machine].replica?.isVoting ?? false }
    /// How often its log has been made durable, and how often it has executed blocks.
    package func diskWork(of machine: Int) -> (synchronizations: Int, executions: Int) {
        let node = channel.nodes[machine]
        return (node.file.synchronizationCount, node.executionCount)
    }

    /// The machine whose validator leads the view that a machine is in.
    package func leader(asSeenBy machine: Int) -> Int? {
        let node = channel.nodes[machine]
        guard let leader = node.replica?.standing.diagnosis?.leader,
            let member = node.schedule.current.validators[leader]?.member
        else { return nil }
        return channel.machines[member]?.first
    }

    /// The members that have signed for the blocks from a height on, as the ledger of a machine has it.
    package func signers(from height: UInt64, on machine: Int) -> Set<MemberName> {
        let ledger = channel.nodes[machine].ledger
        var signers: Set<MemberName> = []
        for entry in ledger.entries where entry.block.header.height.rawValue >= height {
            let set = channel.checkers.epochs.members(of: entry.block.header.epoch)
            for signer in entry.block.finalization?.signers ?? [] { signers.insert(set[signer.rawValue]) }
        }
        return signers
    }
}
