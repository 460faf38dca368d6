/// A rule that is broken on purpose, to prove that the checkers see it.
public enum Canary: String, CaseIterable, Sendable {
    /// A crash forgets votes that were durable.
    case forgetsVotes
    /// Every notarised block gets a finalize vote, given up or not.
    case finalizesAfterNullify
    /// One vote less than a quorum is taken for one.
    case quorumTooSmall
    /// Blocks are executed when they are notarised.
    case executesWithoutFinality
    /// What is said leaves before it is durable.
    case sendsBeforeSync
}
