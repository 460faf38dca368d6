public import Identity

/// The Merkle tree of RFC 9162, section 2.1, over a list of byte strings that is at hand.
///
/// A leaf is `digest(0x00 ‖ bytes)`, a node `digest(0x01 ‖ left ‖ right)`, the root of nothing `digest("")`. A list of
/// n leaves splits at the largest power of two below n.
public struct MerkleTree {
    private let leafDigests: [Digest]
    private let suite: any CryptoSuite

    public init(leaves: [[UInt8]], suite: any CryptoSuite) {
        self.leafDigests = leaves.map { Self.leafDigest($0, suite: suite) }
        self.suite = suite
    }

    /// A tree whose leaves are at hand as digests.
    package init(leafDigests: [Digest], suite: any CryptoSuite) {
        self.leafDigests = leafDigests
        self.suite = suite
    }

    public var count: Int { leafDigests.count }

    public var root: Digest { Self.root(of: leafDigests[...], suite: suite) }

    /// The path that proves the leaf at `index`.
    /// - Precondition: `index` is one of the leaves.
    public func path(to index: Int) -> MerklePath {
        precondition(leafDigests.indices.contains(index), "there is no leaf \(index)")
        return MerklePath(index: UInt64(index), size: UInt64(count)) { range in
            Self.root(of: leafDigests[Int(range.lowerBound)..<Int(range.upperBound)], suite: suite)
        }
    }

    /// The root over some of the leaves.
    /// - Precondition: the range is within the leaves.
    package func root(over range: Range<UInt64>) -> Digest {
        Self.root(of: leafDigests[Int(range.lowerBound)..<Int(range.upperBound)], suite: suite)
    }

    public static func leafDigest(_ bytes: [UInt8], suite: any CryptoSuite) -> Digest {
        suite.digest(of: [0x00] + bytes)
    }

    public static func nodeDigest(_ left: Digest, _ right: Digest, suite: any CryptoSuite) -> Digest {
        suite.digest(prefix: 0x01, left, right)
    }

    /// The size of the left part of a list of `count` leaves: the largest power of two below it.
    /// - Precondition: `count` is at least 2.
    static func split(_ count: UInt64) -> UInt64 {
        precondition(count >= 2, "one leaf does not split")
        return 1 << (63 - UInt64((count - 1).leadingZeroBitCount))
    }

    static func root(of digests: ArraySlice<Digest>, suite: any CryptoSuite) -> Digest {
        switch digests.count {
        case 0: return suite.digest(of: [])
        case 1: return digests[digests.startIndex]
        default:
            let middle = digests.startIndex + Int(split(UInt64(digests.count)))
            return nodeDigest(
                root(of: digests[..<middle], suite: suite),
                root(of: digests[middle...], suite: suite),
                suite: suite
            )
        }
    }
}
