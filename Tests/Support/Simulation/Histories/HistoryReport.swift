import Replication

/// What a history has come to.
public struct HistoryReport: Sendable {
    public let plan: HistoryPlan
    public let violations: [Violation]
    /// Of everything that happened, in its order: the same for the same plan.
    public let digest: UInt64
    /// How much time has passed in it.
    public let simulated: Duration
    /// The greatest height that anybody has executed.
    public let height: UInt64
    /// How many epochs were announced, the first among them.
    public let epochs: Int
    /// The most that any honest member has held, of each kind.
    let greatest: ReplicaMeasures
    public let tally: Tally
    /// The last events in words, where they were kept.
    public let trace: [String]
    /// Where every machine stood at the end.
    public let diagnoses: [String]

    /// What is said of a history that has broken a rule.
    public var story: String {
        (["seed \(plan.seed): \(plan.summary)"] + violations.map(\.description) + diagnoses + trace)
            .joined(separator: "\n")
    }
}
