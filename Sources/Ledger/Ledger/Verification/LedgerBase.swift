import Formats
import GRDB
import Identity

/// What a ledger begins with: nothing, or a snapshot; and how much of its past was pruned since.
struct LedgerBase {
    /// The height of the first row of `blocks`; 0 where the ledger has them all from 1 on.
    let chain: Height
    /// The snapshot that the ledger begins with, if it does.
    let snapshot: SnapshotManifest?
    /// Up to here superseded entries of the state may be gone.
    let state: Height
    /// Up to here transactions may be gone.
    let transactions: Height

    /// Reads what the database says of itself, and checks the snapshot's manifest against the genesis.
    init(_ database: Database, genesis: Genesis) throws {
        let horizons = try TableCursor(database, "state_horizon", key: ["height"], columns: [])
        guard let horizon = try horizons.next() else {
            throw LedgerFault(
                table: "state_horizon", key: "1", column: "height", expected: "a row", found: "none")
        }
        try horizons.finish()
        state = try Self.height(horizon, horizon.key[0], "height")
        let pruning = try TableCursor(database, "pruning_horizon", key: ["height"], columns: ["done"])
        guard let pruned = try pruning.next() else {
            throw LedgerFault(
                table: "pruning_horizon", key: "1", column: "height", expected: "a row", found: "none")
        }
        try pruning.finish()
        transactions = try Self.height(pruned, pruned.key[0], "height")
        let done = try Self.height(pruned, try pruned.integer("done"), "done")
        guard done <= transactions else {
            throw pruned.fault("done", expected: "at most \(transactions)", found: "\(done)")
        }
        let origins = try TableCursor(database, "snapshot_origin", key: ["height"], columns: ["manifest"])
        guard let origin = try origins.next() else {
            chain = .zero
            snapshot = nil
            return
        }
        try origins.finish()
        let manifest = try origin.structure(
            "manifest", as: SnapshotManifest.self, limit: SnapshotLimits.manifestBytes)
        do {
            try manifest.verify(against: genesis)
        } catch {
            throw origin.fault("manifest", expected: "a manifest that a quorum has signed", found: "\(error)")
        }
        try origin.expect("height", origin.key[0], is: Int64(manifest.height.rawValue))
        guard state >= manifest.height else {
            throw horizon.fault("height", expected: "at least \(manifest.height)", found: "\(state)")
        }
        chain = manifest.height
        snapshot = manifest
    }

    private static func height(_ row: TableRow, _ number: Int64, _ column: String) throws -> Height {
        guard number >= 0 else { throw row.fault(column, expected: "a height", found: "\(number)") }
        return Height(rawValue: UInt64(number))
    }
}
