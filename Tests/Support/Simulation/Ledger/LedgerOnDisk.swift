import Formats
import Ledger

extension History {
    /// Has the shipped ledger execute the chain of this history on disk, and compares: blocks, outcomes, results and
    /// validators. The headers state results too, which the ledger compares itself; so the plan has to ask for
    /// ``HistoryPlan/usesReferenceCommitment``.
    /// - Parameter path: where the ledger's file goes.
    /// - Returns: the first difference; `nil` where there is none.
    /// - Throws: `LedgerError`.
    public func differenceOnDisk(path: String) async throws -> String? {
        precondition(channel.plan.usesReferenceCommitment, "the ledger on disk states the product's commitments")
        guard let node = channel.honestNodes.max(by: { $0.ledger.height < $1.ledger.height }) else { return nil }
        let entries = node.ledger.entries
        let head = node.ledger.head
        let ledger = try ChannelLedger(
            path: path, genesis: channel.genesis, contracts: channel.consortium.contracts)
        var next = 0
        while next < entries.count {
            // Several together, as where a node catches up.
            let batch = entries[next..<min(next + 1 + next % 7, entries.count)]
            let executed = try await ledger.execute(batch.map(\.block))
            for (entry, result) in zip(batch, executed) {
                guard entry.executed == result.executed, entry.outcomes == result.outcomes else {
                    return "at height \(result.height) the ledger on disk has come to something else"
                }
            }
            next += batch.count
        }
        let own = ledger.head
        try ledger.close()
        guard own.block == head.block, own.results == head.results else {
            return "the ledger on disk is at \(own.height), the simulated one at \(head.height)"
        }
        guard own.schedule.current.statement == head.schedule.current.statement else {
            return "the ledger on disk has other validators in force"
        }
        return nil
    }
}
