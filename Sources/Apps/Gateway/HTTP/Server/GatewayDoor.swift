import Formats
import GatewayAccess
import Identity
import Logging
import Nodes
import Synchronization

/// The door of a node's gateway: certificates, tokens and sessions, held to what the ledger and the consortium say.
final class GatewayDoor: Door {
    private struct State {
        /// Those who have shown who they are, and those who have not, are counted apart.
        var known = QuotaLedger(capacity: AccessLimits.quotaPrincipals)
        var strangers = QuotaLedger(capacity: AccessLimits.quotaPrincipals)
        var sessions = SessionStore()
        var requests = IdempotencyRecords()
        /// Which revocations the certificates were last held against.
        var revocations: UInt64 = 0
    }

    private let control: AccessControl
    private let certificates: CertificateAuthenticator
    private let revocations: RevocationBoard
    private let login: LocalLogin
    private let platformLogIn: PlatformLogIn?
    private let metrics = LogInMetrics()
    private let accountsPath: String
    private let clock: any WallClock
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameter platforms: asks identity platforms.
    /// - Throws: `FileError` or `AccessError` where a file of the gateway, or its platform, is not what it should be.
    init(host: NodeHost, configuration: GatewayConfiguration, platforms: HTTPPlatformClient) throws {
        let department = host.identity.member.department
        let applications = ApplicationsClient(reading: AnswersAtHeight(host.ledger, heights: host.heights))
        certificates = CertificateAuthenticator(genesis: host.genesis)
        certificates.update(host.revocations.current.revocations)
        accountsPath = "\(configuration.dataPath)/accounts.json"
        let saltPath = "\(configuration.dataPath)/subject.salt"
        let control = AccessControl(
            department: department, applications: applications, certificates: certificates,
            tokens: TokenVerifier(
                applications: applications, department: department, fetcher: platforms, clock: host.clock,
                logger: host.logger),
            salt: ProtectedFile.exists(saltPath) ? try SubjectSalt(file: saltPath) : nil, clock: host.clock)
        var generator = SystemRandomNumberGenerator()
        login = try LocalLogin(
            accounts: try Self.accounts(accountsPath), department: department, clock: host.clock, using: &generator)
        self.control = control
        platformLogIn = try configuration.logIn.map {
            PlatformLogIn(
                client: try OpenIDClient($0, address: configuration.address), control: control, transport: platforms,
                clock: host.clock, logger: host.logger, generator: SystemRandomNumberGenerator())
        }
        (revocations, clock, logger) = (host.revocations, host.clock, host.logger)
    }

    private static func accounts(_ path: String) throws -> AccountFile {
        ProtectedFile.exists(path) ? try AccountFile(file: path) : AccountFile()
    }

    func admit(
        certificate: [UInt8]?, token: String?, session: String?, at now: Timestamp
    ) async throws(AccessError) -> (principal: Principal, session: Session?) {
        if let token { return (try await control.principal(token: token), nil) }
        if let session {
            let known: Session?
            do throws(AccessError) {
                known = try state.withLock { (state) throws(AccessError) in
                    try state.sessions.session(session, at: now)
                }
            } catch {
                // It is over: whoever it was is a stranger again, and pages say so.
                known = nil
            }
            if let known, let principal = try await current(known, of: session) { return (principal, known) }
        }
        if let certificate {
            heedRevocations()
            return (try await control.principal(certificate: certificate), nil)
        }
        return (.anonymous, nil)
    }

    /// Whose a session is, by what is registered now: what has changed since the log-in counts.
    /// - Returns: `nil` for somebody who may come in no more: the session ends, and the log-in says why.
    private func current(_ session: Session, of cookie: String) async throws(AccessError) -> Principal? {
        do throws(AccessError) {
            return try await control.current(session.principal)
        } catch {
            guard error.code != .ledgerUnavailable else { throw error }
            logger.info(
                "a session has ended, because its person may come in no more",
                metadata: ["principal": "\(session.principal.identifier)", "code": "\(error.code.rawValue)"])
            state.withLock { $0.sessions.end(cookie) }
            return nil
        }
    }

    /// Has the certificates that were authenticated before be looked at again where something was revoked since.
    private func heedRevocations() {
        let number = revocations.number
        let isNew = state.withLock { state in
            defer { state.revocations = number }
            return state.revocations != number
        }
        if isNew { certificates.update(revocations.current.revocations) }
    }

    func logIn(
        name: String, password: String, from address: String
    ) async throws(AccessError) -> SessionStore.Ticket {
        do {
            await login.update(try Self.accounts(accountsPath))
        } catch {
            logger.error("the accounts cannot be read", metadata: ["path": "\(accountsPath)", "error": "\(error)"])
        }
        return try begin(try await login.principal(name: name, password: password, address: address))
    }

    /// Begins a session, always under a new name.
    private func begin(_ principal: Principal) throws(AccessError) -> SessionStore.Ticket {
        var generator = SystemRandomNumberGenerator()
        let now = clock.now
        return try state.withLock { (state) throws(AccessError) in
            try state.sessions.begin(principal, at: now, using: &generator)
        }
    }

    var hasPlatform: Bool { platformLogIn != nil }

    private func platform() throws(AccessError) -> PlatformLogIn {
        guard let platformLogIn else {
            throw AccessError(.unknownIssuer, "nobody logs in by an identity platform here: see 'gateway.login.issuer'")
        }
        return platformLogIn
    }

    func beginAtPlatform(
        next: String, browser: String?, from address: String, language: String
    ) async throws(AccessError) -> PlatformLogIn.Departure {
        do throws(AccessError) {
            return try await platform().begin(next: next, browser: browser, from: address, language: language)
        } catch {
            throw told(error)
        }
    }

    func finishAtPlatform(
        query: String, browser: String?
    ) async throws(AccessError) -> (ticket: SessionStore.Ticket, next: String) {
        do throws(AccessError) {
            let arrival = try await platform().finish(query: query, browser: browser)
            let ticket = try begin(arrival.principal)
            metrics.countAccepted()
            logger.info(
                "a person has logged in by the identity platform",
                metadata: ["principal": "\(arrival.principal.identifier)"])
            return (ticket, arrival.next)
        } catch {
            throw told(error)
        }
    }

    /// Counts and logs why nobody was logged in: neither the person nor any secret is in it.
    private func told(_ error: AccessError) -> AccessError {
        metrics.countRefused(error.code)
        logger.notice(
            "nobody was logged in by the identity platform",
            metadata: ["error": "\(error)", "cause": "\(error.cause ?? "")"])
        return error
    }

    func logOut(session: String) async -> String? {
        let now = clock.now
        let known = state.withLock { state in
            defer { state.sessions.end(session) }
            // One that is over has nobody in it.
            return try? state.sessions.session(session, at: now)
        }
        guard case .person? = known?.principal.kind else { return nil }
        return await platformLogIn?.logOutAddress()
    }

    func lockouts() async -> [(subject: String, until: Timestamp)] { await login.lockouts }

    func charge(_ principal: Principal, from address: String, at now: Timestamp) -> Int? {
        let decision: QuotaLedger.Decision
        if principal.kind == .anonymous {
            decision = state.withLock {
                $0.strangers.admit(address, quota: GatewayLimits.strangersQuota, at: now)
            }
        } else if let quota = principal.quota {
            decision = state.withLock { $0.known.admit(principal.identifier, quota: quota, at: now) }
        } else {
            // Members are held to what the ledger's own lanes and the limit of requests under way let through.
            return nil
        }
        if case .refused(let seconds) = decision { return seconds }
        return nil
    }

    func begin(_ key: RequestKey, request: Digest, at now: Timestamp) -> IdempotencyRecords.Decision {
        state.withLock { $0.requests.begin(key, request: request, at: now) }
    }

    func finish(_ key: RequestKey, with response: IdempotencyRecords.Response) {
        state.withLock { $0.requests.finish(key, with: response) }
    }

    func abandon(_ key: RequestKey) { state.withLock { $0.requests.abandon(key) } }
}

extension OpenIDClient {
    /// What a gateway's configuration says.
    /// - Throws: `FileError` or `AccessError`.
    fileprivate init(_ configuration: GatewayConfiguration.LogIn, address: String) throws {
        try self.init(
            issuer: configuration.issuer, identifier: configuration.client,
            secret: try configuration.secretPath.map { try Self.secret(file: $0) }, scopes: configuration.scopes,
            address: address)
    }
}
