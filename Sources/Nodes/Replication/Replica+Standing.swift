package import Consensus
package import Formats
package import Identity
import Ledger

extension Replica {
    /// Where this member stands in the channel: for `node status`, `node doctor` and tests.
    package struct Standing: Sendable {
        package let epoch: Epoch
        /// The members that vote in this epoch, by place.
        package let validators: [MemberName]
        /// `nil` where this member does not vote in this epoch.
        package let diagnosis: Diagnosis?
        package let pendingCount: Int
        package let reachable: Set<MemberName>
        /// The newest final height; it may not be executed yet.
        package let finalHeight: Height
        /// Final blocks that wait for execution.
        package let waitingBlocks: Int
        /// Whether final blocks are known to be missing here.
        package let isBehind: Bool
    }

    package var standing: Standing {
        Standing(
            epoch: validators.epoch,
            validators: validators.indices.map { member($0) },
            diagnosis: simplex?.diagnosis,
            pendingCount: mempool.count,
            reachable: reachable,
            finalHeight: finalTip.height,
            waitingBlocks: executionQueue.count,
            isBehind: isBehind
        )
    }

    /// DER of a block above the executed head.
    package func blockBytes(_ digest: Digest) -> [UInt8]? { tree[digest]?.bytes }
}
