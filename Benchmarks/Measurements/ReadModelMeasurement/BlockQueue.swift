import Formats
import Ledger
import Synchronization

/// Blocks that wait to be followed.
final class BlockQueue: ReadModelSource {
    private let blocks = Mutex<[FollowedBlock]>([])

    /// Puts the blocks that come next in place of those that were followed.
    func fill(_ next: [FollowedBlock]) { blocks.withLock { $0 = next } }

    func followableHeights() async throws(LedgerError) -> (first: Height, last: ReadModelPosition) {
        guard let last = blocks.withLock({ $0.last }) else { throw LedgerError(.notFound, "there is no block") }
        return (
            Height(rawValue: 1),
            ReadModelPosition(height: last.header.height, digest: last.digest, time: last.header.timestamp)
        )
    }

    func followedBlocks(
        from first: Height,
        limit: Int,
        maximumBytes: Int
    ) async throws(LedgerError) -> [FollowedBlock] {
        var byteCount = 0
        let waiting = blocks.withLock { blocks in blocks.filter { $0.header.height >= first } }
        return Array(
            waiting.prefix(limit).prefix { block in
                defer {
                    byteCount += block.entries.reduce(0) { $0 + $1.transaction.count + $1.outcome.count }
                    byteCount += block.changes.reduce(0) { $0 + $1.key.count + ($1.value?.count ?? 0) }
                }
                return byteCount < maximumBytes
            })
    }

    func currentValues(
        after number: Int64,
        limit: Int
    ) async throws(LedgerError) -> (entries: [StateChange], last: Int64) {
        throw LedgerError(.notFound, "nothing is filled from the state here")
    }
}
