public import Logging
public import Nodes

/// Logs people in by the pages of one identity platform: the authorization code flow of OpenID Connect (Core 1.0,
/// section 3.1) with a proof key (RFC 7636), by the best practice of RFC 9700.
///
/// The browser goes to the platform with an attempt's name and comes back with it and a code. Then, in this order: the
/// attempt is taken, once, and only in the browser that has begun it; the answer has to be this platform's; the code is
/// redeemed by the node, with the attempt's proof key; the identity token is checked by the platform's keys, and has to
/// carry the attempt's number; the person is looked up on the ledger, as with any token of the platform.
public actor PlatformLogIn {
    /// Where a browser goes to log in.
    public struct Departure: Sendable, Hashable {
        public let address: String
        /// For the cookie that makes the attempt this browser's: `HttpOnly`, `SameSite=Lax`.
        public let browser: String
    }

    /// Who has come back.
    public struct Arrival: Sendable, Hashable {
        public let principal: Principal
        /// Where the browser wanted to go.
        public let next: String
    }

    private let client: OpenIDClient
    private let control: AccessControl
    private let transport: any PlatformTransport
    private let clock: any WallClock
    private let logger: Logger
    private var generator: any RandomNumberGenerator & Sendable
    private var attempts = LogInAttempts()
    private var cache = PlatformMetadataCache()
    private var fetch: Task<Void, Never>?
    private var redemptionCount = 0

    /// - Parameters:
    ///   - client: what the console is at its platform.
    ///   - control: finds people on the ledger.
    ///   - transport: asks the platform.
    ///   - clock: the time.
    ///   - logger: hears of a platform that cannot be asked.
    ///   - generator: a secure one outside of tests.
    public init(
        client: OpenIDClient, control: AccessControl, transport: any PlatformTransport, clock: any WallClock,
        logger: Logger, generator: any RandomNumberGenerator & Sendable
    ) {
        (self.client, self.control, self.transport) = (client, control, transport)
        (self.clock, self.logger, self.generator) = (clock, logger, generator)
    }

    /// Begins a log-in. Nobody is sent to a platform that the department does not trust, or for a console that is no
    /// application of it: whoever logged in there could not come in here.
    /// - Parameters:
    ///   - next: where the browser wants to go, a path of the console.
    ///   - browser: what its cookie holds; `nil` for none.
    ///   - address: where the attempt comes from; of IPv6 its first 64 bits.
    ///   - language: of the pages, as BCP 47 has it.
    /// - Throws: ``AccessError`` with code `unknownIssuer`, `applicationUnknown`, `applicationSuspended`,
    ///   `applicationExpired`, `platformUnavailable`, `platformAnswerInvalid`, `loginBusy` or `ledgerUnavailable`.
    public func begin(
        next: String, browser: String?, from address: String, language: String
    ) async throws(AccessError) -> Departure {
        _ = try await control.application(of: client.client)
        let platform = try await metadata()
        let attempt = try attempts.begin(
            next: next, browser: browser, from: address, at: clock.now, using: &generator)
        return Departure(
            address: client.authorizationAddress(at: platform, for: attempt, language: language),
            browser: attempt.browser)
    }

    /// Takes the platform's answer in.
    /// - Parameters:
    ///   - query: of the callback, as it came.
    ///   - browser: what the cookie holds of the browser that brings it; `nil` for none.
    /// - Throws: ``AccessError`` with one of the codes of ``begin(next:browser:from:language:)``, of a token, or
    ///   `logInUnknown`, `logInCancelled`, `wrongNonce` or `personUnknown`.
    public func finish(query: String, browser: String?) async throws(AccessError) -> Arrival {
        let answer = try AuthorizationAnswer(query: query)
        let attempt = try attempts.finish(state: answer.state, browser: browser, at: clock.now)
        let platform = try await metadata()
        let code = try answer.code(from: platform)
        let token = try await redeem(client.redemption(of: code, verifier: attempt.verifier, at: platform))
        let principal = try await control.person(
            identityToken: token,
            for: IdentityTokenExpectation(
                client: client.client, nonce: attempt.nonce, notBefore: attempt.begunAt))
        return Arrival(principal: principal, next: attempt.next)
    }

    /// Where a person who has logged out here logs out of the platform too; `nil` where the platform has no such place,
    /// or cannot be asked.
    public func logOutAddress() async -> String? {
        do throws(AccessError) {
            return client.logOutAddress(at: try await metadata())
        } catch {
            // Told where it was found out; the session here has ended all the same.
            return nil
        }
    }

    private func redeem(_ redemption: CodeRedemption) async throws(AccessError) -> String {
        guard redemptionCount < AccessLimits.redemptions else {
            throw AccessError(.loginBusy, "too many people log in at once: try again in a moment", retryAfterSeconds: 2)
        }
        redemptionCount += 1
        defer { redemptionCount -= 1 }
        return try await transport.redeem(redemption).identityToken()
    }

    private func metadata() async throws(AccessError) -> PlatformMetadata {
        // To fetch, or to wait for whoever fetches, and to look again.
        for _ in 0..<3 {
            switch cache.lookup(at: clock.now) {
            case .metadata(let metadata):
                return metadata
            case .fetch:
                let task = Task { await fetchMetadata() }
                fetch = task
                await task.value
            case .wait:
                await fetch?.value
            case .unavailable(let error):
                throw error
            }
        }
        throw AccessError(
            .platformUnavailable, "the identity platform cannot be asked: try again", retryAfterSeconds: 1)
    }

    private func fetchMetadata() async {
        do throws(AccessError) {
            let bytes = try await transport.configuration(at: PlatformMetadata.address(of: client.issuer))
            let metadata = try PlatformMetadata(bytes, of: client.issuer)
            try client.check(metadata)
            cache.fetched(metadata, at: clock.now)
            logger.info("the identity platform's configuration was fetched", metadata: ["issuer": "\(client.issuer)"])
        } catch {
            cache.failed(error, at: clock.now)
            logger.warning(
                "the identity platform's configuration cannot be used",
                metadata: ["issuer": "\(client.issuer)", "error": "\(error)", "cause": "\(error.cause ?? "")"])
        }
        fetch = nil
    }
}
