public import GatewayAccess
public import Identity

/// A person's session in the console.
public typealias Session = SessionStore.Session

/// Who comes in, as what, and how often: all that the gateway decides before it carries anything out.
public protocol Door: Sendable {
    /// Finds out who calls.
    /// - Parameters:
    ///   - certificate: DER of the certificate of the connection, `nil` without one.
    ///   - token: of the header `Authorization: Bearer`.
    ///   - session: the secret of the session's cookie.
    /// - Throws: `AccessError` where what is shown does not hold; whoever shows nothing, or the cookie of a session
    ///   that is over, is anonymous.
    func admit(
        certificate: [UInt8]?, token: String?, session: String?, at now: Timestamp
    ) async throws(AccessError) -> (principal: Principal, session: Session?)

    /// Begins a session for somebody with a local account.
    /// - Throws: `AccessError` with code `wrongCredentials`, `loginLocked`, `loginBusy` or `tooManySessions`.
    func logIn(name: String, password: String, from address: String) async throws(AccessError) -> SessionStore.Ticket

    /// Whether people may log in by the pages of an identity platform.
    var hasPlatform: Bool { get }

    /// Begins a log-in by those pages.
    /// - Parameters:
    ///   - next: the path of the console that the browser wants to go to.
    ///   - browser: what its cookie for log-ins holds; `nil` for none.
    ///   - language: of the pages, as BCP 47 has it.
    /// - Throws: `AccessError`, as `PlatformLogIn` says.
    func beginAtPlatform(
        next: String, browser: String?, from address: String, language: String
    ) async throws(AccessError) -> PlatformLogIn.Departure

    /// Begins a session for somebody whom the platform has sent back.
    /// - Parameters:
    ///   - query: of the address that the browser was sent to.
    ///   - browser: what its cookie for log-ins holds; `nil` for none.
    /// - Throws: `AccessError`, as `PlatformLogIn` says, or with code `tooManySessions`.
    func finishAtPlatform(
        query: String, browser: String?
    ) async throws(AccessError) -> (ticket: SessionStore.Ticket, next: String)

    /// Ends a session.
    /// - Returns: where its person logs out of the identity platform too; `nil` where there is nothing to log out of.
    func logOut(session: String) async -> String?

    /// The local accounts that are locked now, and until when.
    func lockouts() async -> [(subject: String, until: Timestamp)]

    /// Counts a request.
    /// - Returns: after how many seconds the caller may come again, where it has come too often; `nil` otherwise.
    func charge(_ principal: Principal, from address: String, at now: Timestamp) -> Int?

    /// Begins a request with an idempotency key, unless it was begun before.
    func begin(_ key: RequestKey, request: Digest, at now: Timestamp) -> IdempotencyRecords.Decision

    /// Remembers what a request was answered with.
    func finish(_ key: RequestKey, with response: IdempotencyRecords.Response)

    /// Forgets a request that was not answered.
    func abandon(_ key: RequestKey)
}
