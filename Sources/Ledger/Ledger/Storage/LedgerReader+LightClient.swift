import Formats
import Identity

extension LedgerReader {
    /// The step that takes a light client from a header that it knows to the newest final one.
    /// - Parameter known: the height of that header; `nil` for a client that begins at the genesis.
    /// - Throws: ``LedgerError`` with code `notFound` where the chain here is not above it, or has no such header;
    ///   `notSealed` while no header is final.
    func lightClientStep(from known: Height?) throws -> LightClientStep {
        guard let newest = try newestFinalizedHeight(), let header = try record(at: newest)?.header,
            let finalization = try finalization(at: newest)
        else {
            throw LedgerError(.notSealed, "no header of this chain is final yet: ask again later")
        }
        var epoch = Epoch.zero
        var from = ExecutedState(height: .zero, stateRoot: .zero, journalRoot: .zero)
        if let known {
            guard known < newest, let knownHeader = try record(at: known)?.header else {
                throw LedgerError(
                    .notFound, "the newest final block here is \(newest): there is no step to it from block \(known)")
            }
            from = knownHeader.executed
            epoch = knownHeader.epoch
        }
        let size = header.executed.height.rawValue
        let consistency = try MerkleConsistency(from: from.height.rawValue, to: size) { range in
            try MerkleRange.root(over: range, suite: genesis.suite) { level, position in
                try journalNode(level: level, position: position)
            }
        }
        return LightClientStep(
            suite: genesis.document.suite,
            consortium: genesis.digest,
            epochs: try epochChanges(from: epoch, to: header.epoch),
            header: header,
            finalization: finalization,
            consistency: consistency,
            known: try known.flatMap { try journalProof(of: $0, in: header.executed) }
        )
    }

    /// That a block is in the journal; `nil` where the journal does not reach that far.
    private func journalProof(of height: Height, in executed: ExecutedState) throws -> JournalProof? {
        guard height <= executed.height, let record = try record(at: height) else { return nil }
        let leaf = JournalLeaf(
            height: height,
            header: record.digest,
            transactionsRoot: record.header.transactionsRoot,
            outcomesRoot: record.outcomesRoot
        )
        return JournalProof(leaf: leaf, path: try journalPath(to: height, size: executed.height))
    }
}
