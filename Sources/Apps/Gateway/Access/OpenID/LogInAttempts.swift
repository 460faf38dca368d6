import Crypto
package import Identity
import Licences

/// The log-ins by a platform's pages that are under way: each between the way there and the way back.
///
/// A value: times and randomness are handed in. An attempt has a name of its own (`state`), a number that its token has
/// to carry (`nonce`), and a proof key (RFC 7636), of 256 random bits each. It belongs to the browser that has begun
/// it, by a secret in a cookie: an answer that comes by another one is none, so nobody is logged in as somebody else by
/// a link. It ends with its first answer, or after ten minutes. Names and secrets are kept as digests.
///
/// At most ``AccessLimits/logInAttempts`` are kept, and so many begin from one address in a minute. Where all places
/// are taken, the oldest of the address that has most goes: whoever fills the places loses his own.
package struct LogInAttempts: Sendable {
    /// An attempt that was just begun.
    package struct Begun: Sendable, Hashable {
        /// `state` of the request.
        package let state: String
        /// `nonce` of the request.
        package let nonce: String
        /// `code_challenge` of the request, S256.
        package let challenge: String
        /// For the browser's cookie.
        package let browser: String
    }

    /// An attempt that has come back.
    package struct Returned: Sendable, Hashable {
        /// What the token has to carry.
        package let nonce: String
        /// What the code is redeemed with.
        package let verifier: String
        /// Where the browser wanted to go.
        package let next: String
        package let begunAt: Timestamp
    }

    private struct Record {
        let browser: SHA256.Digest
        let address: String
        let returned: Returned
    }

    private static let secretByteCount = 32

    private let capacity: Int
    private var records: [SHA256.Digest: Record] = [:]
    private var rates: QuotaLedger

    package init(capacity: Int = AccessLimits.logInAttempts) {
        self.capacity = max(1, capacity)
        rates = QuotaLedger(capacity: AccessLimits.loginRecords)
    }

    /// How many attempts are kept, those that are over and not noticed among them.
    package var count: Int { records.count }

    /// Begins an attempt.
    /// - Parameters:
    ///   - next: where the browser wants to go.
    ///   - browser: what its cookie holds; `nil` for none. One of an attempt that is under way is kept, so that a
    ///     person may have begun in two windows.
    ///   - address: where the attempt comes from; of IPv6 its first 64 bits.
    ///   - now: the time.
    ///   - generator: a secure one outside of tests.
    /// - Throws: ``AccessError`` with code `loginBusy`.
    package mutating func begin(
        next: String, browser: String?, from address: String, at now: Timestamp,
        using generator: inout some RandomNumberGenerator
    ) throws(AccessError) -> Begun {
        if case .refused(let seconds) = rates.admit(address, quota: AccessLimits.logInAttemptQuota, at: now) {
            throw AccessError(
                .loginBusy, "too many people log in at once from here: try again", retryAfterSeconds: seconds)
        }
        if records.count >= capacity { makeRoom(at: now) }
        let known = browser.flatMap(Self.secret).flatMap { secret in
            let digest = SHA256.hash(data: secret)
            return records.contains { $0.value.browser == digest && !Self.isOver($0.value, at: now) } ? secret : nil
        }
        let secret = known ?? generator.bytes(Self.secretByteCount)
        let state = generator.bytes(Self.secretByteCount)
        let nonce = Base64URL.text(of: generator.bytes(Self.secretByteCount))
        let verifier = Base64URL.text(of: generator.bytes(Self.secretByteCount))
        records[SHA256.hash(data: state)] = Record(
            browser: SHA256.hash(data: secret), address: address,
            returned: Returned(nonce: nonce, verifier: verifier, next: next, begunAt: now))
        return Begun(
            state: Base64URL.text(of: state), nonce: nonce,
            challenge: Base64URL.text(of: Array(SHA256.hash(data: Array(verifier.utf8)))),
            browser: Base64URL.text(of: secret))
    }

    /// Takes the attempt that an answer names, once.
    /// - Parameters:
    ///   - state: of the answer.
    ///   - browser: what the cookie of the browser holds that brings it.
    /// - Throws: ``AccessError`` with code `logInUnknown`.
    package mutating func finish(
        state: String, browser: String?, at now: Timestamp
    ) throws(AccessError) -> Returned {
        let unknown = AccessError(
            .logInUnknown, "no such log-in is under way in this browser: it is over, or was answered; begin again")
        guard let name = Self.secret(state), let secret = browser.flatMap(Self.secret) else { throw unknown }
        let digest = SHA256.hash(data: name)
        // Another browser's answer does not end the attempt of the one that has begun it.
        guard let record = records[digest], record.browser == SHA256.hash(data: secret) else { throw unknown }
        records[digest] = nil
        guard !Self.isOver(record, at: now) else { throw unknown }
        return record.returned
    }

    private mutating func makeRoom(at now: Timestamp) {
        records = records.filter { !Self.isOver($0.value, at: now) }
        guard records.count >= capacity else { return }
        let counts = records.values.reduce(into: [String: Int]()) { $0[$1.address, default: 0] += 1 }
        let heaviest = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }
        let oldest = records.filter { $0.value.address == heaviest?.key }
            .min { $0.value.returned.begunAt < $1.value.returned.begunAt }
        if let oldest { records[oldest.key] = nil }
    }

    private static func secret(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 64, let bytes = Base64URL.bytes(of: text), bytes.count == secretByteCount else {
            return nil
        }
        return bytes
    }

    private static func isOver(_ record: Record, at now: Timestamp) -> Bool {
        record.returned.begunAt.advanced(by: AccessLimits.logInAttemptLifetime) <= now
    }
}
