public import Identity
public import SwiftASN1

/// Proof that consecutive leaves stand where they are said to stand in a Merkle tree (RFC 9162, section 2.1.1): the
/// roots of everything to their left and right that the tree splits off, from left to right.
///
/// What an inclusion path is to one leaf, this is to a run of them, at the cost of two paths.
public struct MerkleSpan: DERSequence, Hashable {
    /// Most digests beside a run: two paths' worth.
    public static let maximumSiblingCount = 2 * MerklePath.maximumLength

    /// Position of the first leaf, from 0.
    public let first: UInt64
    /// Number of leaves of the run.
    public let count: UInt64
    /// Number of leaves in the tree.
    public let size: UInt64
    public let siblings: [Digest]

    private var range: Range<UInt64> { first..<first + count }

    /// Makes the proof for a run of leaves of a tree that is not at hand as a list.
    /// - Parameters:
    ///   - range: the leaves, at least one.
    ///   - size: number of leaves in the tree.
    ///   - root: gives the root over a range of leaves, which is always one that the tree splits into.
    public init<Failure: Error>(
        of range: Range<UInt64>,
        size: UInt64,
        root: (Range<UInt64>) throws(Failure) -> Digest
    ) throws(Failure) {
        precondition(!range.isEmpty && range.upperBound <= size && size <= 1 << 62, "leaves \(range) of \(size)")
        var siblings: [Digest] = []
        // Ranges that are still to be looked at, the leftmost last.
        var rest = [0..<size]
        while let next = rest.popLast() {
            if !next.overlaps(range) {
                siblings.append(try root(next))
            } else if next.lowerBound < range.lowerBound || next.upperBound > range.upperBound {
                let middle = next.lowerBound + MerkleTree.split(UInt64(next.count))
                rest += [middle..<next.upperBound, next.lowerBound..<middle]
            }
        }
        self.first = range.lowerBound
        self.count = UInt64(range.count)
        self.size = size
        self.siblings = siblings
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        let size = UInt64(try fields.integer(in: 1...(1 << 62)))
        self.size = size
        first = UInt64(try fields.integer(in: 0...Int64(size - 1)))
        count = UInt64(try fields.integer(in: 1...Int64(size - first)))
        siblings = try fields.list(limit: Self.maximumSiblingCount) { try $0.digest() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(size)
        try fields.serialize(first)
        try fields.serialize(count)
        try fields.serialize(list: siblings) { try $0.serialize($1) }
    }

    /// The root that follows from the leaves' digests; `nil` where these are not as many as the proof is for, or the
    /// siblings too many or too few.
    public func root(leaves: [Digest], suite: any CryptoSuite) -> Digest? {
        guard UInt64(leaves.count) == count else { return nil }
        var rest = siblings[...]
        guard let root = root(over: 0..<size, leaves: leaves, siblings: &rest, suite: suite), rest.isEmpty else {
            return nil
        }
        return root
    }

    private func root(
        over part: Range<UInt64>,
        leaves: [Digest],
        siblings: inout ArraySlice<Digest>,
        suite: any CryptoSuite
    ) -> Digest? {
        guard part.overlaps(range) else { return siblings.popFirst() }
        guard part.count > 1 else { return leaves[Int(part.lowerBound - first)] }
        let middle = part.lowerBound + MerkleTree.split(UInt64(part.count))
        guard
            let left = root(over: part.lowerBound..<middle, leaves: leaves, siblings: &siblings, suite: suite),
            let right = root(over: middle..<part.upperBound, leaves: leaves, siblings: &siblings, suite: suite)
        else { return nil }
        return MerkleTree.nodeDigest(left, right, suite: suite)
    }
}

extension MerkleTree {
    /// The root over leaves that are at hand as digests, or over the roots of equal, complete subtrees of which the
    /// last alone may be smaller.
    package static func root(ofLeaves digests: [Digest], suite: any CryptoSuite) -> Digest {
        root(of: digests[...], suite: suite)
    }
}
