public import Identity
public import SwiftASN1

/// Proof of what the state says of one key: an entry of the log with its way to the state root.
///
/// An active entry of the key proves its value, or that it was removed; an active entry of the key before it, whose
/// successor comes after it, proves that it was never there. There is always exactly one such entry.
public struct StateProof: DERSequence, Hashable {
    /// A proof's DER is never longer.
    public static let maximumByteCount = 2_048

    public let leaf: StateLeaf
    public let path: StatePath

    public init(leaf: StateLeaf, path: StatePath) {
        self.leaf = leaf
        self.path = path
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        leaf = try StateLeaf(derEncoded: &fields)
        path = try StatePath(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(leaf)
        try fields.serialize(path)
    }

    /// Whether the proof shows that under `root` the entry `name` has `value`.
    public func establishes(
        _ value: [UInt8],
        of name: StateName,
        under root: Digest,
        suite: any CryptoSuite
    ) -> Bool {
        leaf.key == name.digest(suite: suite) && leaf.value == suite.digest(of: value)
            && holds(under: root, suite: suite)
    }

    /// Whether the proof shows that under `root` there is no entry `name`.
    public func establishesAbsence(of name: StateName, under root: Digest, suite: any CryptoSuite) -> Bool {
        leaf.excludes(name.digest(suite: suite)) && holds(under: root, suite: suite)
    }

    private func holds(under root: Digest, suite: any CryptoSuite) -> Bool {
        path.isActive && path.root(leaf: leaf.digest(suite: suite), suite: suite) == root
    }
}
