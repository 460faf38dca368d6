public import Formats
public import Identity

/// One field of a licence, shown without the others.
public struct LicenceFieldDisclosure: Hashable, Sendable {
    public let field: LicenceField
    public let salt: LicenceSalt
    public let path: MerklePath

    public init(field: LicenceField, salt: LicenceSalt, path: MerklePath) {
        (self.field, self.salt, self.path) = (field, salt, path)
    }

    /// Whether `root` is the root of metadata with this field in its place.
    public func isProven(by root: Digest, suite: any CryptoSuite) -> Bool {
        // The position tells the field: a value proven in another's place is not proven.
        guard path.size == UInt64(LicenceMetadata.names.count),
            LicenceMetadata.names.firstIndex(of: field.name) == Int(path.index)
        else { return false }
        let leaf = MerkleTree.leafDigest(field.leaf(salt: salt), suite: suite)
        return path.root(leaf: leaf, suite: suite) == root
    }
}
