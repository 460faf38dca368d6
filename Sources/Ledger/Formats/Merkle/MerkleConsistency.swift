public import Identity
public import SwiftASN1

/// A consistency proof (RFC 9162, section 2.1.4): that a list only grew, by the nodes that lead from the tree over its
/// first leaves both to that tree's root and to the root over all.
public struct MerkleConsistency: DERSequence, Hashable {
    /// No proof between trees of at most 2^62 leaves has more nodes.
    public static let maximumLength = 63

    public let nodes: [Digest]

    /// Makes the proof between two sizes of a tree that is not at hand as a list (section 2.1.4.1). It has no nodes
    /// where there is nothing to prove: from the empty tree, and between equal sizes.
    /// - Parameters:
    ///   - first: leaves of the smaller tree.
    ///   - second: leaves of the larger, at least `first`.
    ///   - root: gives the root over a range of leaves, which is always one that the larger tree splits into.
    public init<Failure: Error>(
        from first: UInt64,
        to second: UInt64,
        root: (Range<UInt64>) throws(Failure) -> Digest
    ) throws(Failure) {
        precondition(first <= second && second <= 1 << 62, "a tree of \(second) leaves did not grow from \(first)")
        var nodes: [Digest] = []
        var range = 0..<second
        var isWhole = true
        while first > 0, range.upperBound > first {
            let middle = range.lowerBound + MerkleTree.split(UInt64(range.count))
            if first <= middle {
                nodes.append(try root(middle..<range.upperBound))
                range = range.lowerBound..<middle
            } else {
                nodes.append(try root(range.lowerBound..<middle))
                range = middle..<range.upperBound
                isWhole = false
            }
        }
        if !isWhole { nodes.append(try root(range)) }
        self.nodes = nodes.reversed()
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        nodes = try fields.list(limit: Self.maximumLength) { try $0.digest() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(list: nodes) { try $0.serialize($1) }
    }

    /// Whether the tree of `second` leaves with `secondRoot` begins with the leaves of the tree of `first` leaves with
    /// `firstRoot` (section 2.1.4.2).
    public func establishes(
        _ first: UInt64,
        _ firstRoot: Digest,
        isPrefixOf second: UInt64,
        _ secondRoot: Digest,
        suite: any CryptoSuite
    ) -> Bool {
        guard first < second else { return first == second && nodes.isEmpty && firstRoot == secondRoot }
        guard first > 0 else { return nodes.isEmpty && firstRoot == suite.digest(of: []) }
        var position = first - 1
        var last = second - 1
        while position & 1 == 1 {
            position >>= 1
            last >>= 1
        }
        // The tree over a power of two is itself a node of the larger one, so the proof leaves it out.
        var rest = nodes[...]
        guard let start = position == 0 ? firstRoot : rest.popFirst() else { return false }
        var firstDigest = start
        var secondDigest = start
        for node in rest {
            guard last > 0 else { return false }
            if position & 1 == 1 || position == last {
                firstDigest = MerkleTree.nodeDigest(node, firstDigest, suite: suite)
                secondDigest = MerkleTree.nodeDigest(node, secondDigest, suite: suite)
                while position & 1 == 0 && position != 0 {
                    position >>= 1
                    last >>= 1
                }
            } else {
                secondDigest = MerkleTree.nodeDigest(secondDigest, node, suite: suite)
            }
            position >>= 1
            last >>= 1
        }
        return last == 0 && firstDigest == firstRoot && secondDigest == secondRoot
    }
}
