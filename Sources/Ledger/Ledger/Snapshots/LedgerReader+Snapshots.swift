import Formats
import GRDB
import Identity

extension LedgerReader {
    /// The newest height that a snapshot can be made of.
    ///
    /// Its block holds transactions, so that whoever begins with it knows the last block that did; it is finalised, so
    /// that consensus can go on from it; and a finalised header of the same epoch states exactly its results.
    func snapshotHeight() throws -> Height? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT sealed.height, sealed.header, sealing.header FROM finalizations seal
                JOIN blocks sealing ON sealing.height = seal.height
                JOIN blocks sealed ON sealed.height = sealing.executed_height
                JOIN finalizations own ON own.height = sealed.height
                WHERE sealed.transaction_count > 0
                ORDER BY seal.height DESC
                """)
        // As a rule it is the first row; at an epoch's beginning the epoch before may have the newest.
        let rows = try Row.fetchCursor(statement)
        while let row = try rows.next() {
            let sealed = try BlockHeader(derBytes: row.bytes(at: 1), limit: BlockHeader.maximumByteCount)
            let sealing = try BlockHeader(derBytes: row.bytes(at: 2), limit: BlockHeader.maximumByteCount)
            if sealed.epoch == sealing.epoch { return sealed.height }
        }
        return nil
    }

    /// The first height whose block is finalised and states the results of `height` and no later ones.
    func exactSealingHeight(of height: Height) throws -> Height? {
        guard let sealing = try sealingHeight(of: height) else { return nil }
        return try record(at: sealing)?.header.executed.height == height ? sealing : nil
    }

    /// A block, and the final header that states exactly its results.
    struct Seal {
        let block: BlockHeader
        let blockFinalization: QuorumCertificate
        let header: BlockHeader
        let finalization: QuorumCertificate
        let epochs: [EpochChange]
    }

    /// The newest block that a snapshot can be made of, with what vouches for it. On a ledger that has begun with a
    /// snapshot and has not come further, that is the snapshot's own.
    func newestSeal() throws -> Seal? {
        if let height = try snapshotHeight(), let sealing = try exactSealingHeight(of: height),
            let block = try record(at: height)?.header, let header = try record(at: sealing)?.header,
            let blockFinalization = try finalization(at: height), let finalization = try finalization(at: sealing)
        {
            return Seal(
                block: block, blockFinalization: blockFinalization, header: header, finalization: finalization,
                epochs: try epochChanges(from: .zero, to: header.epoch))
        }
        return try origin().map {
            Seal(
                block: $0.header, blockFinalization: $0.finalization, header: $0.sealingHeader,
                finalization: $0.sealingFinalization, epochs: $0.epochs)
        }
    }

    /// The leaf of a height in the journal.
    /// - Throws: ``LedgerError`` with code `pruned` below what the ledger knows of its past.
    func journalLeaf(at height: Height) throws -> JournalLeaf {
        if let record = try record(at: height) {
            return JournalLeaf(
                height: height,
                header: record.digest,
                transactionsRoot: record.header.transactionsRoot,
                outcomesRoot: record.outcomesRoot
            )
        }
        let statement = try database.cachedStatement(sql: "SELECT leaf FROM snapshot_leaves WHERE height = ?")
        guard let row = try Row.fetchOne(statement, arguments: [Int64(height.rawValue)]) else {
            throw LedgerError(.pruned, "this ledger began with a snapshot above height \(height)")
        }
        return try JournalLeaf(derBytes: row.bytes(at: 0), limit: 256)
    }

    /// The snapshot that the ledger began with, if it did.
    func origin() throws -> SnapshotManifest? {
        let statement = try database.cachedStatement(sql: "SELECT manifest FROM snapshot_origin")
        guard let row = try Row.fetchOne(statement) else { return nil }
        return try SnapshotManifest(derBytes: row.bytes(at: 0), limit: SnapshotLimits.manifestBytes)
    }
}
