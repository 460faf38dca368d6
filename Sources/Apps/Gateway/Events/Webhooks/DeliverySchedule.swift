public import Identity

/// Why a delivery has not arrived.
public struct DeliveryFailure: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, Codable {
        /// The receiver's name is not known, or none of its addresses may be reached.
        case address
        /// The receiver could not be reached, or the connection broke.
        case connection
        /// It took longer than a delivery may.
        case timeout
        /// The receiver has answered with another status than 200 to 299; a redirection is not followed.
        case status
        /// The receiver has answered that it is gone for good (410).
        case gone
    }

    public let kind: Kind
    /// What happened, for whoever looks after the receiver. Nothing of the receiver's answer but its status.
    public let message: String
    /// How long the receiver asks to be left alone.
    public let retryAfter: Duration?

    public init(_ kind: Kind, _ message: String, retryAfter: Duration? = nil) {
        (self.kind, self.message, self.retryAfter) = (kind, message, retryAfter)
    }
}

/// Why the node has stopped a subscription.
public enum WebhookDisabling: String, Hashable, Sendable, Codable, CaseIterable {
    /// The receiver has answered that it is gone for good (410).
    case gone
    /// Nothing has arrived for as long as a receiver is waited for.
    case failing
    /// As many deliveries were put aside as there is room for.
    case deadLettersFull
    /// What comes next is not kept by this node any more.
    case pruned
}

/// When a subscription's next delivery is tried, and when no more: a value, to which time and chance are handed in.
public struct DeliverySchedule: Hashable, Sendable, Codable {
    /// What follows from a failure.
    public enum Effect: Hashable, Sendable {
        /// The same delivery is tried again at this time.
        case retry(at: Timestamp)
        /// The delivery is put aside, and the next one's turn comes at this time.
        case putAside(until: Timestamp)
        /// Nothing is delivered any more until somebody asks for it, for this reason.
        case disable(because: WebhookDisabling)
    }

    /// How often the delivery whose turn it is was tried.
    public private(set) var attempts: Int
    /// Since when nothing has arrived; `nil` while things do.
    public private(set) var failingSince: Timestamp?
    /// Nothing is tried before; `nil` where nothing has failed.
    public private(set) var nextAttempt: Timestamp?

    public init(attempts: Int = 0, failingSince: Timestamp? = nil, nextAttempt: Timestamp? = nil) {
        (self.attempts, self.failingSince, self.nextAttempt) = (attempts, failingSince, nextAttempt)
    }

    /// Whether something may be tried now.
    public func isDue(at now: Timestamp) -> Bool { nextAttempt.map { $0 <= now } ?? true }

    /// Takes in that a delivery has arrived.
    public mutating func delivered() { self = DeliverySchedule() }

    /// Takes in that a delivery has not arrived.
    /// - Parameters:
    ///   - failure: why.
    ///   - now: the node's clock.
    ///   - chance: a random number, by which receivers that failed together are not tried together.
    ///   - limits: how long and how often things are tried.
    public mutating func failed(
        _ failure: DeliveryFailure, at now: Timestamp, chance: UInt64, limits: WebhookLimits
    ) -> Effect {
        if failure.kind == .gone { return .disable(because: .gone) }
        attempts += 1
        let since = failingSince ?? now
        failingSince = since
        guard now.since(since) < limits.patience else { return .disable(because: .failing) }
        let next = now.advanced(by: max(pause(chance, limits), min(failure.retryAfter ?? .zero, limits.longestPause)))
        nextAttempt = next
        guard attempts < limits.attemptCount else {
            attempts = 0
            return .putAside(until: next)
        }
        return .retry(at: next)
    }

    /// The first pause, doubled with each attempt, give or take a fifth.
    private func pause(_ chance: UInt64, _ limits: WebhookLimits) -> Duration {
        var pause = limits.firstPause
        for _ in 1..<max(1, attempts) where pause < limits.longestPause { pause *= 2 }
        return min(pause * Int(80 + chance % 41) / 100, limits.longestPause)
    }
}
