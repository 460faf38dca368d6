import Formats
import Ledger
import Replication

/// Where everybody stands.
extension SimulatedChannel {
    /// Whether every wish is fulfilled or can never be, and every honest member has the same head.
    var isSettled: Bool { unsettledReason == nil }

    /// Why the channel is not settled, and where everybody stands.
    var unsettled: String { "\(unsettledReason ?? "settled")\n" + diagnoses.joined(separator: "\n") }

    private var unsettledReason: String? {
        for (number, client) in clients.enumerated() where !client.orders.isEmpty {
            return "client \(number) still waits for \(client.orders.count) transactions"
        }
        guard let first = honestNodes.first else { return nil }
        for node in honestNodes {
            guard let replica = node.replica else { return "machine \(node.number) is down" }
            guard node.ledger.head == first.ledger.head else {
                return "machine \(node.number) is at \(node.ledger.height), the first at \(first.ledger.height)"
            }
            guard node.ledger.head.schedule.next == nil else { return "an epoch is announced and has not begun" }
            guard replica.standing.pendingCount == 0 else { return "transactions wait on machine \(node.number)" }
            let block = node.ledger.head.block
            guard block.executed.height >= block.lastBusyHeight else { return "results are not sealed" }
        }
        return nil
    }

    var diagnoses: [String] { nodes.map { "machine \($0.number): \($0.diagnosis)" } }
}

extension SimulatedNode {
    /// Where the node stands, in words.
    var diagnosis: String {
        let place = "height \(ledger.height), epoch \(ledger.head.schedule.current.epoch)"
        let kind = misbehaviour.map { " (\(type(of: $0)))" } ?? ""
        guard let standing = replica?.standing else { return "\(place)\(kind), down" }
        let engine = standing.diagnosis.map { "\($0)" } ?? "follows"
        return
            "\(place)\(kind), final \(standing.finalHeight), \(standing.pendingCount) pending, "
            + "behind \(standing.isBehind), frozen \(isFrozen): \(engine)"
    }
}
