import GRDB
import Identity
import Vault

/// A release as the vault keeps it for a while, so that whoever has lost the answer gets the very same again.
struct KeptItems: Hashable, Sendable {
    /// The digest of what was sealed: the one that is on the ledger.
    let delivered: Digest
    /// Encrypted to the receiver.
    let sealed: [UInt8]
}

extension CaseVault {
    /// What was released to an order; `nil` where nothing was, or it is not kept any more.
    /// - Throws: `VaultError`.
    func release(to order: Digest, now: Timestamp) throws -> KeptItems? {
        try store.read { database in
            let row = try Row.fetchOne(
                database, sql: "SELECT delivered, sealed FROM release WHERE request = ? AND expiresAt > ?",
                arguments: [order.bytes.blob, now.milliseconds])
            guard let row, let delivered = try row.digest("delivered"), let sealed = try row.bytes("sealed") else {
                return nil
            }
            return KeptItems(delivered: delivered, sealed: sealed)
        }
    }

    /// Keeps a release before the ledger hears of it.
    /// - Parameters:
    ///   - release: what is about to be handed out.
    ///   - root: the list that it is of.
    ///   - order: what tells the order from every other.
    ///   - now: ledger time; releases that are over by then go.
    /// - Throws: `VaultError` with code `unavailable` where as many wait as the vault keeps.
    func keep(_ release: KeptItems, of root: Digest, order: Digest, now: Timestamp) throws {
        try store.write { database in
            try database.execute(
                sql: "DELETE FROM release WHERE expiresAt <= ? OR request = ?",
                arguments: [now.milliseconds, order.bytes.blob])
            let kept = try Int.fetchOne(database, sql: "SELECT count(*) FROM release") ?? 0
            guard kept < limits.keptReleaseCount else {
                throw VaultError(
                    .unavailable, "\(kept) releases wait to be fetched, as many as the vault keeps: try again later")
            }
            try database.execute(
                sql: "INSERT INTO release (request, root, expiresAt, delivered, sealed) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    order.bytes.blob, root.hexadecimal, now.advanced(by: limits.keptReleaseTime).milliseconds,
                    release.delivered.bytes.blob, release.sealed.blob,
                ])
        }
    }
}
