import Formats
import GRDB
import Identity

/// Makes the chunks of a snapshot from a ledger, one after the other, within one access to its database.
///
/// The same height has the same chunks on every node, whatever it has pruned: what is superseded goes in as digests,
/// and where a chunk ends follows from what is in it.
struct SnapshotMaker {
    let reader: LedgerReader
    private let view: LedgerReader.StateView
    private let seal: LedgerReader.Seal
    private var suite: any CryptoSuite { reader.genesis.suite }

    /// Chooses the newest height that a snapshot can be made of: one whose block holds transactions and is finalised,
    /// and whose results a finalised header states.
    /// - Throws: ``LedgerError`` with code `notSealed` where there is none yet.
    init(_ reader: LedgerReader) throws {
        guard let seal = try reader.newestSeal() else {
            throw LedgerError(
                .notSealed, "there is no block yet whose results a finalised header states: try again later")
        }
        self.reader = reader
        self.seal = seal
        view = try reader.stateView(at: seal.block.height)
    }

    var height: Height { seal.block.height }

    /// Makes every chunk and then the manifest.
    /// - Parameter take: is given the chunks of each part in order, and how far the part is.
    func make(_ take: (SnapshotPart, Int, [UInt8], WorkProgress) throws -> Void) throws -> SnapshotManifest {
        var chunks: [SnapshotPart: [SnapshotChunk]] = [:]
        func add(_ part: SnapshotPart, _ bytes: [UInt8], _ done: UInt64, _ total: UInt64) throws {
            let index = chunks[part, default: []].count
            guard index < SnapshotLimits.chunkCount, bytes.count <= SnapshotLimits.chunkBytes else {
                throw LedgerError(.outOfSpace, "the ledger is larger than a snapshot may be")
            }
            chunks[part, default: []].append(SnapshotChunk(of: bytes, suite: suite))
            try take(part, index, bytes, WorkProgress(done: done, total: total))
        }
        try makeState { try add(.state, $0, $1, $2) }
        try makeJournal { try add(.journal, $0, $1, $2) }
        try makeWindow { try add(.window, $0, $1, $2) }
        return SnapshotManifest(
            suite: reader.genesis.document.suite,
            consortium: reader.genesis.digest,
            header: seal.block,
            finalization: seal.blockFinalization,
            sealingHeader: seal.header,
            sealingFinalization: seal.finalization,
            epochs: seal.epochs,
            state: view.tree.commitment,
            firstWindowHeight: firstWindowHeight,
            stateChunks: chunks[.state] ?? [],
            journalChunks: chunks[.journal] ?? [],
            windowChunks: chunks[.window] ?? []
        )
    }

    // MARK: State

    private func makeState(_ add: (_ bytes: [UInt8], _ done: UInt64, _ total: UInt64) throws -> Void) throws {
        let count = StateChunk.groupCount(of: view.tree.commitment)
        var first: UInt64 = 0
        while first < count {
            let limit = (first / UInt64(SnapshotLimits.groupsPerChunk) + 1) * UInt64(SnapshotLimits.groupsPerChunk)
            var groups: [SnapshotGroup] = []
            var byteCount = 0
            while first + UInt64(groups.count) < min(limit, count), byteCount < SnapshotLimits.chunkTargetBytes {
                let group = try group(first + UInt64(groups.count))
                byteCount += group.byteCount
                if !groups.isEmpty, byteCount > SnapshotLimits.chunkTargetBytes { break }
                groups.append(group)
            }
            try add(try chunk(first, groups, count: count).derBytes, first, count)
            first += UInt64(groups.count)
        }
    }

    private func chunk(_ first: UInt64, _ groups: [SnapshotGroup], count: UInt64) throws -> StateChunk {
        let perTwig = UInt64(StateTwig.entryCount / StateGroup.entryCount)
        let end = first + UInt64(groups.count)
        let twigs = first / perTwig..<(end + perTwig - 1) / perTwig
        let last = min(twigs.upperBound * perTwig, count)
        return StateChunk(
            firstGroup: first,
            groups: groups,
            before: try (twigs.lowerBound * perTwig..<first).map { try groupRoot($0) },
            after: try (end..<last).map { try groupRoot($0) },
            activity: twigs.map { view.tree.activity(ofTwig: Int($0)) },
            span: MerkleSpan(of: twigs, size: UInt64(view.tree.twigCount)) { view.tree.root(overTwigs: $0) }
        )
    }

    private func group(_ number: UInt64) throws -> SnapshotGroup {
        let first = number * UInt64(StateGroup.entryCount)
        let count = Int(min(UInt64(StateGroup.entryCount), view.tree.size - first))
        let isActive = (0..<count).map { view.tree.isActive(first + UInt64($0)) }
        guard isActive.contains(true) || isOpen(number) else { return .superseded(try groupRoot(number)) }
        let entries = try reader.storedEntries(ofGroup: Int64(number))
        guard entries.count >= count else {
            throw LedgerError(.corrupted, "row \(number) of state_entries is not complete; restore a backup")
        }
        return .positions(
            try zip(entries, isActive).map { entry, isActive in
                guard isActive else { return .superseded(entry.leafDigest(suite: suite)) }
                guard case .record(let record) = entry else {
                    throw LedgerError(.corrupted, "an active entry of the state is pruned; restore a backup")
                }
                return .active(try snapshotEntry(record))
            })
    }

    private func snapshotEntry(_ record: StateRecord) throws -> SnapshotEntry {
        guard record.leaf.key != .zero else {
            return SnapshotEntry(name: nil, value: nil, next: record.leaf.next, height: record.leaf.height)
        }
        let change = try reader.change(number: record.valueNumber)
        return SnapshotEntry(
            name: change.name, value: change.value, next: record.leaf.next, height: record.leaf.height)
    }

    /// Whether a group is of the twig that is not complete.
    private func isOpen(_ group: UInt64) -> Bool {
        group * UInt64(StateGroup.entryCount) >= UInt64(view.tree.twigRoots.count) * StateTree.twigSize
    }

    private func groupRoot(_ number: UInt64) throws -> Digest {
        if isOpen(number) {
            let first = Int(number) * StateGroup.entryCount - view.tree.twigRoots.count * StateTwig.entryCount
            return StateTree.entriesRoot(
                view.tree.openLeaves[first..<min(first + StateGroup.entryCount, view.tree.openLeaves.count)],
                suite: suite)
        }
        let perTwig = UInt64(StateTwig.entryCount / StateGroup.entryCount)
        return try reader.groupRoots(ofTwig: number / perTwig)[Int(number % perTwig)]
    }

    // MARK: Journal

    private func makeJournal(_ add: (_ bytes: [UInt8], _ done: UInt64, _ total: UInt64) throws -> Void) throws {
        let size = height.rawValue
        var first: UInt64 = 0
        while first < size {
            let range = first..<min(size, first + UInt64(SnapshotLimits.heightsPerJournalChunk))
            let leaves = try range.map { try reader.journalNode(level: 0, position: $0) }
            let chunk = JournalChunk(leaves: leaves, span: try journalSpan(range))
            try add(chunk.derBytes, first, size)
            first = range.upperBound
        }
    }

    private func journalSpan(_ range: Range<UInt64>) throws -> MerkleSpan {
        try MerkleSpan(of: range, size: height.rawValue) { part in
            try MerkleRange.root(over: part, suite: suite) { level, position in
                try reader.journalNode(level: level, position: position)
            }
        }
    }

    // MARK: Window

    private var firstWindowHeight: Height {
        SnapshotManifest.firstWindowHeight(of: height, limits: reader.genesis.limits)
    }

    private func makeWindow(_ add: (_ bytes: [UInt8], _ done: UInt64, _ total: UInt64) throws -> Void) throws {
        var blocks: [WindowBlock] = []
        var byteCount = 0
        func flush() throws {
            guard let first = blocks.first?.leaf.height.rawValue, let last = blocks.last?.leaf.height.rawValue else {
                return
            }
            let chunk = WindowChunk(blocks: blocks, span: try journalSpan(first - 1..<last))
            let before = firstWindowHeight.rawValue - 1
            try add(chunk.derBytes, last - before, height.rawValue - before)
            blocks = []
            byteCount = 0
        }
        var next = firstWindowHeight
        while next <= height {
            let leaf = try reader.journalLeaf(at: next)
            let outcomes = try reader.outcomes(at: next)
            let tree = MerkleTree(leaves: outcomes, suite: suite)
            var range = 0..<0
            repeat {
                range = range.upperBound..<range.upperBound
                while range.upperBound < outcomes.count, byteCount < SnapshotLimits.chunkTargetBytes {
                    byteCount += outcomes[range.upperBound].count + Digest.byteCount
                    range = range.lowerBound..<range.upperBound + 1
                }
                byteCount += 256
                blocks.append(Self.windowBlock(leaf, outcomes, range, tree))
                let isFull = blocks.count == SnapshotLimits.blocksPerWindowChunk
                if isFull || byteCount >= SnapshotLimits.chunkTargetBytes { try flush() }
            } while range.upperBound < outcomes.count
            next = next.next
        }
        try flush()
    }

    private static func windowBlock(
        _ leaf: JournalLeaf,
        _ outcomes: [[UInt8]],
        _ range: Range<Int>,
        _ tree: MerkleTree
    ) -> WindowBlock {
        let span =
            range.isEmpty
            ? nil
            : MerkleSpan(of: UInt64(range.lowerBound)..<UInt64(range.upperBound), size: UInt64(outcomes.count)) {
                tree.root(over: $0)
            }
        return WindowBlock(leaf: leaf, outcomes: Array(outcomes[range]), span: span)
    }
}

extension SnapshotGroup {
    /// About how many bytes the group's DER has.
    fileprivate var byteCount: Int {
        switch self {
        case .superseded: 34
        case .positions(let positions):
            positions.reduce(4) { sum, position in
                guard case .active(let entry) = position else { return sum + 34 }
                return sum + 64 + (entry.name?.contract.utf8.count ?? 0) + (entry.name?.key.count ?? 0)
                    + (entry.value?.count ?? 0)
            }
        }
    }
}
