import Consensus
import DequeModule
import Formats
import Identity
import Ledger
import Replication

/// Events in, records to the log, effects out: in the order that ``ReplicaOutput`` asks for.
extension SimulatedChannel {
    func receive(_ event: ReplicaEvent, _ node: SimulatedNode) {
        node.inputs.append(.event(event))
        takeTurn(node)
    }

    /// Takes what waits, one input after the other or several together.
    func takeTurn(_ node: SimulatedNode) {
        guard !node.isTakingTurn else { return }
        node.isTakingTurn = true
        defer { node.isTakingTurn = false }
        while node.isUp, !node.inputs.isEmpty {
            let life = node.life
            var output = ReplicaOutput()
            let count = plan.takesInputsTogether ? node.inputs.count : 1
            for _ in 0..<count {
                if let input = node.inputs.popFirst() { output.append(take(input, node)) }
            }
            guard plan.canary == .sendsBeforeSync ? true : keep(output, node) else { return }
            for effect in output.effects {
                guard node.isUp, node.life == life else { return }
                guard !dies(node) else { return }
                perform(effect, node)
            }
            if plan.canary == .sendsBeforeSync, node.isUp, node.life == life, !keep(output, node) { return }
        }
    }

    private func take(_ input: SimulatedNode.Input, _ node: SimulatedNode) -> ReplicaOutput {
        let instant = ReplicaInstant(wall: node.clock.time(after: now), elapsed: now)
        switch input {
        case .event(let event):
            return node.replica?.receive(event, at: instant) ?? ReplicaOutput()
        case .submission(let transaction, let height, let client):
            guard let (insertion, output) = node.replica?.submit(transaction, unknownAt: height, at: instant) else {
                return ReplicaOutput()
            }
            finishSubmission(of: transaction, insertion, client: client, node)
            return output
        }
    }

    /// Puts records into the log, durably where that is asked for.
    private func keep(_ output: ReplicaOutput, _ node: SimulatedNode) -> Bool {
        do throws(WriteAheadLogError) {
            if !output.records.isEmpty {
                try node.log?.append(output.records)
                node.unsynchronized += output.records
                guard !dies(node) else { return false }
            }
            if output.needsSync {
                try node.log?.sync()
                checkers.persistence.synchronized(node.unsynchronized, on: node.number)
                node.unsynchronized = []
                guard !dies(node) else { return false }
            }
            return true
        } catch {
            // The node's engine stops here; somebody makes room, or the disk is well again, and starts it.
            stop(node, because: "\(error)")
            schedule.add(.restart(node.number), at: now + .milliseconds(random(500...5_000)))
            return false
        }
    }

    /// Whether a node dies at this instant.
    private func dies(_ node: SimulatedNode) -> Bool {
        node.deathPoint += 1
        guard node.deathPoint == node.fatalPoint || crashProbability > 0 && chance(crashProbability) else {
            return false
        }
        crash(node)
        schedule.add(.restart(node.number), at: now + .milliseconds(random(50...2_000)))
        return true
    }
}
