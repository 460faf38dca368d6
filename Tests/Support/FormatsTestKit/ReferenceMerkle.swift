import Formats
public import Identity

/// RFC 9162, section 2.1, word for word over a list of leaf digests: what faster trees are compared with.
public struct ReferenceMerkle {
    private let suite: any CryptoSuite

    public init(suite: any CryptoSuite) { self.suite = suite }

    /// `HASH(0x00 || d)`.
    public func leaf(_ bytes: [UInt8]) -> Digest { suite.digest(of: [0] + bytes) }

    /// `MTH(D[n])` of section 2.1.1.
    public func root(_ leaves: ArraySlice<Digest>) -> Digest {
        guard leaves.count > 1 else { return leaves.first ?? suite.digest(of: []) }
        let half = Self.split(leaves.count)
        return node(root(leaves.prefix(half)), root(leaves.dropFirst(half)))
    }

    /// `PATH(m, D[n])` of section 2.1.3.1.
    public func path(to index: Int, _ leaves: ArraySlice<Digest>) -> [Digest] {
        guard leaves.count > 1 else { return [] }
        let half = Self.split(leaves.count)
        if index < half {
            return path(to: index, leaves.prefix(half)) + [root(leaves.dropFirst(half))]
        }
        return path(to: index - half, leaves.dropFirst(half)) + [root(leaves.prefix(half))]
    }

    /// `PROOF(m, D[n])` of section 2.1.4.1, for `count` of 1 to n.
    public func consistency(from count: Int, _ leaves: ArraySlice<Digest>) -> [Digest] {
        subproof(count, leaves, isWhole: true)
    }

    /// `SUBPROOF(m, D[n], b)` of section 2.1.4.1.
    private func subproof(_ count: Int, _ leaves: ArraySlice<Digest>, isWhole: Bool) -> [Digest] {
        guard count < leaves.count else { return isWhole ? [] : [root(leaves)] }
        let half = Self.split(leaves.count)
        if count <= half {
            return subproof(count, leaves.prefix(half), isWhole: isWhole) + [root(leaves.dropFirst(half))]
        }
        return subproof(count - half, leaves.dropFirst(half), isWhole: false) + [root(leaves.prefix(half))]
    }

    private func node(_ left: Digest, _ right: Digest) -> Digest {
        suite.digest(of: [1] + left.bytes + right.bytes)
    }

    /// The largest power of two below `count`.
    private static func split(_ count: Int) -> Int {
        var half = 1
        while half * 2 < count { half *= 2 }
        return half
    }
}
