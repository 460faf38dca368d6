/// The bounds of a vault, in one place, each with its reason.
public struct VaultLimits: Sendable {
    /// Bytes of one licence's file: a release is one answer between nodes, whose frame has 8 MiB.
    public var fileByteCount = 7 << 20
    /// Bytes of the sealed fields of one version: twelve fields of at most 4 KiB, and their salts.
    public var fieldsByteCount = 64 << 10
    /// Bytes of the database: 64 GiB, eight million licences with a page of 8 KiB each.
    public var databaseByteCount = 64 << 30
    /// Releases that wait for their requester to fetch them again after a lost answer.
    public var keptReleaseCount = 1_024

    public init() {}
}
