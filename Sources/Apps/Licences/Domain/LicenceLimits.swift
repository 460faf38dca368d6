/// The bounds of what this module takes in.
public struct LicenceLimits: Sendable {
    /// Bytes of a table; a million rows of usual length take half of it.
    public var tableByteCount = 1 << 30
    /// Rows of a table, the header not counted: an import finds duplicates by remembering every identifier.
    public var rowCount = 1_000_000
    /// Bytes of one line; the longest sound row takes about 5 KiB.
    public var lineByteCount = 16 << 10
    /// Bytes of one payload that goes on a ledger. Entries take under 2 KiB; a file or a photo takes more than this.
    public var payloadByteCount = 16 << 10
    /// Bytes of one value within a payload: the largest is a certificate.
    public var valueByteCount = 4 << 10

    /// Bytes of a licence's file: a scanned deed with its annexes takes tens of megabytes.
    public var fileByteCount = 1 << 30

    public init() {}

    public static let standard = LicenceLimits()

    /// What a reconciliation takes in: it reads a table row by row and remembers no identifier, so that a whole
    /// region's library, with more rows than it should have, is compared in one piece. A wrong file ends somewhere all
    /// the same.
    public static let reconciliation = {
        var limits = LicenceLimits()
        limits.rowCount = 10_000_000
        limits.tableByteCount = 8 << 30
        return limits
    }()
}
