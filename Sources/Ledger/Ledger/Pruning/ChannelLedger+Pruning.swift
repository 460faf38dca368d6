public import Identity

extension ChannelLedger {
    /// Does one step of pruning, between two blocks.
    /// - Parameters:
    ///   - policy: what is kept.
    ///   - now: the time from which a policy in days counts back.
    /// - Throws: ``LedgerError``; then the step has done nothing.
    public func prune(_ policy: PruningPolicy, now: Timestamp) async throws(LedgerError) -> PruningStep {
        try await store.write { reader, _ in
            try Pruner(reader: reader, policy: policy).step(now: now)
        } committed: { _ in
        }
    }
}
