public import Formats
public import Identity

/// How much one question in SQL may take.
public struct SQLLimits: Sendable, Hashable {
    /// Most rows of an answer; what is beyond is left out, and the answer says so.
    public var rowCount = 1_000
    /// Most bytes of an answer's values; what is beyond is left out, and the answer says so.
    public var byteCount = 4 << 20
    /// How long a question may take, compiling included; then it ends with ``LedgerError/Code/timeLimitExceeded``.
    public var duration = Duration.seconds(5)
    /// Most bytes that sorting and intermediate results may take in memory; they never go to a file. SQLite counts
    /// them for the whole process, so that what others take meanwhile counts as well.
    public var memoryBytes = 256 << 20

    public init() {}

    /// Longest statement, in bytes of UTF-8.
    public static let statementBytes = 64 << 10
    /// Longest string, blob or row that a question may make or read: thirty times the longest value in the model, and
    /// short enough that no function of SQLite takes noticeable time over one.
    static let valueBytes = 32 << 10
    /// Most questions to one model at a time.
    static let concurrentCount = 4
}

/// The answer to a question in SQL.
public struct SQLAnswer: Sendable, Hashable {
    /// The model's height: the answer is as of it.
    public let height: Height
    /// Ledger time at that height.
    public let time: Timestamp
    public let columns: [String]
    /// The rows, each with as many values as there are columns.
    public let rows: [[SQLValue]]
    /// Whether there are more rows than the limits allowed.
    public let isTruncated: Bool
}
