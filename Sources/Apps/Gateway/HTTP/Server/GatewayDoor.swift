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
    private let accountsPath: String
    private let clock: any WallClock
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameter fetcher: asks identity platforms for their keys.
    /// - Throws: `FileError` or `AccessError` where a file of the gateway's directory is not what it should be.
    init(host: NodeHost, configuration: GatewayConfiguration, fetcher: HTTPPlatformClient) throws {
        let department = host.identity.member.department
        let applications = ApplicationsClient(reading: AnswersAtHeight(host.ledger, heights: host.heights))
        certificates = CertificateAuthenticator(genesis: host.genesis)
        certificates.update(host.revocations.current.revocations)
        accountsPath = "\(configuration.dataPath)/accounts.json"
        let saltPath = "\(configuration.dataPath)/subject.salt"
        control = AccessControl(
            department: department, applications: applications, certificates: certificates,
            tokens: TokenVerifier(
                applications: applications, department: department, fetcher: fetcher, clock: host.clock,
                logger: host.logger),
            salt: ProtectedFile.exists(saltPath) ? try SubjectSalt(file: saltPath) : nil, clock: host.clock)
        var generator = SystemRandomNumberGenerator()
        login = try LocalLogin(
            accounts: try Self.accounts(accountsPath), department: department, clock: host.clock, using: &generator)
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
            // What has been registered otherwise since the log-in counts from now on.
            if let known { return (try await control.current(known.principal), known) }
        }
        if let certificate {
            heedRevocations()
            return (try await control.principal(certificate: certificate), nil)
        }
        return (.anonymous, nil)
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
        let principal = try await login.principal(name: name, password: password, address: address)
        var generator = SystemRandomNumberGenerator()
        let now = clock.now
        return try state.withLock { (state) throws(AccessError) in
            try state.sessions.begin(principal, at: now, using: &generator)
        }
    }

    func logOut(session: String) { state.withLock { $0.sessions.end(session) } }

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
