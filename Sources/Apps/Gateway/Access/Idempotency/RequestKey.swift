public import Formats
public import Identity
import Ledger

/// What makes two requests the same one: the caller, and the idempotency key that it gave.
public struct RequestKey: Sendable, Hashable {
    /// Names caller and key.
    public let digest: Digest

    /// The key of a request.
    /// - Parameters:
    ///   - header: what the caller gave as `Idempotency-Key`: 1 to 128 visible ASCII characters.
    ///   - principal: the caller; keys of others are others.
    ///   - suite: the consortium's.
    /// - Throws: ``AccessError`` with code `malformedIdempotencyKey`, or `notAuthenticated` for nobody's request.
    public init(_ header: String, of principal: Principal, suite: any CryptoSuite) throws(AccessError) {
        guard principal.kind != .anonymous else {
            throw AccessError(.notAuthenticated, "an idempotency key is somebody's: show who you are")
        }
        guard (1...AccessLimits.idempotencyKeyBytes).contains(header.utf8.count),
            header.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else {
            throw AccessError(
                .malformedIdempotencyKey,
                "an idempotency key has 1 to \(AccessLimits.idempotencyKeyBytes) visible ASCII characters: use a UUID")
        }
        digest = suite.digest(
            of: Self.joined(["zhenglian request key 1", principal.identifier, header].map { Array($0.utf8) }))
    }

    /// What the ledger tells submissions of this request apart from others by.
    public var ledgerKey: IdempotencyKey { IdempotencyKey(digest) }

    /// The call that makes the ledger carry out the request once: the first of its transaction.
    /// - Parameter request: the digest of what is asked.
    public func claim(_ request: Digest) -> Call {
        Call(
            contract: ApplicationsContract.contractName, method: ApplicationsContract.Method.claim,
            arguments: ClaimRequest(key: digest, request: request).derBytes)
    }

    /// The digest of what a request asks: its method, its path with the query, and its body.
    public static func digest(method: String, path: String, body: [UInt8], suite: any CryptoSuite) -> Digest {
        suite.digest(
            of: joined([
                Array("zhenglian request 1".utf8), Array(method.utf8), Array(path.utf8), suite.digest(of: body).bytes,
            ]))
    }

    /// The parts, each after its length: no two lists of parts are the same bytes.
    private static func joined(_ parts: [[UInt8]]) -> [UInt8] {
        parts.flatMap { UInt32(truncatingIfNeeded: $0.count).bigEndianBytes + $0 }
    }
}
