import Formats
import GRDB
import Identity

extension LedgerReader {
    /// The height of the first block that the ledger has a row of: 1, or that of the snapshot that it began with.
    func firstHeight() throws -> Height {
        let statement = try database.cachedStatement(sql: "SELECT height FROM snapshot_origin")
        return Height(rawValue: UInt64(clamping: try Int64.fetchOne(statement) ?? 1))
    }

    /// Up to which height transactions may be pruned.
    func pruningHorizon() throws -> Height {
        let statement = try database.cachedStatement(sql: "SELECT height FROM pruning_horizon")
        return Height(rawValue: UInt64(clamping: try Int64.fetchOne(statement) ?? 0))
    }

    /// Why a transaction cannot be given: it is pruned, or was before this ledger's time; and who may have it.
    func prunedError(at place: TransactionPlace) throws -> LedgerError {
        let holder = try submitterCertificate(at: place).flatMap { der in
            try? MemberCertificate(der: der, suite: genesis.suite).member.department
        }
        let advice =
            holder.map { "the node of \($0), whose transaction it is, may have it" }
            ?? "ask a node that keeps the whole ledger"
        return LedgerError(
            .pruned, "transaction \(place.index) of block \(place.height) is not on this node any more: \(advice)")
    }

    /// The journal's root at a height up to the head's, from its nodes.
    func journalRoot(at height: Height) throws -> Digest {
        try MerkleRange(count: height.rawValue) { level, position in
            try journalNode(level: level, position: position)
        }.root(suite: genesis.suite)
    }
}
