/// The bounds of the engine that are not the channel's to choose, with their reasons. Whoever sends more than this is
/// not heard; nobody's progress depends on it.
public enum SimplexLimits {
    /// How many views ahead of the current one votes are kept. A validator further behind is brought forward by
    /// certificates, not by votes.
    public static let voteWindow: UInt64 = 64
    /// How many views ahead of the current one proposals are kept: each may be as large as a block.
    public static let proposalWindow: UInt64 = 4
    /// How many views below the current one keep an unchecked block and the votes; what is needed later is fetched.
    public static let blockWindow: UInt64 = 8
    /// How many views at and below the last finalised one keep their votes, for late evidence of contradiction.
    public static let evidenceWindow: UInt64 = 8
    /// Most views whose certificates go to a peer that is behind, for one status that it sent.
    public static let catchUpWindow = 32
    /// How many of the newest views without a finalised block have their votes repeated.
    public static let repeatedViews = 4
    /// Doublings of the back-off after which it cannot grow: the channel's cap is reached long before.
    static let maximumDoublings = 16
}
