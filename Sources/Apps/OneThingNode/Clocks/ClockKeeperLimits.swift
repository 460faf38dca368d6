/// The bounds of a clock keeper, in one place, each with its reason.
public struct ClockKeeperLimits: Sendable {
    /// Cases whose clocks are kept in mind: some hundred bytes each.
    public var knownCases = 100_000
    /// Cases in one prompt: what they write fits into a transaction.
    public var casesPerPrompt = 20
    /// Between two looks at a page of the cases that are not over: what the stream has not told is found so.
    public var sweepPause: Duration = .seconds(5)
    /// Cases in such a page.
    public var casesPerSweep = 100
    /// How long after a clock's end the node of another department prompts the ledger: the lead's node is down then.
    public var takeover: Duration = .seconds(60)
    /// Between one department's turn at that and the next's.
    public var stagger: Duration = .seconds(15)
    /// After something has failed.
    public var pauseAfterFailure: Duration = .seconds(1)

    public init() {}
}
