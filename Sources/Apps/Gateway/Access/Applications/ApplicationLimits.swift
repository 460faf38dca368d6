/// What a department may register. The same on every node: a change here is a change of the contract.
public enum ApplicationLimits {
    /// Applications of one department, those that have ended among them: their names stay taken.
    public static let applications: UInt64 = 10_000
    /// People with a role in one department.
    public static let people: UInt64 = 100_000
    /// Identity platforms that one department has trusted.
    public static let platforms: UInt64 = 16
    /// Longest client identifier, audience.
    public static let identifierBytes = 128
    /// Most requests that a quota may allow in a minute, and in a day.
    public static let requestsPerMinute: Int64 = 1_000_000
    public static let requestsPerDay: Int64 = 1_000_000_000
    /// Records of one page of a query.
    public static let recordsPerPage = 100
    /// How long a claim holds, in ledger time.
    public static let claimLifetime = Duration.seconds(24 * 3_600)
    /// Claims of one department that hold at a time: twelve a second, around the clock.
    public static let claims: UInt64 = 1 << 20
    /// Claims that are over, and go with each new one: two, so that there are never more than hold, for long.
    public static let claimsRemovedAtOnce = 2
}
