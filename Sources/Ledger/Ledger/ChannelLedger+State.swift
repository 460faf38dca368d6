public import Formats
public import Identity

extension ChannelLedger {
    /// The proof of what the state of a height says of a name: its value, that it was removed, or that it never was.
    /// - Throws: ``LedgerError`` with code `pruned` below the heights whose state is retained, `notFound` above the
    ///   head.
    public func stateProof(of name: StateName, at height: Height) async throws(LedgerError) -> StateProof {
        try await store.read { reader in
            try reader.stateProof(of: name, in: reader.stateView(at: height))
        }
    }

    /// The Merkle root over a block's outcomes; `nil` above the head and at height 0.
    /// - Throws: ``LedgerError``.
    public func outcomesRoot(at height: Height) async throws(LedgerError) -> Digest? {
        try await store.read { try $0.record(at: height)?.outcomesRoot }
    }

    /// What a block changed in the state, in the order of (contract, key) by bytes.
    /// - Throws: ``LedgerError`` with code `pruned` where the node does not have the values any more.
    public func changes(at height: Height) async throws(LedgerError) -> [StateChange] {
        try await store.read { try $0.changes(at: height) }
    }
}
