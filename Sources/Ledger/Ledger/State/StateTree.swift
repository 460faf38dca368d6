import Formats
import Identity

/// The hashes above the state's log, in memory: some 70 bytes for every 256 entries.
///
/// Nothing here reads or writes storage: entries come in by their leaf digests, superseded ones by their positions, and
/// the root and the upper part of any path come out. See ``StateTwig`` for what is hashed.
struct StateTree: Sendable {
    /// Entries in the log.
    private(set) var size: UInt64 = 0
    /// The Merkle roots over the entries of the complete twigs.
    private(set) var twigRoots: [Digest] = []
    /// The leaf digests of the twig that is not complete.
    private(set) var openLeaves: [Digest] = []
    /// One bit for each entry, four words for each twig, the first entry's bit highest.
    private var activity: [UInt64] = []
    /// The nodes over complete pairs, from the twigs' digests up; one that is not complete is made when it is needed.
    private var levels: [[Digest]] = [[]]
    private let suite: any CryptoSuite

    static let twigSize = UInt64(StateTwig.entryCount)

    init(suite: any CryptoSuite) { self.suite = suite }

    /// The tree of a state that nothing was written to: the log holds the sentinel.
    static func genesis(suite: any CryptoSuite) -> StateTree {
        var tree = StateTree(suite: suite)
        _ = tree.append([StateLeaf.sentinel.digest(suite: suite)], superseding: [])
        return tree
    }

    /// Rebuilds the tree of a log.
    /// - Parameters:
    ///   - twigRoots: the entries roots of the complete twigs.
    ///   - openLeaves: the leaf digests after them, fewer than a twig has.
    ///   - activity: 32 bytes for each twig that has an entry.
    init(twigRoots: [Digest], openLeaves: [Digest], activity: [Digest], suite: any CryptoSuite) {
        precondition(openLeaves.count < StateTwig.entryCount, "the last leaves are fewer than a twig")
        precondition(activity.count == twigRoots.count + (openLeaves.isEmpty ? 0 : 1), "each twig has its activity")
        self.suite = suite
        self.twigRoots = twigRoots
        self.openLeaves = openLeaves
        self.size = UInt64(twigRoots.count) * Self.twigSize + UInt64(openLeaves.count)
        self.activity = activity.flatMap(Self.words)
        rehash(twigs: Array(0..<twigCount))
    }

    /// Twigs that have an entry.
    var twigCount: Int { twigRoots.count + (openLeaves.isEmpty ? 0 : 1) }

    /// The state root.
    var root: Digest { commitment.root(suite: suite) }

    /// What the state root is the digest of.
    var commitment: StateCommitment {
        precondition(size > 0, "a log begins with the sentinel")
        return StateCommitment(size: size, twigsRoot: root(overTwigs: 0..<UInt64(twigCount)))
    }

    /// The Merkle root over a range of twigs that the tree splits into.
    func root(overTwigs range: Range<UInt64>) -> Digest {
        MerkleRange.root(over: range, suite: suite) { level, index in levels[level][Int(index)] }
    }

    /// A twig that has all its entries, with the Merkle roots over each 16 of them: what is stored of it.
    struct CompleteTwig: Hashable, Sendable {
        let number: Int
        let groupRoots: [Digest]
    }

    /// Appends entries, which are active, and takes the activity from others.
    /// - Returns: the twigs that became complete.
    mutating func append(_ leaves: [Digest], superseding superseded: [UInt64]) -> [CompleteTwig] {
        var dirty: Set<Int> = []
        var completed: [CompleteTwig] = []
        for leaf in leaves {
            let twig = Int(size / Self.twigSize)
            if openLeaves.isEmpty { activity += [0, 0, 0, 0] }
            openLeaves.append(leaf)
            setActive(true, at: size)
            dirty.insert(twig)
            size += 1
            if openLeaves.count == StateTwig.entryCount {
                let groupRoots = Self.groupRoots(openLeaves, suite: suite)
                twigRoots.append(Self.entriesRoot(groupRoots, suite: suite))
                openLeaves.removeAll(keepingCapacity: true)
                completed.append(CompleteTwig(number: twig, groupRoots: groupRoots))
            }
        }
        for position in superseded {
            precondition(isActive(position), "an entry is superseded once")
            setActive(false, at: position)
            dirty.insert(Int(position / Self.twigSize))
        }
        rehash(twigs: dirty.sorted())
        return completed
    }

    /// Takes the log back to an earlier size.
    /// - Parameters:
    ///   - earlier: the size to return to.
    ///   - reactivated: what was superseded since then; positions from `earlier` on are ignored.
    ///   - leaves: the leaf digests of the twig that is not complete at that size.
    mutating func rewind(to earlier: UInt64, reactivating reactivated: [UInt64], openLeaves leaves: [Digest]) {
        precondition(earlier <= size && UInt64(leaves.count) == earlier % Self.twigSize, "a log goes back to its past")
        let complete = Int(earlier / Self.twigSize)
        let firstDirty = complete
        twigRoots.removeSubrange(complete...)
        openLeaves = leaves
        size = earlier
        activity.removeSubrange((4 * twigCount)...)
        if !leaves.isEmpty {
            let bits = UInt64(leaves.count)
            for word in 0..<4 {
                let kept = min(64, max(0, Int(bits) - 64 * word))
                let mask: UInt64 = kept == 0 ? 0 : ~0 << UInt64(64 - kept)
                activity[4 * complete + word] &= mask
            }
        }
        var dirty: Set<Int> = twigCount > firstDirty ? [firstDirty] : []
        for position in reactivated where position < earlier {
            setActive(true, at: position)
            dirty.insert(Int(position / Self.twigSize))
        }
        truncateLevels()
        rehash(twigs: dirty.sorted())
    }

    func isActive(_ position: UInt64) -> Bool {
        activity[Int(position / 64)] & (1 << (63 - position % 64)) != 0
    }

    /// The 256 activity bits of a twig.
    func activity(ofTwig twig: Int) -> Digest {
        var bytes: [UInt8] = []
        for word in activity[4 * twig..<4 * twig + 4] {
            withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
        }
        guard let digest = Digest(bytes) else { preconditionFailure("four words are 32 bytes") }
        return digest
    }

    /// The siblings from a twig up, for the path of one of its entries.
    func siblings(ofTwig twig: Int) -> [Digest] {
        MerklePath(index: UInt64(twig), size: UInt64(twigCount)) { root(overTwigs: $0) }.siblings
    }

    /// The Merkle root over leaf digests of one twig, or over the roots of its groups: a complete twig is a perfect
    /// tree.
    static func entriesRoot(_ leaves: some RandomAccessCollection<Digest>, suite: any CryptoSuite) -> Digest {
        var range = MerkleRange()
        for leaf in leaves {
            _ = range.append(leaf: leaf, suite: suite)
        }
        return range.root(suite: suite)
    }

    /// The Merkle roots over each 16 leaf digests of a complete twig.
    static func groupRoots(_ leaves: [Digest], suite: any CryptoSuite) -> [Digest] {
        stride(from: 0, to: leaves.count, by: StateGroup.entryCount).map { first in
            entriesRoot(leaves[first..<first + StateGroup.entryCount], suite: suite)
        }
    }

    private mutating func setActive(_ isActive: Bool, at position: UInt64) {
        let bit: UInt64 = 1 << (63 - position % 64)
        if isActive { activity[Int(position / 64)] |= bit } else { activity[Int(position / 64)] &= ~bit }
    }

    /// Hashes twigs anew and what stands above them.
    private mutating func rehash(twigs: [Int]) {
        for twig in twigs {
            let entriesRoot =
                twig < twigRoots.count ? twigRoots[twig] : Self.entriesRoot(openLeaves, suite: suite)
            let digest = StateTwig.digest(entriesRoot: entriesRoot, activity: activity(ofTwig: twig), suite: suite)
            if twig < levels[0].count { levels[0][twig] = digest } else { levels[0].append(digest) }
        }
        var dirty = twigs
        var level = 0
        while levels[level].count > 1 {
            if levels.count == level + 1 { levels.append([]) }
            var parents: [Int] = []
            for node in dirty where node | 1 < levels[level].count && parents.last != node / 2 {
                parents.append(node / 2)
            }
            for parent in parents {
                let digest = suite.digest(
                    prefix: 0x01, levels[level][2 * parent], levels[level][2 * parent + 1])
                if parent < levels[level + 1].count {
                    levels[level + 1][parent] = digest
                } else {
                    levels[level + 1].append(digest)
                }
            }
            dirty = parents
            level += 1
        }
    }

    private mutating func truncateLevels() {
        var count = twigCount
        for level in levels.indices {
            if levels[level].count > count { levels[level].removeSubrange(count...) }
            count /= 2
        }
    }

    private static func words(_ digest: Digest) -> [UInt64] {
        let bytes = digest.bytes
        return (0..<4).map { word in bytes[8 * word..<8 * word + 8].reduce(0) { $0 << 8 | UInt64($1) } }
    }
}
