import Formats
import GRDB
import Identity

extension LedgerReader {
    /// The newest height that a snapshot can be made of.
    ///
    /// Its block holds transactions, so that whoever begins with it knows the last block that did; it is finalised, so
    /// that consensus can go on from it; and a finalised header states exactly its results.
    func snapshotHeight() throws -> Height? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT sealed.height FROM finalizations seal
                JOIN blocks sealing ON sealing.height = seal.height
                JOIN blocks sealed ON sealed.height = sealing.executed_height
                JOIN finalizations own ON own.height = sealed.height
                WHERE sealed.transaction_count > 0
                ORDER BY seal.height DESC LIMIT 1
                """)
        return try Int64.fetchOne(statement).map { Height(rawValue: UInt64($0)) }
    }

    /// The first height whose block is finalised and states the results of `height` and no later ones.
    func exactSealingHeight(of height: Height) throws -> Height? {
        guard let sealing = try sealingHeight(of: height) else { return nil }
        return try record(at: sealing)?.header.executed.height == height ? sealing : nil
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
