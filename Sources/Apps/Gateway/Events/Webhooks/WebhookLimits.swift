/// How much webhooks may take, and how long they are tried.
public struct WebhookLimits: Sendable, Equatable {
    /// Most subscriptions of a node. Each has at most one delivery on its way, so this is also the most connections: no
    /// receiver, however slow, waits for another's.
    public var subscriptionCount = 256
    /// Most subscriptions of one department.
    public var subscriptionsPerDepartment = 32
    /// How long it may take to reach a receiver whose address is known.
    public var connectTime = Duration.seconds(5)
    /// How long a delivery may take altogether.
    public var deliveryTime = Duration.seconds(15)
    /// How much of an answer is read: nothing in it matters, but it has to end.
    public var answerByteCount = 4_096
    /// How often a delivery is tried, the first time included, before it is put aside as a dead letter. With the pauses
    /// below that is about eight hours.
    public var attemptCount = 16
    /// The pause after the first failure; each further one is twice as long, give or take a fifth.
    public var firstPause = Duration.seconds(5)
    /// No pause is longer, not even one that a receiver asks for.
    public var longestPause = Duration.seconds(3_600)
    /// A subscription of which nothing was delivered for so long since it began to fail is disabled.
    public var patience = Duration.seconds(5 * 86_400)
    /// Most dead letters of a subscription; with one more, it is disabled.
    public var deadLetterCount = 1_000
    /// Most deliveries of one subscription in a row, before the node looks again which of them are due.
    public var deliveriesPerTurn = 64
    /// How many heights without anything to deliver a subscription passes before its cursor is written down: after a
    /// restart, they are looked through again.
    public var heightsPerCursorWrite: UInt64 = 128
    /// The pause after the node's own ledger or database has failed.
    public var pauseAfterError = Duration.seconds(10)
    /// How long the secret before stays valid when another takes its place.
    public var secretOverlap = Duration.seconds(86_400)
    /// The size that the database may have, in bytes: dead letters of all subscriptions, with room to spare.
    public var databaseByteCount = 1 << 30

    public init() {}
}
