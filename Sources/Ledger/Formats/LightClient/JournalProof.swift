public import SwiftASN1

/// Proof that a block is in the journal: its leaf, and the way from there to the journal's root in a later header.
public struct JournalProof: DERSequence, Hashable {
    public let leaf: JournalLeaf
    public let path: MerklePath

    public init(leaf: JournalLeaf, path: MerklePath) {
        self.leaf = leaf
        self.path = path
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        leaf = try JournalLeaf(derEncoded: &fields)
        path = try MerklePath(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(leaf)
        try fields.serialize(path)
    }
}
