/// What the door lets in and keeps, in one place. Those of contracts stand with the contract, for they are protocol.
public enum AccessLimits {
    /// Longest token: one of an identity platform with a hundred roles has some 4 KiB.
    public static let tokenBytes = 8 << 10
    /// Longest name of a key in a token or a key set.
    public static let keyNameBytes = 128
    /// Longest claim that is read as a text.
    public static let claimBytes = 512
    /// How far a platform's clock may be from the node's.
    public static let clockTolerance = Duration.seconds(60)
    /// How far ahead a token may expire: one working day. Longer ones outlive the dismissal of their bearer.
    public static let tokenLifetime = Duration.seconds(12 * 3_600)

    /// Largest key set: a hundred RSA keys with certificates.
    public static let keySetBytes = 256 << 10
    /// Most keys of one set.
    public static let keysPerSet = 100
    /// Most key sets that are kept: as many as a department may have platforms, twice.
    public static let keySets = 32
    /// How long a key set is used without asking again.
    public static let keySetLifetime = Duration.seconds(600)
    /// How long a key set is used while its platform cannot be reached; after that its keys are dropped.
    public static let keySetStaleLifetime = Duration.seconds(3_600)
    /// Between two fetches of one key set, whatever tokens ask for: an unknown key causes at most one in this time.
    public static let keySetPause = Duration.seconds(30)
    /// Between two fetches where the first has failed.
    public static let keySetFailurePause = Duration.seconds(5)
    /// What one fetch may take.
    public static let keySetTimeout = Duration.seconds(5)

    /// Most answers of the ledger about callers that are kept until the next block: a kilobyte each.
    public static let answers = 4_096

    /// Most tokens whose signatures are remembered: some kilobytes each, and all are forgotten when keys are fetched.
    public static let tokens = 1_024

    /// Most certificates that are remembered as authenticated.
    public static let certificates = 4_096

    /// Most callers whose quotas are counted: beyond what a department may register.
    public static let quotaPrincipals = 100_000

    /// Most local accounts: they are for administrators without a certificate at hand.
    public static let accounts = 64
    /// Largest file of accounts.
    public static let accountFileBytes = 256 << 10
    /// Shortest password, in characters.
    public static let passwordCharacters = 12
    /// Longest password, in bytes.
    public static let passwordBytes = 1_024
    /// Log-ins that wait for their password to be checked, which takes a core a tenth of a second each.
    public static let waitingLogins = 16
    /// Failures after which an account, or an address, is locked.
    public static let loginFailures = 5
    /// For how long.
    public static let loginLock = Duration.seconds(15 * 60)
    /// Most names and most addresses whose failures are remembered.
    public static let loginRecords = 10_000

    /// Most sessions.
    public static let sessions = 10_000
    /// Most sessions of one caller; the one that was used longest ago ends where there would be more.
    public static let sessionsPerPrincipal = 16
    /// After which time without a request a session ends.
    public static let sessionIdle = Duration.seconds(30 * 60)
    /// After which time a session ends in any case.
    public static let sessionLifetime = Duration.seconds(8 * 3_600)

    /// Largest configuration of an identity platform: most have some 4 KiB.
    public static let platformMetadataBytes = 64 << 10
    /// Largest answer to a code: three tokens, and what stands around them.
    public static let redemptionAnswerBytes = 4 * tokenBytes
    /// What redeeming a code may take: a person waits for it, and the platform may ask others.
    public static let redemptionTimeout = Duration.seconds(10)
    /// Codes that are redeemed at a time.
    public static let redemptions = 64
    /// Longest query that a platform may send a browser back with.
    public static let authorizationAnswerBytes = 4 << 10
    /// Longest file with a client's secret.
    public static let clientSecretBytes = 1 << 10
    /// Log-ins by a platform's pages that are under way: each has less than a kilobyte.
    public static let logInAttempts = 10_000
    /// How long one may take: a password, a second factor, and a colleague who knows it.
    public static let logInAttemptLifetime = Duration.seconds(10 * 60)
    /// How many may begin from one address: a whole office behind one address in the morning, but not a flood.
    public static let logInAttemptQuota: Quota = {
        guard let quota = Quota(requestsPerMinute: 300) else { preconditionFailure("the number is within its range") }
        return quota
    }()

    /// Most requests with an idempotency key that are remembered.
    public static let idempotencyRecords = 100_000
    /// Most bytes of responses that are remembered with them.
    public static let idempotencyBytes = 64 << 20
    /// Longest response that is remembered; of a longer one only the status is.
    public static let idempotencyResponseBytes = 64 << 10
    /// How long they are remembered.
    public static let idempotencyLifetime = Duration.seconds(24 * 3_600)
    /// Longest idempotency key.
    public static let idempotencyKeyBytes = 128
}
