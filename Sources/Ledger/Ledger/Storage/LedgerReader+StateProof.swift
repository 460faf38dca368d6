import Formats
import GRDB
import Identity

extension LedgerReader {
    /// The state at one height, for any number of proofs.
    struct StateView {
        let height: Height
        let tree: StateTree
    }

    /// Makes the state of a height present: the tree of now, with everything taken back that happened since.
    /// - Throws: ``LedgerError`` with code `pruned` below the retained heights, `notFound` above the head.
    func stateView(at height: Height) throws -> StateView {
        let horizon = try stateHorizon()
        guard height >= horizon else {
            throw LedgerError(
                .pruned,
                "the state of height \(height) is pruned here; this node retains it from height \(horizon) on"
            )
        }
        guard let size = try stateSize(at: height) else {
            throw LedgerError(.notFound, "height \(height) is above the chain's head")
        }
        if let tree = state.earlierTree(at: height), tree.size == size { return StateView(height: height, tree: tree) }
        var (tree, treeHeight, recent) = state.tree(since: height)
        guard tree.size >= size else { throw LedgerError(.outdated, "the chain has been taken back; ask again") }
        guard tree.size > size || treeHeight == height else { return StateView(height: height, tree: tree) }
        let firstInMemory = recent.first?.height ?? treeHeight.next
        var reactivated = recent.flatMap(\.superseded)
        reactivated += try superseded(after: height, before: firstInMemory)
        let open = try openLeaves(ofSize: size)
        tree.rewind(to: size, reactivating: reactivated, openLeaves: open)
        state.keep(tree, at: height)
        return StateView(height: height, tree: tree)
    }

    /// The proof of what the state of a height says of a key.
    /// - Throws: ``LedgerError`` with code `pruned`, `notFound` or `corrupted`.
    func stateProof(of name: StateName, in view: StateView) throws -> StateProof {
        let tree = view.tree
        let (position, record) = try entry(for: name.digest(suite: genesis.suite), size: tree.size)
        let twig = Int(position / StateTree.twigSize)
        let path = StatePath(
            size: tree.size,
            position: position,
            entrySiblings: try entrySiblings(of: position, in: tree),
            activity: tree.activity(ofTwig: twig),
            twigSiblings: tree.siblings(ofTwig: twig)
        )
        return StateProof(leaf: record.leaf, path: path)
    }

    /// The lowest height whose state can be proved here.
    func stateHorizon() throws -> Height {
        let statement = try database.cachedStatement(sql: "SELECT height FROM state_horizon")
        return Height(rawValue: UInt64(clamping: try Int64.fetchOne(statement) ?? 0))
    }

    /// Entries in the log of a height; `nil` above the head.
    func stateSize(at height: Height) throws -> UInt64? {
        if height == .zero { return 1 }
        let statement = try database.cachedStatement(sql: "SELECT state_size FROM blocks WHERE height = ?")
        return try Int64.fetchOne(statement, arguments: [Int64(height.rawValue)]).map(Self.stateSize)
    }

    /// The leaf digests of the twig that is not complete in a log of `size` entries.
    func openLeaves(ofSize size: UInt64) throws -> [Digest] {
        let first = size / StateTree.twigSize * StateTree.twigSize
        var leaves: [Digest] = []
        for group in groups(first..<size) {
            leaves += try storedEntries(ofGroup: group).map { $0.leafDigest(suite: genesis.suite) }
        }
        return Array(leaves.prefix(Int(size - first)))
    }

    private func entrySiblings(of position: UInt64, in tree: StateTree) throws -> [Digest] {
        let first = position / StateTree.twigSize * StateTree.twigSize
        let index = position - first
        let count = min(StateTree.twigSize, tree.size - first)
        guard count == StateTree.twigSize else {
            let leaves = tree.openLeaves
            return MerklePath(index: index, size: count) { range in
                StateTree.entriesRoot(leaves[Int(range.lowerBound)..<Int(range.upperBound)], suite: genesis.suite)
            }.siblings
        }
        let groupSize = UInt64(StateGroup.entryCount)
        let group = Int64(position / groupSize)
        let leaves = try storedEntries(ofGroup: group).map { $0.leafDigest(suite: genesis.suite) }
        let roots = try groupRoots(ofTwig: position / StateTree.twigSize)
        guard leaves.count == StateGroup.entryCount else {
            throw LedgerError(.corrupted, "row \(group) of state_entries is not complete; restore a backup")
        }
        let within = MerklePath(index: index % groupSize, size: groupSize) { range in
            StateTree.entriesRoot(leaves[Int(range.lowerBound)..<Int(range.upperBound)], suite: genesis.suite)
        }
        let above = MerklePath(index: index / groupSize, size: groupSize) { range in
            StateTree.entriesRoot(roots[Int(range.lowerBound)..<Int(range.upperBound)], suite: genesis.suite)
        }
        return within.siblings + above.siblings
    }

    func groupRoots(ofTwig twig: UInt64) throws -> [Digest] {
        let statement = try database.cachedStatement(sql: "SELECT group_roots FROM state_twigs WHERE twig = ?")
        guard let row = try Row.fetchOne(statement, arguments: [Int64(twig)]) else {
            throw LedgerError(.corrupted, "state_twigs lacks row \(twig); restore a backup")
        }
        return try Self.digests(row.bytes(at: 0), count: StateTwig.entryCount / StateGroup.entryCount)
    }

    /// The digests that stand one after the other in a column.
    static func digests(_ bytes: [UInt8], count: Int) throws(LedgerError) -> [Digest] {
        guard bytes.count == count * Digest.byteCount else {
            throw LedgerError(.corrupted, "a column of digests has \(bytes.count) bytes; restore a backup")
        }
        return stride(from: 0, to: bytes.count, by: Digest.byteCount).compactMap { first in
            Digest(bytes[first..<first + Digest.byteCount])
        }
    }

    private func superseded(after height: Height, before end: Height) throws -> [UInt64] {
        let statement = try database.cachedStatement(
            sql: "SELECT superseded FROM state_history WHERE height > ? AND height < ? ORDER BY height")
        let rows = try Row.fetchAll(statement, arguments: [Int64(height.rawValue), Int64(end.rawValue)])
        return try rows.flatMap { try PositionList.positions($0.bytes(at: 0)) }
    }

    private func groups(_ positions: Range<UInt64>) -> Range<Int64> {
        guard let last = positions.last else { return 0..<0 }
        let size = UInt64(StateGroup.entryCount)
        return Int64(positions.lowerBound / size)..<Int64(last / size) + 1
    }
}
