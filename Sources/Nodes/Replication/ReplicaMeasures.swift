import Consensus
import Formats

/// How much a replica holds, by kind: each of these is bounded, and whoever tests that reads it here.
package struct ReplicaMeasures: Hashable, Sendable {
    /// Transactions that wait.
    package var pendingCount = 0
    /// Transactions that are kept as they were verified.
    package var verifiedCount = 0
    /// Blocks above the executed head.
    package var blockCount = 0
    /// Their bytes.
    package var blockBytes = 0
    /// Proposals that wait to be judged, or for the registration of their submitters.
    package var deferredCount = 0
    /// Views that consensus knows something about.
    package var roundCount = 0
    /// Views after the last final one, up to the current one.
    package var openViews = 0
    /// Final blocks that wait for execution.
    package var executionCount = 0

    package init() {}

    /// The greater of each.
    package func maximum(_ other: ReplicaMeasures) -> ReplicaMeasures {
        var greatest = self
        greatest.pendingCount = max(pendingCount, other.pendingCount)
        greatest.verifiedCount = max(verifiedCount, other.verifiedCount)
        greatest.blockCount = max(blockCount, other.blockCount)
        greatest.blockBytes = max(blockBytes, other.blockBytes)
        greatest.deferredCount = max(deferredCount, other.deferredCount)
        greatest.roundCount = max(roundCount, other.roundCount)
        greatest.openViews = max(openViews, other.openViews)
        greatest.executionCount = max(executionCount, other.executionCount)
        return greatest
    }
}

extension Replica {
    package var measures: ReplicaMeasures {
        var measures = ReplicaMeasures()
        measures.pendingCount = mempool.count
        measures.verifiedCount = pending.count
        measures.blockCount = tree.count
        measures.blockBytes = tree.byteCount
        measures.deferredCount = deferred.count + unadmitted.count
        measures.roundCount = simplex?.roundCount ?? 0
        if let simplex {
            let final = min(simplex.finalized.view, simplex.currentView)
            measures.openViews = Int(simplex.currentView.rawValue - final.rawValue)
        }
        measures.executionCount = executionQueue.count
        return measures
    }

    /// Whether this member votes in the current epoch.
    package var isVoting: Bool { simplex != nil }

    /// Whether no timer of consensus runs: nothing happens until somebody has something to do.
    package var isAtRest: Bool { armedTimers.isEmpty }
}
