/// What the console takes and gives at most, in one place.
public struct ConsoleLimits: Sendable {
    /// Rows of a page: what a person looks through before asking for the next.
    public var rowCount = 50
    /// Values to choose from in a field of a form: more than there are kinds of licences or regions of a province.
    public var choiceCount = 200
    /// Rows that a list without a key to go on from passes over at most.
    public var skippedRowCount = 10_000
    /// Duties of an inbox that are put in order: one page of the ledger's list.
    public var inboxCount = 500
    /// Connections for live news at a time: some for each department's screens. Whoever comes later asks again from
    /// time to time instead.
    public var liveClientCount = 256
    /// The shortest time between two news of one connection, so that a busy chain does not fill it.
    public var liveInterval = Duration.milliseconds(750)
    /// After so long without a block the standing is looked at again, and the connection is used: half of what
    /// intermediaries let a silent connection live for.
    public var livePatience = Duration.seconds(10)
    /// For how long an answer about the standing or of the dashboard is given again to whoever asks.
    public var freshness = Duration.seconds(1)
    /// How long a proof is waited for that the next block brings.
    public var proofPatience = Duration.seconds(10)
    /// Bytes of a form: a name and a password.
    public var formByteCount = 8 << 10
    /// Most bytes of a contract's question, as modules of a page ask it: half as many as the digits of a value.
    public var questionByteCount = 256
    /// Bytes of one value of a question.
    public var valueByteCount = 512
    /// Seconds, memory and bytes that one question to the read model may take: a page is many of them.
    public var questionDuration = Duration.seconds(3)
    public var questionMemoryBytes = 64 << 20

    public init() {}

    /// Bytes of all files that pages are made of, which are kept in memory.
    static let assetByteCount = 16 << 20
}
