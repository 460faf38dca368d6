import Foundation
import GRDB
import Identity

/// What there is to do for a subscription.
struct WebhookWork: Sendable {
    let subscription: WebhookSubscription
    /// The secrets that deliveries are signed with now, the present one first.
    let secrets: [WebhookSecret]
    /// A dead letter that is to be sent again.
    let queued: DeadLetter?
}

/// How a subscription stands, for whoever sees to it that it is served.
struct WebhookDue: Sendable {
    let identifier: WebhookIdentifier
    let cursor: EventCursor
    let schedule: DeliverySchedule
    let hasQueued: Bool
}

// What the dispatcher does. Nothing here sets one in motion that is not active any more, or moves one that was moved,
// so that whoever has paused or deleted one has the last word.
extension WebhookStore {
    /// All active subscriptions.
    func due() async throws(WebhookError) -> [WebhookDue] {
        try await read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT *, EXISTS (SELECT 1 FROM dead_letter WHERE subscription = subscription.number
                        AND is_queued = 1) AS has_queued
                    FROM subscription WHERE state = 'active' ORDER BY number
                    """)
            return try rows.map { row in
                WebhookDue(
                    identifier: try row.value("identifier") { WebhookIdentifier($0 as String) },
                    cursor: try row.value("cursor") { try? EventCursor($0 as String) },
                    schedule: try row.schedule(), hasQueued: try row.value("has_queued") { $0 as Int64 != 0 })
            }
        }
    }

    /// - Returns: `nil` where the subscription is not active, or not there.
    func work(of identifier: WebhookIdentifier, at now: Timestamp) async throws(WebhookError) -> WebhookWork? {
        try await read { [self] database in
            let row = try Row.fetchOne(
                database, sql: "\(Self.columns) WHERE identifier = ? AND state = 'active'",
                arguments: [identifier.text])
            guard let row else { return nil }
            let letter = try Row.fetchOne(
                database,
                sql: "SELECT * FROM dead_letter WHERE subscription = ? AND is_queued = 1 ORDER BY number LIMIT 1",
                arguments: [try row.value("number") { $0 as Int64 }])
            var secrets = [try open(try row.value("secret") { $0 as Data }, of: identifier)]
            if let until = try row.optional("previous_until", { $0 as Int64 }), until > now.milliseconds,
                let previous = try row.optional("previous_secret", { $0 as Data })
            {
                secrets.append(try open(previous, of: identifier))
            }
            return WebhookWork(
                subscription: try WebhookSubscription(row), secrets: secrets,
                queued: try letter.map { try DeadLetter($0, of: identifier) })
        }
    }

    /// Moves a cursor past what was not asked for, where it is still where it was.
    func pass(_ identifier: WebhookIdentifier, from: EventCursor, to cursor: EventCursor) async throws(WebhookError) {
        try await write { database in
            try database.execute(
                sql: "UPDATE subscription SET cursor = ? WHERE identifier = ? AND cursor = ? AND state = 'active'",
                arguments: [cursor.description, identifier.text, from.description])
        }
    }

    /// Notes that an event has arrived, also where the subscription was stopped meanwhile.
    /// - Returns: whether it is still active, and where it was.
    func noteDelivered(
        _ identifier: WebhookIdentifier, from: EventCursor, to cursor: EventCursor, at now: Timestamp
    ) async throws(WebhookError) -> Bool {
        try await write { database in
            try database.execute(
                sql: """
                    UPDATE subscription SET cursor = ?, attempts = 0, failing_since = NULL, next_attempt = NULL,
                        last_failure = NULL, delivered_at = ? WHERE identifier = ? AND cursor = ?
                    """,
                arguments: [cursor.description, now.milliseconds, identifier.text, from.description])
            guard database.changesCount == 1 else { return false }
            return try String.fetchOne(
                database, sql: "SELECT state FROM subscription WHERE identifier = ?", arguments: [identifier.text])
                == WebhookSubscription.State.active.rawValue
        }
    }

    /// Notes that an event has not arrived, and what follows from it.
    func noteFailed(
        _ identifier: WebhookIdentifier, from: EventCursor, _ event: FeedEvent, _ failure: DeliveryFailure,
        _ schedule: DeliverySchedule, _ effect: DeliverySchedule.Effect, at now: Timestamp
    ) async throws(WebhookError) {
        let limit = limits.deadLetterCount
        try await write { database in
            try Self.set(schedule, failure, of: identifier, from: from, in: database)
            guard database.changesCount == 1 else { return }
            switch effect {
            case .retry: return
            case .disable(let reason): try Self.disable(identifier, because: reason, in: database)
            case .putAside:
                let count = try Int.fetchOne(
                    database,
                    sql: """
                        SELECT count(*) FROM dead_letter WHERE subscription =
                            (SELECT number FROM subscription WHERE identifier = ?)
                        """, arguments: [identifier.text])
                guard count ?? 0 < limit else {
                    return try Self.disable(identifier, because: .deadLettersFull, in: database)
                }
                try database.execute(
                    sql: """
                        INSERT INTO dead_letter (subscription, cursor, type, body, failure, put_aside_at, is_queued)
                        SELECT number, ?, ?, ?, ?, ?, 0 FROM subscription WHERE identifier = ?
                        """,
                    arguments: [
                        event.cursor.description, event.type.rawValue, Data(event.json.utf8), failure.message,
                        now.milliseconds, identifier.text,
                    ])
                try database.execute(
                    sql: "UPDATE subscription SET cursor = ? WHERE identifier = ?",
                    arguments: [event.cursor.description, identifier.text])
            }
        }
    }

    private static func set(
        _ schedule: DeliverySchedule, _ failure: DeliveryFailure, of identifier: WebhookIdentifier, from: EventCursor,
        in database: Database
    ) throws {
        try database.execute(
            sql: """
                UPDATE subscription SET attempts = ?, failing_since = ?, next_attempt = ?, last_failure = ?
                WHERE identifier = ? AND cursor = ? AND state = 'active'
                """,
            arguments: [
                schedule.attempts, schedule.failingSince?.milliseconds, schedule.nextAttempt?.milliseconds,
                failure.message, identifier.text, from.description,
            ])
    }

    private static func disable(
        _ identifier: WebhookIdentifier, because reason: WebhookDisabling, in database: Database
    ) throws {
        try database.execute(
            sql: "UPDATE subscription SET state = 'disabled', reason = ? WHERE identifier = ? AND state = 'active'",
            arguments: [reason.rawValue, identifier.text])
    }

    /// Stops a subscription that cannot go on.
    func disable(
        _ identifier: WebhookIdentifier, because reason: WebhookDisabling, _ message: String
    ) async throws(WebhookError) {
        try await write { database in
            try Self.disable(identifier, because: reason, in: database)
            try database.execute(
                sql: "UPDATE subscription SET last_failure = ? WHERE identifier = ?",
                arguments: [message, identifier.text])
        }
    }

    /// Notes what has become of a dead letter that was sent again.
    func note(_ letter: DeadLetter, _ failure: DeliveryFailure?) async throws(WebhookError) {
        try await write { database in
            if let failure {
                try database.execute(
                    sql: "UPDATE dead_letter SET is_queued = 0, failure = ? WHERE number = ?",
                    arguments: [failure.message, letter.number])
            } else {
                try database.execute(sql: "DELETE FROM dead_letter WHERE number = ?", arguments: [letter.number])
            }
        }
    }
}

// MARK: - Rows

extension Row {
    /// A column's value as the type that it has to have: a damaged file must be told of, not stop the node.
    func value<Stored: DatabaseValueConvertible, Value>(
        _ column: String, _ make: (Stored) -> Value?
    ) throws(WebhookError) -> Value {
        guard let value = try optional(column, make) else { throw Self.wrong(column) }
        return value
    }

    func optional<Stored: DatabaseValueConvertible, Value>(
        _ column: String, _ make: (Stored) -> Value?
    ) throws(WebhookError) -> Value? {
        let value: DatabaseValue = self[column]
        guard !value.isNull else { return nil }
        guard let stored = Stored.fromDatabaseValue(value), let made = make(stored) else { throw Self.wrong(column) }
        return made
    }

    func schedule() throws(WebhookError) -> DeliverySchedule {
        DeliverySchedule(
            attempts: try value("attempts") { Int($0 as Int64) },
            failingSince: try optional("failing_since") { Timestamp(milliseconds: $0 as Int64) },
            nextAttempt: try optional("next_attempt") { Timestamp(milliseconds: $0 as Int64) })
    }

    private static func wrong(_ column: String) -> WebhookError {
        WebhookError(.corrupted, "column \(column) of the webhooks holds what it cannot: restore a backup")
    }
}

extension WebhookSubscription {
    init(_ row: Row) throws {
        let principal = try row.value("principal") { $0 as String }
        identifier = try row.value("identifier") { WebhookIdentifier($0 as String) }
        owner = try WebhookOwner(principal, of: try row.value("department") { DepartmentName($0 as String) })
        address = try row.value("address") { try? WebhookAddress($0 as String) }
        filter = try row.value("filter") { (text: String) in
            try? JSONDecoder().decode(EventFilter.self, from: Data(text.utf8))
        }
        state = try row.value("state") { State(rawValue: $0 as String) }
        reason = try row.optional("reason") { WebhookDisabling(rawValue: $0 as String) }
        cursor = try row.value("cursor") { try? EventCursor($0 as String) }
        schedule = try row.schedule()
        lastFailure = try row.optional("last_failure") { $0 as String }
        createdAt = try row.value("created_at") { Timestamp(milliseconds: $0 as Int64) }
        deliveredAt = try row.optional("delivered_at") { Timestamp(milliseconds: $0 as Int64) }
        previousSecretUntil = try row.optional("previous_until") { Timestamp(milliseconds: $0 as Int64) }
        deadLetterCount = try row.value("dead_letters") { Int($0 as Int64) }
    }
}

extension DeadLetter {
    init(_ row: Row, of identifier: WebhookIdentifier) throws {
        number = try row.value("number") { $0 as Int64 }
        subscription = identifier
        cursor = try row.value("cursor") { try? EventCursor($0 as String) }
        type = EventType(rawValue: try row.value("type") { $0 as String })
        body = try row.value("body") { [UInt8]($0 as Data) }
        failure = try row.value("failure") { $0 as String }
        putAsideAt = try row.value("put_aside_at") { Timestamp(milliseconds: $0 as Int64) }
        isQueued = try row.value("is_queued") { $0 as Int64 != 0 }
    }
}
