public import Formats
import GRDB
import Identity

extension ChannelLedger {
    /// Makes a snapshot of the newest height that one can be made of, beside everything else that the ledger does.
    /// - Parameter take: is given every chunk: of the state, of the journal, of the window, each in order. What it
    ///   throws ends the making.
    /// - Returns: the manifest.
    /// - Throws: ``LedgerError`` with code `notSealed` where there is no such height yet; what `take` throws, as its
    ///   cause.
    public func makeSnapshot(
        _ take: @escaping @Sendable (SnapshotPart, Int, [UInt8], WorkProgress) throws -> Void
    ) async throws(LedgerError) -> SnapshotManifest {
        try await store.read { try SnapshotMaker($0).make(take) }
    }

    /// The lowest height whose block with all its transactions is here: 1, or what pruning or a snapshot has left.
    /// - Throws: ``LedgerError``.
    public func firstWholeHeight() async throws(LedgerError) -> Height {
        try await store.read { max(try $0.firstHeight(), try $0.pruningHorizon().next) }
    }
}

extension LedgerFile {
    /// Makes a snapshot of the newest height that one can be made of.
    /// - Parameter take: is given every chunk.
    /// - Throws: ``LedgerError`` with code `notSealed` where there is no such height yet.
    public func makeSnapshot(
        _ take: (SnapshotPart, Int, [UInt8], WorkProgress) throws -> Void
    ) throws(LedgerError) -> SnapshotManifest {
        try read { reader in
            let state = try LedgerReader.loadState(from: reader.database, genesis: genesis)
            let full = try LedgerReader(
                database: reader.database, genesis: genesis, state: state, window: reader.window)
            return try SnapshotMaker(full).make(take)
        }
    }
}
