import Formats
import Identity
import Synchronization

/// What a ledger keeps of its state in memory: where each key's newest entry is, and the hashes above the log.
///
/// One writer moves it forward while the block's rows are written, before they are committed; readers stand on the last
/// commit, which may be a little older. For them the entries of the last blocks are kept: from any of these they find
/// the way back to what their height knew.
final class StateStore: Sendable {
    private struct Content {
        var index: PrefixIndex
        var tree: StateTree
        var height: Height
        /// The last updates, oldest first: those of blocks that are not committed yet, and some before them.
        var recent: [StateUpdate] = []
        /// Entries in ``recent``.
        var recentCount = 0
    }

    /// Updates that are kept for readers; a reader that is further behind reads again.
    private static let recentLimit = 64
    /// Entries in them, some 130 bytes each.
    private static let recentEntryLimit = 100_000

    /// Earlier heights' trees that are kept for the next proof of the same height.
    private static let earlierTreeLimit = 4

    let suite: any CryptoSuite
    private let content: Mutex<Content>
    private let earlierTrees = Mutex<[(height: Height, tree: StateTree)]>([])

    /// - Parameters:
    ///   - tree: the tree of the log.
    ///   - index: the position of every key's newest entry, by the state key's prefix.
    ///   - height: the last executed one.
    init(tree: StateTree, index: PrefixIndex, height: Height, suite: any CryptoSuite) {
        self.suite = suite
        content = Mutex(Content(index: index, tree: tree, height: height))
    }

    /// The tree as it is now, with the updates since an earlier height that are at hand, newest last.
    /// - Returns: the tree, its height, and the recent updates above `height`.
    func tree(since height: Height) -> (tree: StateTree, height: Height, recent: [StateUpdate]) {
        content.withLock { ($0.tree, $0.height, $0.recent.filter { $0.height > height }) }
    }

    /// The tree of an earlier committed height, if it was made a moment ago.
    func earlierTree(at height: Height) -> StateTree? {
        earlierTrees.withLock { trees in trees.first { $0.height == height }?.tree }
    }

    func keep(_ tree: StateTree, at height: Height) {
        earlierTrees.withLock { trees in
            guard !trees.contains(where: { $0.height == height }) else { return }
            if trees.count >= Self.earlierTreeLimit { trees.removeFirst() }
            trees.append((height, tree))
        }
    }

    /// Where to look for a key: the positions of the entries that share its prefix, greatest last, and that of the
    /// greatest key below them.
    func candidates(for key: Digest) -> [UInt64] {
        content.withLock { content in
            let before = content.index.last(below: key.prefix)
            return (before.map { [$0] } ?? []) + content.index.numbers(of: key.prefix)
        }
    }

    /// The record at a position of one of the last blocks: what a reader's commit may not have yet, or has a moment
    /// longer only.
    func recentRecord(at position: UInt64) -> StateRecord? {
        content.withLock { content in
            guard let first = content.recent.first, position >= first.earlierSize, position < content.tree.size else {
                return nil
            }
            // The last update that begins at the position or before it.
            var (low, high) = (0, content.recent.count)
            while high - low > 1 {
                let middle = (low + high) / 2
                if content.recent[middle].earlierSize <= position { low = middle } else { high = middle }
            }
            let update = content.recent[low]
            return position < update.size ? update.appended[Int(position - update.earlierSize)] : nil
        }
    }

    /// The activity bits of twigs as they are now, 32 bytes for each that has an entry.
    func activity(ofTwigs twigs: Range<Int>) -> [UInt8] {
        content.withLock { content in
            twigs.clamped(to: 0..<content.tree.twigCount).flatMap { content.tree.activity(ofTwig: $0).bytes }
        }
    }

    /// Moves the state by one block.
    func apply(
        _ plan: StatePlan,
        changes: [StateChange],
        valueCount: Int64,
        height: Height
    ) -> StateUpdate {
        let leaves = plan.records.map { $0.leaf.digest(suite: suite) }
        return content.withLock { content in
            precondition(height == content.height.next, "blocks change the state one after the other")
            let first = content.tree.size
            let superseded = zip(plan.records, plan.isSuperseding).filter(\.1).map(\.0.previous).sorted()
            let completed = content.tree.append(leaves, superseding: superseded)
            content.index.apply(plan, from: first)
            let update = StateUpdate(
                changes: changes,
                root: content.tree.root,
                size: content.tree.size,
                valueCount: valueCount,
                height: height,
                appended: plan.records,
                isSuperseding: plan.isSuperseding,
                superseded: superseded,
                completed: completed
            )
            content.height = height
            content.recent.append(update)
            content.recentCount += update.appended.count
            return update
        }
    }

    /// Everything up to now is on disk: older updates may go.
    func committed() {
        content.withLock { content in
            while content.recent.count > Self.recentLimit
                || content.recent.count > 1 && content.recentCount > Self.recentEntryLimit
            {
                content.recentCount -= content.recent.removeFirst().appended.count
            }
        }
    }

    /// Takes back every block above `height`, whose rows were not committed.
    /// - Parameter openLeaves: the leaf digests of the twig that is not complete at that height.
    func revert(to height: Height, openLeaves: (_ size: UInt64) throws -> [Digest]) rethrows {
        try content.withLock { content in
            guard let oldest = content.recent.first(where: { $0.height > height }) else { return }
            let leaves = try openLeaves(oldest.earlierSize)
            var superseded: [UInt64] = []
            while let update = content.recent.last, update.height > height {
                superseded += update.superseded
                content.index.revert(update)
                content.recentCount -= update.appended.count
                content.recent.removeLast()
            }
            content.tree.rewind(to: oldest.earlierSize, reactivating: superseded, openLeaves: leaves)
            content.height = height
        }
    }
}

extension PrefixIndex {
    /// Puts the entries of a block in, whose first stands at `first`.
    fileprivate mutating func apply(_ plan: StatePlan, from first: UInt64) {
        for (offset, record) in plan.records.enumerated() {
            let position = first + UInt64(offset)
            let prefix = record.leaf.key.prefix
            if plan.isSuperseding[offset] {
                let isKnown = replace(prefix, record.previous, by: position)
                precondition(isKnown, "a superseded entry was in the index")
            } else if offset > 0, plan.records[offset - 1].leaf.key.prefix == prefix {
                // The key before a new one always stands right before it: its successor has changed.
                insert(prefix, position, place: .after(position - 1))
            } else {
                insert(prefix, position, place: .first)
            }
        }
    }

    fileprivate mutating func revert(_ update: StateUpdate) {
        for (offset, record) in update.appended.enumerated().reversed() {
            let position = update.earlierSize + UInt64(offset)
            let prefix = record.leaf.key.prefix
            let isKnown =
                update.isSuperseding[offset]
                ? replace(prefix, position, by: record.previous) : remove(prefix, position)
            precondition(isKnown, "an entry that is taken back was in the index")
        }
    }
}
