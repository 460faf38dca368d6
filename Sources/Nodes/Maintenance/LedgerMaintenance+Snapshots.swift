public import Formats
public import Identity
public import Ledger

extension LedgerMaintenance {
    /// Writes a snapshot to a directory; a node may run meanwhile.
    /// - Parameter path: the directory, which may not be there yet. It has its name only when it is whole.
    /// - Throws: ``FileError``; `LedgerError` with code `notSealed` where there is nothing to make one of.
    public func writeSnapshot(
        to path: String,
        progress: (WorkProgress) throws -> Void = { _ in }
    ) async throws -> SnapshotManifest {
        let file = try file()
        return try await SnapshotFolder.create(at: path) { folder in
            try file.makeSnapshot { part, index, bytes, done in
                try folder.write(bytes, part, index)
                if part == .state { try progress(done) }
            }
        }
    }

    /// Executes every block again, into a ledger beside this one that is removed in the end.
    /// - Throws: `LedgerFault` that names the first block whose results are others; `LedgerError` with code `pruned`
    ///   where the ledger is not whole.
    public func replay(
        _ contracts: [any Contract],
        progress: (WorkProgress) throws -> Void = { _ in }
    ) async throws {
        let directory = try open()
        defer { withExtendedLifetime(directory) {} }
        let temporary = "\(ledgerPath).replay"
        try Self.removeDatabase(temporary)
        do {
            try await LedgerReplay(try file(), contracts: try Contracts(contracts)).run(
                at: temporary, progress: progress)
        } catch {
            try Self.removeDatabase(temporary)
            throw error
        }
        try Self.removeDatabase(temporary)
    }

    /// Prunes a ledger on which no node runs.
    /// - Parameters:
    ///   - policy: what is kept.
    ///   - now: the time from which a policy in days counts back.
    ///   - progress: told after every step.
    /// - Returns: how many transactions and entries were pruned, and the horizon.
    /// - Throws: ``FileError`` with code `inUse` where a node runs; `LedgerError`.
    public func prune(
        _ policy: PruningPolicy,
        now: Timestamp,
        progress: (PruningStep) throws -> Void = { _ in }
    ) async throws -> (transactions: Int, entries: Int, horizon: UInt64) {
        let directory = try open()
        defer { withExtendedLifetime(directory) {} }
        // No contract runs: pruning looks at what is stored alone.
        let ledger = try ChannelLedger(path: ledgerPath, genesis: genesis, contracts: try Contracts([]))
        var (transactions, entries) = (0, 0)
        while true {
            try Task.checkCancellation()
            let step = try await ledger.prune(policy, now: now)
            transactions += step.transactions
            entries += step.entries
            try progress(step)
            if step.isDone {
                try ledger.close()
                return (transactions, entries, step.horizon)
            }
        }
    }
}
