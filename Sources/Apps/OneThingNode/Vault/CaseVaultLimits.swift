/// The bounds of a vault of cases, in one place, each with its reason.
public struct CaseVaultLimits: Sendable {
    /// Bytes of one paper's file: a release is one answer between nodes, whose frame has 8 MiB.
    public var fileByteCount = 7 << 20
    /// Bytes of the database: 64 GiB, some hundred thousand cases with scans.
    public var databaseByteCount = 64 << 30
    /// Releases that wait for whoever has lost the answer to fetch them again: of two departments that fetch as fast as
    /// they may. Where as many wait, nothing more is given out until some are over.
    public var keptReleaseCount = 24_000
    /// How long such a release waits: a lost answer is asked for again within seconds.
    public var keptReleaseTime: Duration = .seconds(120)

    public init() {}
}
