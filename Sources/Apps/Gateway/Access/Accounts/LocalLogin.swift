public import Identity
public import Nodes

/// Logs local accounts in: the file of accounts, the guard against guessing, and the work of checking a password.
///
/// Passwords are checked one at a time, for each takes a core and 32 MiB; at most ``AccessLimits/waitingLogins`` wait.
/// A name that no account has costs the same work.
public actor LocalLogin {
    private let department: DepartmentName
    private let clock: any WallClock
    private var accounts: AccountFile
    private var attempts = LoginGuard()
    private let decoy: PasswordHash
    private var waitingCount = 0
    private let checker = PasswordChecker()

    /// - Parameters:
    ///   - accounts: the node's.
    ///   - department: whose node it is.
    ///   - clock: the time.
    ///   - generator: makes the password that nobody has; a secure one outside of tests.
    /// - Throws: ``AccessError`` with code `wrongFile`.
    public init(
        accounts: AccountFile, department: DepartmentName, clock: any WallClock,
        using generator: inout some RandomNumberGenerator
    ) throws(AccessError) {
        self.accounts = accounts
        self.department = department
        self.clock = clock
        let parameters = accounts.accounts.first?.password.parameters ?? .standard
        let password = (0..<4).map { _ in String(UInt64.random(in: .min ... .max, using: &generator), radix: 16) }
        decoy = try PasswordHash(password.joined(separator: "-"), parameters: parameters, using: &generator)
    }

    /// Takes in the accounts of a file that has changed.
    public func update(_ accounts: AccountFile) { self.accounts = accounts }

    /// The accounts that are locked now, and until when.
    public var lockouts: [(subject: String, until: Timestamp)] {
        attempts.lockouts(at: clock.now).map { ($0.name, $0.until) }
    }

    /// Logs in.
    /// - Parameters:
    ///   - name: as it was typed.
    ///   - password: as it was typed.
    ///   - address: where the attempt comes from; of IPv6 its first 64 bits.
    /// - Throws: ``AccessError`` with code `wrongCredentials`, `loginLocked` or `loginBusy`.
    public func principal(name: String, password: String, address: String) async throws(AccessError) -> Principal {
        let typed = String(decoding: name.utf8.prefix(64), as: UTF8.self)
        let account = Label(typed).flatMap { accounts[$0] }
        guard waitingCount < AccessLimits.waitingLogins else {
            throw AccessError(.loginBusy, "too many people log in at once: try again in a moment", retryAfterSeconds: 2)
        }
        let decision = attempts.attempt(
            name: typed, isKnown: account != nil, address: address, at: clock.now)
        if case .locked(let seconds) = decision { throw Self.locked(seconds) }
        waitingCount += 1
        defer { waitingCount -= 1 }
        let hash = account?.password ?? decoy
        // Not on the thread of the connection, where others would wait for it.
        let isRight = try await withTaskExecutorPreference(globalConcurrentExecutor) {
            () async throws(AccessError) in try await checker.matches(password, hash)
        }
        guard let account, isRight, accounts[account.name] == account else {
            throw AccessError(.wrongCredentials, "name or password is wrong")
        }
        attempts.succeeded(name: typed, address: address)
        return Principal(
            kind: .account(account.name), department: department,
            entitlements: Set(account.entitlements).union([.verify]))
    }

    private static func locked(_ seconds: Int) -> AccessError {
        AccessError(
            .loginLocked,
            "too many wrong passwords: wait \((seconds + 59) / 60) minutes, or log in by certificate",
            retryAfterSeconds: seconds)
    }
}

/// Checks one password at a time.
private actor PasswordChecker {
    func matches(_ password: String, _ hash: PasswordHash) throws(AccessError) -> Bool { try hash.matches(password) }
}
