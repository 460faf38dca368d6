public import Formats
import Foundation
import GRDB
import Identity

/// Builds a ledger's database from the chunks of a snapshot, every one of which is checked first.
///
/// Chunks come in order: those of the state, of the journal, of the window. The database is made under a name of its
/// own; whoever calls puts it in its place when ``finish()`` has returned.
public final class SnapshotBuilder {
    private let genesis: Genesis
    private let manifest: SnapshotManifest
    private let queue: DatabaseQueue
    private var expected: (part: SnapshotPart, index: Int)? = (.state, 0)
    private var nextGroup: UInt64 = 0
    private var twigRoots: [Digest] = []
    /// The roots of the groups of the twig that is not complete yet, in this chunk or for good.
    private var groupRoots: [Digest] = []
    private var openLeaves: [Digest] = []
    private var activity: [Digest] = []
    private var valueCount: Int64 = 0
    private var journal = MerkleRange()
    private var window: WindowCursor

    /// Where the next outcome of the window belongs.
    private struct WindowCursor {
        var height: Height
        var index = 0
        /// Outcomes of the block, as its first part says.
        var count: Int?
        /// Transactions in the last block that was whole.
        var lastCount = 0
    }

    /// Begins a database.
    /// - Parameters:
    ///   - path: where it is made; no file may be there.
    ///   - manifest: is checked against the genesis.
    /// - Throws: ``LedgerError`` or `VerificationError`.
    public init(
        path: String,
        genesis: Genesis,
        manifest: SnapshotManifest,
        options: StorageOptions = StorageOptions()
    ) throws {
        try manifest.verify(against: genesis)
        self.genesis = genesis
        self.manifest = manifest
        window = WindowCursor(height: manifest.firstWindowHeight)
        do {
            queue = try DatabaseQueue(path: path)
            try queue.inDatabase { database in
                // Until it is whole, nobody needs the file: a crash throws it away.
                try database.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
                try database.execute(sql: "PRAGMA cache_size = -\(options.writerCacheBytes / 1_024)")
                try options.limitSize(of: database)
            }
            try queue.write { try LedgerSchema.claim($0) }
            try LedgerSchema.migrator.migrate(queue)
            try queue.write { try LedgerSchema.bind($0, to: genesis) }
        } catch {
            throw LedgerError(storage: error)
        }
    }

    /// The chunk that comes next; `nil` after the last.
    public var next: (part: SnapshotPart, index: Int)? { expected }

    /// Takes the next chunk.
    /// - Throws: `FormatError` or `VerificationError` where the chunk is not the one that belongs there: whoever gave
    ///   it is at fault; ``LedgerError`` where it cannot be stored.
    public func add(_ bytes: [UInt8]) throws {
        guard let (part, index) = expected else {
            throw VerificationError(.inconsistent, "the snapshot has no further chunk")
        }
        let suite = genesis.suite
        guard manifest.chunks(of: part)[index] == SnapshotChunk(of: bytes, suite: suite) else {
            throw VerificationError(
                .wrongDigest, "\(part.rawValue) chunk \(index) is not the one that the manifest lists")
        }
        switch part {
        case .state: try add(try StateChunk(derBytes: bytes, limit: SnapshotLimits.chunkBytes))
        case .journal: try add(try JournalChunk(derBytes: bytes, limit: SnapshotLimits.chunkBytes))
        case .window: try add(try WindowChunk(derBytes: bytes, limit: SnapshotLimits.chunkBytes))
        }
        expected = successor(of: part, index)
    }

    /// Writes the snapshot's own block and closes the database.
    /// - Throws: `VerificationError` where chunks are missing; ``LedgerError``.
    public func finish() throws {
        guard expected == nil, nextGroup == StateChunk.groupCount(of: manifest.state),
            journal.count == manifest.height.rawValue, window.height == manifest.height.next, window.lastCount > 0
        else {
            throw VerificationError(.inconsistent, "the snapshot's chunks do not make up the whole of it")
        }
        let tree = StateTree(
            twigRoots: twigRoots, openLeaves: openLeaves, activity: activity, suite: genesis.suite)
        guard tree.root == manifest.sealingHeader.executed.stateRoot else {
            throw VerificationError(.wrongDigest, "the snapshot's chunks do not have the state's root together")
        }
        try write { database in
            try self.writeActivity(tree, database)
            try self.writeBlock(database)
        }
        do {
            try queue.inDatabase { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
            try queue.close()
        } catch {
            throw LedgerError(storage: error)
        }
    }

    private func successor(of part: SnapshotPart, _ index: Int) -> (part: SnapshotPart, index: Int)? {
        if index + 1 < manifest.chunks(of: part).count { return (part, index + 1) }
        switch part {
        case .state: return (.journal, 0)
        case .journal: return (.window, 0)
        case .window: return nil
        }
    }

    private func write(_ body: (Database) throws -> Void) throws {
        do {
            try queue.write(body)
        } catch let error as VerificationError {
            throw error
        } catch {
            throw LedgerError(storage: error)
        }
    }

    // MARK: State

    private func add(_ chunk: StateChunk) throws {
        let suite = genesis.suite
        guard chunk.firstGroup == nextGroup else {
            throw VerificationError(
                .inconsistent, "the state chunk begins at group \(chunk.firstGroup), not at \(nextGroup)")
        }
        try chunk.verify(manifest.state, suite: suite)
        // A twig that the chunk before has begun is in the activity already.
        activity += chunk.before.isEmpty ? chunk.activity : Array(chunk.activity.dropFirst())
        try write { database in
            let insertEntries = try database.cachedStatement(sql: "INSERT INTO state_entries VALUES (?, ?)")
            for group in chunk.groups {
                if case .positions(let positions) = group {
                    let entries = try positions.map { try self.store($0, in: database) }
                    try insertEntries.execute(arguments: [Int64(self.nextGroup), StateGroup.bytes(entries).blob])
                    self.openLeaves += self.isOpen(self.nextGroup) ? entries.map { $0.leafDigest(suite: suite) } : []
                }
                try self.complete(group.root(suite: suite), database)
            }
        }
    }

    private func isOpen(_ group: UInt64) -> Bool {
        group * UInt64(StateGroup.entryCount) >= manifest.state.size / StateTree.twigSize * StateTree.twigSize
    }

    private func complete(_ root: Digest, _ database: Database) throws {
        defer { nextGroup += 1 }
        guard !isOpen(nextGroup) else { return }
        groupRoots.append(root)
        guard groupRoots.count == StateTwig.entryCount / StateGroup.entryCount else { return }
        try database.cachedStatement(sql: "INSERT INTO state_twigs VALUES (?, ?)")
            .execute(arguments: [twigRoots.count, groupRoots.flatMap(\.bytes).blob])
        twigRoots.append(StateTree.entriesRoot(groupRoots, suite: genesis.suite))
        groupRoots = []
    }

    private func store(_ position: SnapshotPosition, in database: Database) throws -> StoredEntry {
        guard case .active(let entry) = position else { return .pruned(position.leafDigest(suite: genesis.suite)) }
        let leaf = entry.leaf(suite: genesis.suite)
        guard let name = entry.name else {
            return .record(StateRecord(leaf: leaf, previous: 0, valueNumber: 0))
        }
        valueCount += 1
        try database.cachedStatement(sql: "INSERT INTO state_values VALUES (?, ?, ?, ?)").execute(arguments: [
            valueCount, name.contract, name.key.blob, entry.value?.blob,
        ])
        return .record(StateRecord(leaf: leaf, previous: 0, valueNumber: valueCount))
    }

    private func writeActivity(_ tree: StateTree, _ database: Database) throws {
        let perPage = LedgerWriter.twigsPerActivityPage
        for page in 0..<(tree.twigCount + perPage - 1) / perPage {
            let twigs = page * perPage..<min((page + 1) * perPage, tree.twigCount)
            let bits = twigs.flatMap { tree.activity(ofTwig: $0).bytes }
            try database.execute(sql: "INSERT INTO state_activity VALUES (?, ?)", arguments: [page, bits.blob])
        }
    }

    // MARK: Journal

    private func add(_ chunk: JournalChunk) throws {
        guard chunk.span.first == journal.count else {
            throw VerificationError(
                .inconsistent, "the journal chunk begins at height \(chunk.span.first + 1), not \(journal.count + 1)")
        }
        try chunk.verify(manifest.sealingHeader.executed, suite: genesis.suite)
        try write { database in
            let insert = try database.cachedStatement(sql: "INSERT INTO journal_nodes VALUES (?, ?, ?)")
            // Each level by itself, so that rows come in the order of the key within a chunk.
            let nodes = chunk.leaves.flatMap { self.journal.append(leaf: $0, suite: self.genesis.suite) }
            for node in nodes.sorted(by: { ($0.level, $0.index) < ($1.level, $1.index) }) {
                try insert.execute(arguments: [node.level, Int64(node.index), node.digest.bytes.blob])
            }
        }
    }

    // MARK: Window

    private func add(_ chunk: WindowChunk) throws {
        try chunk.verify(manifest.sealingHeader.executed, suite: genesis.suite)
        try write { database in
            for block in chunk.blocks {
                try self.add(block, database)
            }
        }
    }

    private func add(_ block: WindowBlock, _ database: Database) throws {
        guard block.leaf.height == window.height, block.first == window.index,
            window.count.map({ $0 == block.count }) ?? true
        else {
            throw VerificationError(
                .inconsistent,
                "the window goes on with outcome \(block.first) of block \(block.leaf.height), "
                    + "not with \(window.index) of \(window.height)"
            )
        }
        let insertTransaction = try database.cachedStatement(sql: "INSERT INTO transactions VALUES (?, ?, ?, NULL)")
        let insertOutcome = try database.cachedStatement(sql: "INSERT INTO outcomes VALUES (?, ?)")
        for (offset, bytes) in block.outcomes.enumerated() {
            let outcome = try Outcome(derBytes: bytes, limit: Outcome.maximumByteCount)
            let place = TransactionPlace(height: window.height, index: window.index + offset).rowNumber
            let identifier = outcome.transaction.digest.bytes.blob
            try insertTransaction.execute(arguments: [place, identifier, StoredPart.elsewhere.bytes.blob])
            try insertOutcome.execute(arguments: [place, bytes.blob])
        }
        window.index += block.outcomes.count
        window.count = block.count
        guard block.isEnd else { return }
        if window.height < manifest.height {
            try database.cachedStatement(sql: "INSERT INTO snapshot_leaves VALUES (?, ?)")
                .execute(arguments: [Int64(window.height.rawValue), block.leaf.derBytes.blob])
        } else {
            try checkOwnLeaf(block.leaf)
            outcomesRoot = block.leaf.outcomesRoot
        }
        window = WindowCursor(height: window.height.next, lastCount: window.index)
    }

    private var outcomesRoot = Digest.zero

    private func checkOwnLeaf(_ leaf: JournalLeaf) throws(VerificationError) {
        guard leaf.header == manifest.header.digest(suite: genesis.suite) else {
            throw VerificationError(.inconsistent, "the snapshot's header is not the one in the journal")
        }
    }

    private func writeBlock(_ database: Database) throws {
        let height = Int64(manifest.height.rawValue)
        let executed = manifest.sealingHeader.executed
        try database.execute(
            sql: "INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                height,
                manifest.header.digest(suite: genesis.suite).bytes.blob,
                manifest.header.derBytes.blob,
                window.lastCount,
                Int64(manifest.header.executed.height.rawValue),
                outcomesRoot.bytes.blob,
                executed.stateRoot.bytes.blob,
                executed.journalRoot.bytes.blob,
                Int64(manifest.state.size),
                valueCount,
            ])
        try database.execute(
            sql: "INSERT INTO finalizations VALUES (?, ?)", arguments: [height, manifest.finalization.derBytes.blob])
        try database.execute(
            sql: "INSERT INTO snapshot_origin VALUES (?, ?)", arguments: [height, manifest.derBytes.blob])
        for change in manifest.epochs { try LedgerWriter(database: database).write(change) }
        try database.execute(sql: "UPDATE state_horizon SET height = ?", arguments: [height])
        try database.execute(sql: "UPDATE pruning_horizon SET height = ?1, done = ?1", arguments: [height])
    }
}
