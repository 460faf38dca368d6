public import Identity

/// The right edge of a growing Merkle tree: the roots of its complete subtrees, largest first. Appending and the root
/// cost O(log n) and need nothing else.
public struct MerkleRange: Sendable, Hashable {
    /// A complete subtree: `1 << level` leaves from `index << level` on.
    public struct Node: Hashable, Sendable {
        public let level: Int
        public let index: UInt64
        public let digest: Digest

        public init(level: Int, index: UInt64, digest: Digest) {
            self.level = level
            self.index = index
            self.digest = digest
        }
    }

    public private(set) var count: UInt64
    private var peaks: [Node]

    /// An empty tree.
    public init() {
        count = 0
        peaks = []
    }

    /// The tree of `count` leaves, whose complete subtrees `node(level, index)` gives.
    public init<Failure: Error>(
        count: UInt64,
        node: (_ level: Int, _ index: UInt64) throws(Failure) -> Digest
    ) throws(Failure) {
        var peaks: [Node] = []
        for level in stride(from: 62, through: 0, by: -1) where count >> UInt64(level) & 1 == 1 {
            let index = count >> UInt64(level) - 1
            peaks.append(Node(level: level, index: index, digest: try node(level, index)))
        }
        self.count = count
        self.peaks = peaks
    }

    /// Appends a leaf and returns every subtree that became complete, the leaf itself first.
    public mutating func append(leaf: Digest, suite: any CryptoSuite) -> [Node] {
        var node = Node(level: 0, index: count, digest: leaf)
        var completed = [node]
        while let left = peaks.last, left.level == node.level {
            peaks.removeLast()
            node = Node(
                level: node.level + 1,
                index: node.index / 2,
                digest: MerkleTree.nodeDigest(left.digest, node.digest, suite: suite)
            )
            completed.append(node)
        }
        peaks.append(node)
        count += 1
        return completed
    }

    /// The tree's root (RFC 9162, section 2.1.1).
    public func root(suite: any CryptoSuite) -> Digest {
        guard var digest = peaks.last?.digest else { return suite.digest(of: []) }
        for peak in peaks.dropLast().reversed() {
            digest = MerkleTree.nodeDigest(peak.digest, digest, suite: suite)
        }
        return digest
    }

    /// The root over `range` of a tree's leaves, a range that the tree splits into, from its complete subtrees.
    public static func root<Failure: Error>(
        over range: Range<UInt64>,
        suite: any CryptoSuite,
        node: (_ level: Int, _ index: UInt64) throws(Failure) -> Digest
    ) throws(Failure) -> Digest {
        let count = UInt64(range.count)
        if count & (count - 1) == 0 {
            let level = count.trailingZeroBitCount
            return try node(level, range.lowerBound >> UInt64(level))
        }
        let middle = range.lowerBound + MerkleTree.split(count)
        return MerkleTree.nodeDigest(
            try root(over: range.lowerBound..<middle, suite: suite, node: node),
            try root(over: middle..<range.upperBound, suite: suite, node: node),
            suite: suite
        )
    }
}
