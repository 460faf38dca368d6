import Replication

/// Nothing in an honest member's memory is beyond its limit.
struct BoundsChecker {
    /// Rounds that a validator may know beyond the views since the last final block: those kept for late evidence,
    /// those ahead in which votes are kept, and some for what is on its way.
    private static let roundAllowance = 160

    /// The most that was ever seen, of anybody.
    private(set) var greatest = ReplicaMeasures()

    /// - Returns: what is beyond its limit.
    mutating func measured(_ measures: ReplicaMeasures) -> String? {
        greatest = greatest.maximum(measures)
        if measures.blockCount > BlockTree.maximumCount { return "\(measures.blockCount) blocks wait to be final" }
        if measures.blockBytes > BlockTree.maximumBytes { return "\(measures.blockBytes) bytes of blocks wait" }
        if measures.deferredCount > 2 * ReplicaLimits.deferredCount {
            return "\(measures.deferredCount) proposals wait to be judged"
        }
        if measures.roundCount > measures.openViews + Self.roundAllowance {
            return "\(measures.roundCount) rounds are known with \(measures.openViews) views without finality"
        }
        if measures.verifiedCount != measures.pendingCount {
            return "\(measures.pendingCount) transactions wait, \(measures.verifiedCount) are known as verified"
        }
        return nil
    }
}
