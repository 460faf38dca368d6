public import Identity

/// Who may log in: the gateway's sessions.
public protocol ConsoleAccess: Sendable {
    /// Whether people may log in by the pages of an identity platform.
    var hasPlatform: Bool { get }

    /// Checks a name and a password.
    /// - Parameter address: where the attempt comes from, where that is known.
    func logIn(name: String, password: String, from address: String?) async -> LogInOutcome

    /// Begins a log-in by the platform's pages.
    /// - Parameters:
    ///   - next: the path of this console that the browser wants to go to.
    ///   - browser: what its cookie ``PlatformCookie`` holds; `nil` for none.
    ///   - address: where the attempt comes from, where that is known.
    ///   - language: of the pages.
    func beginAtPlatform(
        next: String, browser: String?, from address: String?, language: ConsoleLanguage
    ) async -> PlatformStep

    /// Takes in what the platform has sent a browser back with.
    /// - Parameters:
    ///   - query: of the address that it was sent to, as it came.
    ///   - browser: what its cookie ``PlatformCookie`` holds; `nil` for none.
    func finishAtPlatform(query: String, browser: String?) async -> PlatformStep

    /// Ends a visitor's session.
    func logOut(_ visitor: Visitor) async -> LogOutOutcome
}

/// What became of an attempt to log in.
public enum LogInOutcome: Sendable, Equatable {
    /// With the value of `Set-Cookie` that begins the session.
    case accepted(cookie: String)
    /// Wrong name or password: which of them is not said.
    case refused
    /// Too many failures: until this time nothing is looked at.
    case locked(until: Timestamp)
}

/// What became of a session that was to end.
public struct LogOutOutcome: Sendable, Equatable {
    /// The value of `Set-Cookie` that makes the browser forget it.
    public let cookie: String
    /// Where the platform's own log-out is; `nil` where there is nothing to log out of.
    public let platform: String?

    public init(cookie: String, platform: String? = nil) { (self.cookie, self.platform) = (cookie, platform) }
}

/// The cookie that makes a log-in by the platform's pages the browser's that has begun it.
public enum PlatformCookie {
    public static let name = "zhenglian-login"
    /// Where it is sent: to the two steps of such a log-in, and nowhere else.
    public static let path = "/login/platform"
}

/// The next step of a log-in by the platform's pages.
public enum PlatformStep: Sendable, Equatable {
    /// To the platform, with the value of `Set-Cookie` that makes the log-in this browser's.
    case depart(address: String, cookie: String)
    /// The person is in, with the value of `Set-Cookie` that begins the session, and goes to a path of this console.
    case arrive(next: String, cookie: String)
    /// Nobody is in.
    case refused(PlatformRefusal, retryAfterSeconds: Int?)
}

/// Why nobody is logged in by the platform's pages.
public enum PlatformRefusal: String, Sendable, CaseIterable {
    /// The person has not logged in at the platform.
    case cancelled
    /// The answer belongs to no log-in that is under way in this browser.
    case unknownLogIn
    /// The department has registered no role for the person.
    case unknownPerson
    /// The console is no application of the department, or may not be used.
    case closedApplication
    /// The department does not trust the platform.
    case untrustedPlatform
    /// The platform answers what it must not.
    case invalidAnswer
    /// The platform, or the ledger, cannot be asked.
    case unavailable
    /// Too many people log in at once.
    case busy
}
