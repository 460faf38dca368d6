import Crypto
public import Identity
import Licences

/// The sessions of people in a browser.
///
/// A value: times and randomness are handed in. A session's name has 256 random bits and is kept as a digest only, so
/// that nobody who reads the memory or a dump of it has a session. It ends after half an hour without a request, and
/// after eight hours in any case. The token that forms carry against forged requests is made from the name: who does
/// not have the session's cookie cannot make it.
public struct SessionStore: Sendable {
    /// A session that was just begun: what the browser is handed, once.
    public struct Ticket: Sendable, Hashable {
        /// For the cookie: `HttpOnly`, `Secure`, `SameSite=Strict`.
        public let cookie: String
        /// For forms and headers of requests that change something.
        public let formToken: String
    }

    /// A session that goes on.
    public struct Session: Sendable, Hashable {
        public let principal: Principal
        public let formToken: String
        public let begunAt: Timestamp
    }

    private struct Record {
        let principal: Principal
        let begunAt: Timestamp
        var usedAt: Timestamp
    }

    private static let nameByteCount = 32

    private let capacity: Int
    private let capacityPerPrincipal: Int
    private var records: [SHA256.Digest: Record] = [:]

    public init(
        capacity: Int = AccessLimits.sessions, capacityPerPrincipal: Int = AccessLimits.sessionsPerPrincipal
    ) {
        self.capacity = max(1, capacity)
        self.capacityPerPrincipal = max(1, capacityPerPrincipal)
    }

    /// How many sessions there are, those that are over and not noticed among them.
    public var count: Int { records.count }

    /// Begins a session.
    /// - Parameters:
    ///   - principal: who has logged in.
    ///   - now: the time.
    ///   - generator: a secure one outside of tests.
    /// - Throws: ``AccessError`` with code `tooManySessions`.
    public mutating func begin(
        _ principal: Principal, at now: Timestamp, using generator: inout some RandomNumberGenerator
    ) throws(AccessError) -> Ticket {
        let own = records.filter { $0.value.principal.identifier == principal.identifier }
        if own.count >= capacityPerPrincipal, let oldest = own.min(by: { $0.value.usedAt < $1.value.usedAt }) {
            records[oldest.key] = nil
        }
        if records.count >= capacity {
            records = records.filter { !Self.isOver($0.value, at: now) }
        }
        guard records.count < capacity else {
            throw AccessError(
                .tooManySessions, "there are \(capacity) sessions: try again in a while",
                retryAfterSeconds: Int(AccessLimits.sessionIdle.components.seconds))
        }
        let name = generator.bytes(Self.nameByteCount)
        records[SHA256.hash(data: name)] = Record(principal: principal, begunAt: now, usedAt: now)
        return Ticket(cookie: Base64URL.text(of: name), formToken: Self.formToken(name))
    }

    /// The session of a cookie, which goes on for another half an hour.
    /// - Throws: ``AccessError`` with code `sessionEnded`.
    public mutating func session(_ cookie: String, at now: Timestamp) throws(AccessError) -> Session {
        let ended = AccessError(.sessionEnded, "the session is over: log in again")
        guard let name = Self.name(cookie) else { throw ended }
        let digest = SHA256.hash(data: name)
        guard var record = records[digest] else { throw ended }
        guard !Self.isOver(record, at: now) else {
            records[digest] = nil
            throw ended
        }
        record.usedAt = max(record.usedAt, now)
        records[digest] = record
        return Session(principal: record.principal, formToken: Self.formToken(name), begunAt: record.begunAt)
    }

    /// The session of a cookie, for a request that changes something.
    /// - Parameter formToken: what the form or the header carries.
    /// - Throws: ``AccessError`` with code `sessionEnded`, or `notEntitled` where the token is not the session's.
    public mutating func session(
        _ cookie: String, formToken: String, at now: Timestamp
    ) throws(AccessError) -> Session {
        let session = try session(cookie, at: now)
        // Comparing digests takes a time that says nothing of the tokens.
        guard SHA256.hash(data: Array(formToken.utf8)) == SHA256.hash(data: Array(session.formToken.utf8)) else {
            throw AccessError(.notEntitled, "the request does not come from a page of this session: load it again")
        }
        return session
    }

    /// Ends a session.
    public mutating func end(_ cookie: String) {
        guard let name = Self.name(cookie) else { return }
        records[SHA256.hash(data: name)] = nil
    }

    /// Ends all sessions of a caller, as when its password changes or its role ends.
    /// - Parameter principal: its ``Principal/identifier``.
    /// - Returns: how many there were.
    @discardableResult
    public mutating func endAll(of principal: String) -> Int {
        let count = records.count
        records = records.filter { $0.value.principal.identifier != principal }
        return count - records.count
    }

    private static func name(_ cookie: String) -> [UInt8]? {
        guard cookie.utf8.count <= 64, let name = Base64URL.bytes(of: cookie), name.count == nameByteCount else {
            return nil
        }
        return name
    }

    private static func formToken(_ name: [UInt8]) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("zhenglian form 1".utf8), using: SymmetricKey(data: name))
        return Base64URL.text(of: Array(code))
    }

    private static func isOver(_ record: Record, at now: Timestamp) -> Bool {
        record.usedAt.advanced(by: AccessLimits.sessionIdle) <= now
            || record.begunAt.advanced(by: AccessLimits.sessionLifetime) <= now
    }
}
