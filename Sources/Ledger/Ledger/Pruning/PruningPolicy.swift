public import Identity

/// What a node keeps of its past. Headers, finalizations, the journal and the present state always stay; what goes are
/// old transactions with their outcomes, of which digests stay, and values of the state that were replaced.
public struct PruningPolicy: Sendable, Hashable {
    /// How many heights back everything is kept. Never fewer than a transaction may be valid for: those are needed to
    /// tell what is new, and by whoever joins with a snapshot.
    public var heights: UInt64
    /// For how long everything is kept by the blocks' own time; `nil` where ``heights`` alone decides.
    public var duration: Duration?
    /// The departments whose transactions are never pruned: their receipts are given for ever.
    public var departments: Set<DepartmentName>

    public init(heights: UInt64, duration: Duration? = nil, departments: Set<DepartmentName>) {
        self.heights = heights
        self.duration = duration
        self.departments = departments
    }
}

/// What one step of pruning has come to.
public struct PruningStep: Sendable, Hashable {
    /// Up to this height the past is pruned, or being pruned.
    public let horizon: UInt64
    /// Transactions of which only digests are left now.
    public let transactions: Int
    /// Entries of the state of which only digests are left now.
    public let entries: Int
    /// Whether there is nothing left to prune for now.
    public let isDone: Bool
}
