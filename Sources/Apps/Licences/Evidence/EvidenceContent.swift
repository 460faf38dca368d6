public import Formats
public import Identity
public import SwiftASN1

/// What a licence consists of, as digests: enough to recognise it, not enough to learn anything from it.
public struct EvidenceContent: DERSequence, Hashable {
    /// The digest of the licence's file; `nil` for a licence that exists as a row alone.
    public let file: Digest?
    /// The root of the salted Merkle tree over the licence's fields (``LicenceMetadata``).
    public let metadataRoot: Digest
    /// The digest that the electronic seal in the file covers (GB/T 38540, `dataHash`); `nil` where there is no seal.
    public let seal: Digest?

    public init(file: Digest?, metadataRoot: Digest, seal: Digest? = nil) {
        self.file = file
        self.metadataRoot = metadataRoot
        self.seal = seal
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        metadataRoot = try fields.digest()
        file = try fields.optionalDigest(tag: 0)
        seal = try fields.optionalDigest(tag: 1)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(metadataRoot)
        try fields.serialize(file, tag: 0)
        try fields.serialize(seal, tag: 1)
    }
}
