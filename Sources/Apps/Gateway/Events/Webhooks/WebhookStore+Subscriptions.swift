import Foundation
import GRDB
public import Identity
import Nodes

// What owners do. Whoever asks in the name of a department sees and changes that department's subscriptions; without a
// department all, which is for those who administer the node.
extension WebhookStore {
    /// Makes a subscription.
    /// - Parameters:
    ///   - address: where deliveries go.
    ///   - filter: what is delivered.
    ///   - owner: whose it is.
    ///   - cursor: what comes after it is delivered.
    ///   - now: the node's clock.
    /// - Returns: the subscription, and its secret, which nothing shows again.
    /// - Throws: ``WebhookError``, with code `tooMany` where there is no room.
    public func subscribe(
        _ address: WebhookAddress, to filter: EventFilter, for owner: WebhookOwner, after cursor: EventCursor,
        at now: Timestamp
    ) async throws(WebhookError) -> (subscription: WebhookSubscription, secret: WebhookSecret) {
        let (identifier, secret) = (WebhookIdentifier(), WebhookSecret())
        let sealed = try seal(secret, of: identifier)
        let filterText = try Self.text(of: filter)
        let limits = limits
        let subscription = try await write { database in
            let counts = try Row.fetchOne(
                database, sql: "SELECT count(*) AS whole, total(department = ?) AS own FROM subscription",
                arguments: [owner.department.rawValue])
            guard let counts, Int64.fromDatabaseValue(counts["whole"]).map(Int.init) ?? 0 < limits.subscriptionCount
            else {
                throw WebhookError(.tooMany, "the node has \(limits.subscriptionCount) webhooks: delete one first")
            }
            guard Double.fromDatabaseValue(counts["own"]) ?? 0 < Double(limits.subscriptionsPerDepartment) else {
                throw WebhookError(
                    .tooMany,
                    "\(owner.department) has \(limits.subscriptionsPerDepartment) webhooks: delete one first")
            }
            try database.execute(
                sql: """
                    INSERT INTO subscription (identifier, department, principal, address, filter, state, cursor,
                        attempts, created_at, secret) VALUES (?, ?, ?, ?, ?, 'active', ?, 0, ?, ?)
                    """,
                arguments: [
                    identifier.text, owner.department.rawValue, owner.principal, address.text, filterText,
                    cursor.description, now.milliseconds, sealed,
                ])
            return try Self.subscription(identifier, of: nil, in: database)
        }
        changes.send(())
        return (subscription, secret)
    }

    private static func text(of filter: EventFilter) throws(WebhookError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        do {
            return String(decoding: try encoder.encode(filter), as: UTF8.self)
        } catch {
            throw WebhookError(.unavailable, "the filter cannot be written", cause: error)
        }
    }

    /// Subscriptions in the order in which they were made: at most as many as a node may have.
    /// - Throws: ``WebhookError``.
    public func subscriptions(of department: DepartmentName? = nil) async throws(WebhookError) -> [WebhookSubscription]
    {
        try await read { database in
            let rows = try Row.fetchAll(
                database, sql: "\(Self.columns) WHERE ?1 IS NULL OR department = ?1 ORDER BY number",
                arguments: [department?.rawValue])
            return try rows.map { try WebhookSubscription($0) }
        }
    }

    /// One subscription.
    /// - Throws: ``WebhookError`` with code `notFound`.
    public func subscription(
        _ identifier: WebhookIdentifier, of department: DepartmentName? = nil
    ) async throws(WebhookError) -> WebhookSubscription {
        try await read { try Self.subscription(identifier, of: department, in: $0) }
    }

    static let columns = """
        SELECT *, (SELECT count(*) FROM dead_letter WHERE subscription = subscription.number) AS dead_letters
        FROM subscription
        """

    static func subscription(
        _ identifier: WebhookIdentifier, of department: DepartmentName?, in database: Database
    ) throws -> WebhookSubscription {
        let row = try Row.fetchOne(
            database, sql: "\(columns) WHERE identifier = ?1 AND (?2 IS NULL OR department = ?2)",
            arguments: [identifier.text, department?.rawValue])
        guard let row else { throw WebhookError(.notFound, "there is no webhook \(identifier) of this department's") }
        return try WebhookSubscription(row)
    }

    /// Stops deliveries until they are resumed. One that is on its way may still arrive.
    /// - Throws: ``WebhookError`` with code `notFound`.
    public func pause(
        _ identifier: WebhookIdentifier, of department: DepartmentName? = nil
    ) async throws(WebhookError) {
        try await change(identifier, of: department) { database in
            try database.execute(
                sql: "UPDATE subscription SET state = 'paused', reason = NULL WHERE identifier = ?",
                arguments: [identifier.text])
        }
    }

    /// Has deliveries made again, at once, whether its owner has paused the subscription or the node has disabled it.
    /// - Parameter cursor: what comes after it is delivered, again where it was before; by default, where deliveries
    ///   have stopped.
    /// - Throws: ``WebhookError`` with code `notFound`.
    public func resume(
        _ identifier: WebhookIdentifier, of department: DepartmentName? = nil, after cursor: EventCursor? = nil
    ) async throws(WebhookError) {
        try await change(identifier, of: department) { database in
            try database.execute(
                sql: """
                    UPDATE subscription SET state = 'active', reason = NULL, attempts = 0, failing_since = NULL,
                        next_attempt = NULL, last_failure = NULL, cursor = coalesce(?, cursor) WHERE identifier = ?
                    """,
                arguments: [cursor?.description, identifier.text])
        }
    }

    /// Ends a subscription, with what was put aside.
    /// - Throws: ``WebhookError`` with code `notFound`.
    public func delete(
        _ identifier: WebhookIdentifier, of department: DepartmentName? = nil
    ) async throws(WebhookError) {
        try await change(identifier, of: department) { database in
            try database.execute(sql: "DELETE FROM subscription WHERE identifier = ?", arguments: [identifier.text])
        }
    }

    /// Gives a subscription another secret. Deliveries are signed with both for a while, so that the receiver may
    /// change when it suits it; a further rotation ends the oldest.
    /// - Parameters:
    ///   - now: the node's clock.
    ///   - overlap: how long the secret before stays valid; ``WebhookLimits/secretOverlap`` by default, none at all
    ///     where somebody has seen it.
    /// - Returns: the new secret, which nothing shows again.
    /// - Throws: ``WebhookError`` with code `notFound`.
    public func rotateSecret(
        _ identifier: WebhookIdentifier, of department: DepartmentName? = nil, at now: Timestamp,
        overlap: Duration? = nil
    ) async throws(WebhookError) -> WebhookSecret {
        let secret = WebhookSecret()
        let sealed = try seal(secret, of: identifier)
        let until = now.advanced(by: overlap ?? limits.secretOverlap)
        try await change(identifier, of: department) { database in
            try database.execute(
                sql: """
                    UPDATE subscription SET previous_secret = iif(?1 > ?2, secret, NULL),
                        previous_until = iif(?1 > ?2, ?1, NULL), secret = ?3 WHERE identifier = ?4
                    """,
                arguments: [until.milliseconds, now.milliseconds, sealed, identifier.text])
        }
        return secret
    }

    private func change(
        _ identifier: WebhookIdentifier, of department: DepartmentName?,
        _ body: @escaping @Sendable (Database) throws -> Void
    ) async throws(WebhookError) {
        try await write { database in
            _ = try Self.subscription(identifier, of: department, in: database)
            try body(database)
        }
        changes.send(())
    }

    // MARK: Dead letters

    /// What was put aside for a subscription, in the order of its numbers.
    /// - Parameters:
    ///   - number: the number after which the page begins; 0 for the first.
    ///   - limit: most dead letters, 1 to 100.
    /// - Throws: ``WebhookError`` with code `notFound`.
    public func deadLetters(
        of identifier: WebhookIdentifier, in department: DepartmentName? = nil, after number: Int64 = 0,
        limit: Int = 100
    ) async throws(WebhookError) -> [DeadLetter] {
        try await read { database in
            _ = try Self.subscription(identifier, of: department, in: database)
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT dead_letter.* FROM dead_letter JOIN subscription
                        ON subscription.number = dead_letter.subscription
                    WHERE identifier = ? AND dead_letter.number > ? ORDER BY dead_letter.number LIMIT ?
                    """, arguments: [identifier.text, number, max(1, min(limit, 100))])
            return try rows.map { try DeadLetter($0, of: identifier) }
        }
    }

    /// Has a dead letter sent again, before what is new. Where it does not arrive, it stays where it is.
    /// - Throws: ``WebhookError`` with code `notFound`.
    public func resend(
        _ number: Int64, of identifier: WebhookIdentifier, in department: DepartmentName? = nil
    ) async throws(WebhookError) {
        try await changeLetter(number, identifier, department, "UPDATE dead_letter SET is_queued = 1")
    }

    /// Discards a dead letter for good.
    /// - Throws: ``WebhookError`` with code `notFound`.
    public func discard(
        _ number: Int64, of identifier: WebhookIdentifier, in department: DepartmentName? = nil
    ) async throws(WebhookError) {
        try await changeLetter(number, identifier, department, "DELETE FROM dead_letter")
    }

    private func changeLetter(
        _ number: Int64, _ identifier: WebhookIdentifier, _ department: DepartmentName?, _ change: String
    ) async throws(WebhookError) {
        try await write { database in
            _ = try Self.subscription(identifier, of: department, in: database)
            try database.execute(
                sql: """
                    \(change) WHERE number = ? AND subscription =
                        (SELECT number FROM subscription WHERE identifier = ?)
                    """, arguments: [number, identifier.text])
            guard database.changesCount == 1 else {
                throw WebhookError(.notFound, "webhook \(identifier) has no dead letter \(number)")
            }
        }
        changes.send(())
    }
}
