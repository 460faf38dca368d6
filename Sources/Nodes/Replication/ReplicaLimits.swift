import Consensus

/// The bounds and intervals of a replica that are no one else's business, with their reasons.
package enum ReplicaLimits {
    /// How long a leader without transactions waits before it proposes an empty block: long enough that steady work,
    /// even from one client that waits for each answer, seals in its own next block.
    package static let quietDelay = Duration.milliseconds(100)
    /// How long a leader waits for its block's parent to be executed while there is room for more transactions: a block
    /// costs every validator some milliseconds whatever is in it, so that under load fewer and fuller ones are more. A
    /// chain that is not busy has executed the parent long before.
    package static let gatheringDelay = Duration.milliseconds(10)
    /// How often transactions that were handed in here and still wait are offered to the others again.
    package static let offerInterval = Duration.seconds(2)
    /// Most transactions offered again at a time.
    package static let offerCount = 500
    /// Most finalised blocks that may wait for execution before this node, as a leader, holds back new ones.
    package static let executionBacklog = 16
    /// Most blocks that are executed in one transaction of the database: while a node catches up, one synchronisation
    /// of the disk serves them all.
    package static let executionBatch = 512
    /// How long a block that is final and not here may be on its way before it is asked for, and between attempts.
    package static let catchUpDelay = Duration.milliseconds(200)
    /// How often a member that does not vote asks for news.
    package static let followInterval = Duration.milliseconds(500)
    /// Most proposals that wait to be judged: one for each view in which they are kept.
    package static let deferredCount = Int(SimplexLimits.proposalWindow + SimplexLimits.blockWindow)
    /// Blocks of one request while catching up: well within what a reply may hold, and some hundred milliseconds of
    /// execution.
    package static let rangeCount = 256
    /// Requests under way, and answers that wait for one before them, while catching up.
    package static let rangesAhead = 4
    /// How long a peer that gave blocks which do not hold is not asked again.
    package static let peerPenalty = Duration.seconds(60)
}
