public import Identity
public import SwiftASN1

/// An inclusion proof (RFC 9162, section 2.1.3): the siblings on the way from one leaf to the root, from the leaf up.
public struct MerklePath: DERSequence, Hashable {
    /// No tree here has more leaves than 2^62, so no path more siblings.
    public static let maximumLength = 62

    /// Position of the leaf, from 0.
    public let index: UInt64
    /// Number of leaves in the tree.
    public let size: UInt64
    public let siblings: [Digest]

    /// Makes the path for a leaf of a tree that is not at hand as a list.
    /// - Parameters:
    ///   - index: position of the leaf, below `size`.
    ///   - size: number of leaves.
    ///   - root: gives the root over a range of leaves, which is always one that the tree splits into.
    public init<Failure: Error>(
        index: UInt64,
        size: UInt64,
        root: (Range<UInt64>) throws(Failure) -> Digest
    ) throws(Failure) {
        precondition(index < size && size <= 1 << 62, "leaf \(index) of \(size)")
        var siblings: [Digest] = []
        var range = 0..<size
        while range.count > 1 {
            let middle = range.lowerBound + MerkleTree.split(UInt64(range.count))
            if index < middle {
                siblings.append(try root(middle..<range.upperBound))
                range = range.lowerBound..<middle
            } else {
                siblings.append(try root(range.lowerBound..<middle))
                range = middle..<range.upperBound
            }
        }
        self.index = index
        self.size = size
        self.siblings = siblings.reversed()
    }

    init(index: UInt64, size: UInt64, siblings: [Digest]) {
        self.index = index
        self.size = size
        self.siblings = siblings
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        let size = UInt64(try fields.integer(in: 1...(1 << 62)))
        self.index = UInt64(try fields.integer(in: 0...Int64(size - 1)))
        self.size = size
        self.siblings = try fields.list(limit: Self.maximumLength) { try $0.digest() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(size)
        try fields.serialize(index)
        try fields.serialize(list: siblings) { try $0.serialize($1) }
    }

    /// The root that follows from the leaf's digest and the path (RFC 9162, section 2.1.3.2); `nil` where the path has
    /// too many or too few siblings for its place in a tree of its size.
    public func root(leaf: Digest, suite: any CryptoSuite) -> Digest? {
        var position = index
        var last = size - 1
        var digest = leaf
        for sibling in siblings {
            guard last > 0 else { return nil }
            if position & 1 == 1 || position == last {
                digest = MerkleTree.nodeDigest(sibling, digest, suite: suite)
                while position & 1 == 0 && position != 0 {
                    position >>= 1
                    last >>= 1
                }
            } else {
                digest = MerkleTree.nodeDigest(digest, sibling, suite: suite)
            }
            position >>= 1
            last >>= 1
        }
        return last == 0 ? digest : nil
    }
}
