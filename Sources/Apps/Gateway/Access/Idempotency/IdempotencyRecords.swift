public import Identity

/// The requests with an idempotency key that this gateway has answered or is answering: so that a caller who has not
/// heard the answer hears it again, and nothing is done twice.
///
/// A value: times are handed in, nothing is read or sent. It ends with the process; what holds beyond it is the claim
/// on the ledger (``RequestKey/claim(_:)``).
///
/// At most ``AccessLimits/idempotencyRecords``, and ``AccessLimits/idempotencyBytes`` of responses: where there would
/// be more, the oldest answered one goes. One that is under way never does.
public struct IdempotencyRecords: Sendable {
    /// What was answered.
    public struct Response: Sendable, Hashable {
        /// The HTTP status.
        public let status: Int
        /// The type of the body.
        public let contentType: String
        /// Where what was made is: the header `Location`; `nil` where there was none.
        public let location: String?
        /// The body; `nil` where it was too long to be remembered.
        public let body: [UInt8]?

        /// Of a body of more than ``AccessLimits/idempotencyResponseBytes`` only status and place are remembered.
        public init(status: Int, contentType: String, location: String? = nil, body: [UInt8]) {
            self.status = status
            self.contentType = contentType
            self.location = location
            self.body = body.count <= AccessLimits.idempotencyResponseBytes ? body : nil
        }
    }

    /// What to do with a request.
    public enum Decision: Sendable, Hashable {
        /// Carry it out, then say ``finish(_:with:)`` or ``abandon(_:)``.
        case proceed
        /// The same request is being carried out: answer 409, and have it asked again.
        case underWay
        /// The same request was answered like this.
        case replay(Response)
        /// The key was used for another request: answer 422.
        case reused
        /// All places are taken by requests under way: answer 503.
        case full
    }

    private struct Record {
        let request: Digest
        let begunAt: Timestamp
        /// Its place among the records that may go; `nil` while it is under way.
        var order: UInt64?
        var response: Response?
    }

    private let capacity: Int
    private let byteCapacity: Int
    private let lifetime: Duration
    private var records: [RequestKey: Record] = [:]
    /// Answered records in the order in which they were answered, with gaps.
    private var answered: [UInt64: RequestKey] = [:]
    private var firstOrder: UInt64 = 0
    private var nextOrder: UInt64 = 0
    /// Bytes of the responses that are remembered.
    public private(set) var byteCount = 0

    public init(
        capacity: Int = AccessLimits.idempotencyRecords, byteCapacity: Int = AccessLimits.idempotencyBytes,
        lifetime: Duration = AccessLimits.idempotencyLifetime
    ) {
        self.capacity = max(1, capacity)
        self.byteCapacity = byteCapacity
        self.lifetime = lifetime
    }

    /// How many there are.
    public var count: Int { records.count }

    /// Begins a request, unless it was begun before.
    /// - Parameters:
    ///   - key: caller and idempotency key.
    ///   - request: the digest of what is asked.
    ///   - now: the time.
    public mutating func begin(_ key: RequestKey, request: Digest, at now: Timestamp) -> Decision {
        removeOld(at: now)
        if let known = records[key] {
            guard known.request == request else { return .reused }
            return known.response.map { .replay($0) } ?? .underWay
        }
        if records.count >= capacity {
            guard removeOldest() else { return .full }
        }
        records[key] = Record(request: request, begunAt: now)
        return .proceed
    }

    /// Remembers the answer of a request that was begun.
    public mutating func finish(_ key: RequestKey, with response: Response) {
        guard var record = records[key], record.response == nil else { return }
        record.response = response
        record.order = nextOrder
        answered[nextOrder] = key
        nextOrder += 1
        byteCount += response.body?.count ?? 0
        records[key] = record
        while byteCount > byteCapacity, removeOldest() {}
    }

    /// Forgets a request that has come to nothing, for certain: it may be made again.
    ///
    /// What is not certain is not abandoned before the ledger was asked.
    public mutating func abandon(_ key: RequestKey) {
        guard let record = records[key], record.response == nil else { return }
        records[key] = nil
    }

    private mutating func removeOld(at now: Timestamp) {
        while let key = oldest(), let record = records[key], record.begunAt.advanced(by: lifetime) <= now {
            _ = removeOldest()
        }
    }

    private mutating func oldest() -> RequestKey? {
        while firstOrder < nextOrder {
            if let key = answered[firstOrder] { return key }
            firstOrder += 1
        }
        return nil
    }

    private mutating func removeOldest() -> Bool {
        guard let key = oldest() else { return false }
        byteCount -= records[key]?.response?.body?.count ?? 0
        records[key] = nil
        answered[firstOrder] = nil
        firstOrder += 1
        return true
    }
}
