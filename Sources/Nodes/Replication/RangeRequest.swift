package import Formats
package import Identity
package import Ledger

/// Consecutive final blocks that are asked of one member.
package struct RangeRequest: Sendable {
    package let first: Height
    /// Most blocks wanted.
    package let count: Int
    package let peer: MemberName
    /// Tells this request from every other one of this replica.
    package let number: UInt64
    /// Who validates above the last executed block here.
    let schedule: ValidatorSchedule

    /// Checks what a peer gave: away from the engine, because it hashes every block.
    /// - Parameters:
    ///   - bytes: DER of a `FinalizedRange`, `nil` where the peer has nothing.
    ///   - limit: longest DER.
    ///   - height: the peer's own, as it says.
    package func answer(
        _ bytes: [UInt8]?,
        limit: Int,
        peerHeight height: Height,
        genesis: Genesis
    ) -> RangeAnswer {
        guard let bytes else { return .nothing(peerHeight: height) }
        do {
            let range = try FinalizedRange(derBytes: bytes, limit: limit)
            guard let head = range.blocks.first?.header, range.blocks.count <= count, let before = first.previous else {
                return .malformed("it gave \(range.blocks.count) blocks where 1 to \(count) were asked for")
            }
            let epoch = range.finalization.statement.epoch
            guard epoch <= (schedule.next ?? schedule.current).epoch else { return .laterEpoch(epoch) }
            // Whether the first block stands on the one before it shows when that is here.
            let blocks = try range.verified(after: before, digest: head.parent, in: schedule, genesis: genesis)
            return .blocks(blocks, peerHeight: height)
        } catch {
            return .malformed("\(error)")
        }
    }
}

/// What came of a ``RangeRequest``.
package enum RangeAnswer: Sendable {
    /// At least one block; together they are final, whatever they stand on.
    case blocks([FinalizedBlock], peerHeight: Height)
    /// The peer has nothing from there on.
    case nothing(peerHeight: Height)
    /// The peer does not keep these blocks any more.
    case pruned(String)
    /// Of an epoch whose validators are not known here yet, the peer says.
    case laterEpoch(Epoch)
    /// What the peer gave does not hold.
    case malformed(String)
    /// No answer came.
    case failed(String)
}
