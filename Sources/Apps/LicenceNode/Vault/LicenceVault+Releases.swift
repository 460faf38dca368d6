import GRDB
public import Identity
public import Licences
import Vault

/// A release as the vault keeps it until its ticket expires, so that a requester whose answer was lost gets the very
/// same again, and nothing else.
public struct KeptRelease: Hashable, Sendable {
    public let kind: Release.Kind
    /// The digest of what was sealed: the one that is on the ledger.
    public let delivered: Digest
    /// Encrypted to the requester.
    public let sealed: [UInt8]
}

// Tickets that were used. The ledger has the last word on them; the vault keeps two that come at once apart.
extension LicenceVault {
    /// What was released to a decision; `nil` where nothing was yet.
    /// - Throws: `VaultError` with code `alreadyReleased` where it was and is not kept any more.
    public func release(to decision: Digest) throws -> KeptRelease? {
        try read { try release(to: decision, in: $0) }
    }

    /// Keeps a release before the ledger hears of it; of two for one decision, the first is what counts.
    /// - Parameters:
    ///   - release: what is about to be handed out.
    ///   - identifier: the licence.
    ///   - decision: the ticket.
    ///   - expiry: until when it may be fetched.
    ///   - now: ledger time; releases that expired before lose their content.
    /// - Returns: the release of the decision: this one, or the one that was there before.
    /// - Throws: `VaultError`.
    public func keep(
        _ release: KeptRelease, of identifier: LicenceIdentifier, decision: Digest, until expiry: Timestamp,
        now: Timestamp
    ) throws -> KeptRelease {
        try write { database in
            if let earlier = try self.release(to: decision, in: database) { return earlier }
            try database.execute(
                sql: "UPDATE release SET sealed = NULL WHERE sealed IS NOT NULL AND expiresAt <= ?",
                arguments: [now.milliseconds])
            let kept =
                try Int.fetchOne(database, sql: "SELECT count(*) FROM release WHERE sealed IS NOT NULL") ?? 0
            guard kept < limits.keptReleaseCount else {
                throw VaultError(
                    .unavailable, "\(kept) releases wait to be fetched, as many as the vault keeps: try again later")
            }
            try database.execute(
                sql: """
                    INSERT INTO release (decision, identifier, expiresAt, kind, delivered, sealed)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    decision.bytes.blob, identifier.text, expiry.milliseconds, release.kind.rawValue,
                    release.delivered.bytes.blob, release.sealed.blob,
                ])
            return release
        }
    }

    private func release(to decision: Digest, in database: Database) throws -> KeptRelease? {
        let row = try Row.fetchOne(
            database, sql: "SELECT kind, delivered, sealed FROM release WHERE decision = ?",
            arguments: [decision.bytes.blob])
        guard let row else { return nil }
        guard let delivered = try row.digest("delivered"), let sealed = try row.bytes("sealed") else {
            throw VaultError(.alreadyReleased, "the ticket was used: decide anew for another release")
        }
        guard let number = try row.integer("kind"), let kind = Release.Kind(rawValue: number) else {
            throw VaultError(.corrupted, "a release in the vault is of no kind that there is")
        }
        return KeptRelease(kind: kind, delivered: delivered, sealed: sealed)
    }
}
