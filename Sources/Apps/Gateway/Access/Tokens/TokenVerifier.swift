import Crypto
import Formats
public import Identity
public import Logging
public import Nodes

/// What a token has established.
public struct VerifiedToken: Sendable, Hashable {
    public let issuer: PlatformAddress
    /// `sub`: personal data of its bearer. It goes into no log and nowhere else.
    public let subject: String
    /// The client's name at the issuer.
    public let client: String
    public let expiresAt: Timestamp
}

/// What the identity token of one log-in has to be (OpenID Connect Core 1.0, section 3.1.3.7).
struct IdentityTokenExpectation: Sendable {
    /// Whom it is for, and of which platform.
    let client: ApplicationClient
    /// The number that the log-in has given the platform.
    let nonce: String
    /// When the log-in began: a token that is older belongs to another one.
    let notBefore: Timestamp
}

/// Checks tokens of the identity platforms that a department trusts (JWT, RFC 7519, by the rules of RFC 8725).
///
/// In this order: size, form, algorithm, issuer, the platform's own algorithms, key, signature, audience, times. The
/// algorithm is the platform's to say, not the token's: a key is only ever used with the one that it is published for.
public actor TokenVerifier {
    private let applications: ApplicationsClient
    private let department: DepartmentName
    private let fetcher: any KeySetFetcher
    private let clock: any WallClock
    private let logger: Logger
    private var cache = KeySetCache<PlatformKeyName, PlatformKey>()
    private var fetches: [PlatformAddress: Task<Void, Never>] = [:]
    /// Tokens that were read, and whose signatures held by the keys that their platforms publish now.
    private var known = Remembered<SHA256.Digest, SignedToken>(capacity: AccessLimits.tokens)

    /// - Parameters:
    ///   - applications: where the department's platforms stand.
    ///   - department: whose platforms count.
    ///   - fetcher: fetches key sets.
    ///   - clock: the time that tokens are held against.
    ///   - logger: hears of key sets that cannot be fetched.
    public init(
        applications: ApplicationsClient, department: DepartmentName, fetcher: any KeySetFetcher,
        clock: any WallClock, logger: Logger
    ) {
        self.applications = applications
        self.department = department
        self.fetcher = fetcher
        self.clock = clock
        self.logger = logger
    }

    /// Checks a token.
    /// - Throws: ``AccessError`` whose code names the one thing that is wrong.
    public func verify(_ text: String) async throws(AccessError) -> VerifiedToken {
        let name = SHA256.hash(data: Array(text.utf8))
        let token = if let known = known[name] { known } else { try SignedToken(text) }
        let platform = try await authenticate(token, as: name)
        guard let audience = token.claims.aud else { throw Self.missing("aud") }
        guard audience.names.contains(platform.audience) else {
            throw AccessError(
                .wrongAudience, "the token is not for '\(platform.audience)': ask the platform for one that is")
        }
        return try Self.check(token.claims, client: token.claims.client, of: platform, at: clock.now)
    }

    /// Checks an identity token that a platform has handed over for a code.
    /// - Throws: ``AccessError`` whose code names the one thing that is wrong.
    func verify(
        identityToken text: String, for expectation: IdentityTokenExpectation
    ) async throws(AccessError) -> VerifiedToken {
        let token = try SignedToken(text)
        // An access token has other readers; whoever of them has one could hand it in here.
        guard token.type != "at+jwt", token.type != "application/at+jwt" else {
            throw AccessError(.malformedToken, "this is an access token: an identity token is needed")
        }
        let client = expectation.client
        guard token.claims.iss == client.issuer.text else {
            throw AccessError(.unknownIssuer, "the identity token is another platform's")
        }
        let platform = try await authenticate(token)
        // For nobody else besides: what others may read too, they could hand in.
        guard let audience = token.claims.aud else { throw Self.missing("aud") }
        guard audience.names == [client.identifier], token.claims.azp ?? client.identifier == client.identifier,
            token.claims.client_id ?? client.identifier == client.identifier
        else { throw AccessError(.wrongAudience, "the identity token is for another client") }
        guard let issuedAt = token.claims.iat?.time else { throw Self.missing("iat") }
        let verified = try Self.check(token.claims, client: client.identifier, of: platform, at: clock.now)
        guard token.claims.nonce == expectation.nonce,
            issuedAt.advanced(by: AccessLimits.clockTolerance) >= expectation.notBefore
        else { throw AccessError(.wrongNonce, "the identity token belongs to another log-in: begin again") }
        return verified
    }

    /// Passes an issuer that is a platform of the department now.
    /// - Throws: ``AccessError`` with code `unknownIssuer` or `ledgerUnavailable`.
    func checkTrust(in issuer: PlatformAddress) async throws(AccessError) { _ = try await platform(issuer.text) }

    /// Establishes that a token is of the platform that it names, which the department trusts.
    /// - Parameter digest: of the whole token, by which it is known again.
    private func authenticate(
        _ token: SignedToken, as digest: SHA256.Digest? = nil
    ) async throws(AccessError) -> PlatformDeclaration {
        guard let issuer = token.claims.iss else { throw Self.missing("iss") }
        let platform = try await platform(issuer)
        guard platform.algorithms.contains(token.algorithm) else {
            throw AccessError(
                .algorithmNotAllowed,
                "the platform \(platform.issuer) is not registered with \(token.algorithm.rawValue)")
        }
        let name = PlatformKeyName(algorithm: token.algorithm, name: token.keyName)
        let key = try await key(name, at: platform.keySet)
        // Asked now, because what was known is forgotten with the keys, which may just have been fetched anew.
        if let digest, known[digest] != nil { return platform }
        guard key.isValid(token.signature, of: token.signed) else {
            throw AccessError(.wrongSignature, "the token's signature does not hold: have a new one issued")
        }
        if let digest { known.remember(token, of: digest) }
        return platform
    }

    /// The platform of an issuer that the department trusts.
    private func platform(_ issuer: String) async throws(AccessError) -> PlatformDeclaration {
        let unknown = AccessError(
            .unknownIssuer, "\(department) trusts no identity platform of this issuer: have it registered")
        guard let address = PlatformAddress(issuer) else { throw unknown }
        let record: PlatformRecord
        do {
            record = try await applications.platform(PlatformReference(department: department, issuer: address))
        } catch let error as NodeError where error.code == .notFound {
            throw unknown
        } catch {
            throw AccessError(.ledgerUnavailable, "the ledger cannot be asked: try again", cause: error)
        }
        guard record.endedAt == nil else { throw unknown }
        return record.declaration
    }

    private func key(
        _ name: PlatformKeyName, at address: PlatformAddress
    ) async throws(AccessError) -> PlatformKey {
        // Twice is enough: to fetch, or to wait for whoever fetches, and to look again.
        for _ in 0..<3 {
            switch cache.lookup(name, at: address, now: clock.now) {
            case .key(let key):
                return key
            case .fetch:
                let task = Task { await fetch(address) }
                fetches[address] = task
                await task.value
            case .wait:
                await fetches[address]?.value
            case .unknown(let seconds):
                throw AccessError(
                    .unknownKey, "the identity platform publishes no key of this name: have a new token issued",
                    retryAfterSeconds: seconds)
            case .unavailable(let seconds):
                throw AccessError(
                    .keysUnavailable, "the identity platform's keys cannot be had at the moment: try again",
                    retryAfterSeconds: seconds)
            }
        }
        throw AccessError(
            .keysUnavailable, "the identity platform's keys keep changing: try again", retryAfterSeconds: 1)
    }

    private func fetch(_ address: PlatformAddress) async {
        do throws(AccessError) {
            let set = try await KeySet(try await fetcher.keySet(at: address))
            cache.fetched(set.keys, from: address, at: clock.now)
            known.forgetAll()
            logger.info(
                "an identity platform's keys were fetched",
                metadata: ["address": "\(address)", "keys": "\(set.keys.count)", "unusable": "\(set.skippedCount)"])
        } catch {
            cache.failed(address, at: clock.now)
            logger.warning(
                "an identity platform's keys could not be fetched",
                metadata: ["address": "\(address)", "error": "\(error)", "cause": "\(error.cause ?? "")"])
        }
        fetches[address] = nil
    }

    private static func check(
        _ claims: TokenClaims, client: String?, of platform: PlatformDeclaration, at now: Timestamp
    ) throws(AccessError) -> VerifiedToken {
        guard let expiry = claims.exp?.time else { throw missing("exp") }
        let tolerance = AccessLimits.clockTolerance
        guard now < expiry.advanced(by: tolerance) else {
            throw AccessError(.tokenExpired, "the token expired at \(expiry): have a new one issued")
        }
        guard expiry <= now.advanced(by: AccessLimits.tokenLifetime + tolerance) else {
            throw AccessError(
                .tokenLifetimeTooLong,
                "the token is valid for longer than \(AccessLimits.tokenLifetime.components.seconds / 3_600) hours: "
                    + "have the platform issue shorter ones")
        }
        for (name, time) in [("nbf", claims.nbf?.time), ("iat", claims.iat?.time)] {
            guard let time else { continue }
            guard time <= now.advanced(by: tolerance) else {
                throw AccessError(
                    .tokenNotYetValid, "the token's '\(name)' is \(time), which has not come: check both clocks")
            }
        }
        guard let subject = claims.sub else { throw missing("sub") }
        guard let client else { throw missing("client_id") }
        guard (1...AccessLimits.claimBytes).contains(subject.utf8.count),
            (1...AccessLimits.claimBytes).contains(client.utf8.count)
        else {
            throw AccessError(
                .malformedToken, "'sub' and 'client_id' have 1 to \(AccessLimits.claimBytes) bytes each")
        }
        return VerifiedToken(issuer: platform.issuer, subject: subject, client: client, expiresAt: expiry)
    }

    private static func missing(_ claim: String) -> AccessError {
        AccessError(.claimMissing, "the token lacks '\(claim)': have the platform put it in")
    }
}
