public import Identity
public import SwiftASN1

/// What the state's root is the digest of: how long the log is, and the Merkle root over its twigs.
public struct StateCommitment: DERSequence, Hashable {
    /// No log is longer.
    public static let maximumSize: UInt64 = 1 << 48

    /// Entries in the log.
    public let size: UInt64
    /// The Merkle root whose leaf digests are the twigs' (RFC 9162, section 2.1.1).
    public let twigsRoot: Digest

    public init(size: UInt64, twigsRoot: Digest) {
        self.size = size
        self.twigsRoot = twigsRoot
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        size = UInt64(try fields.integer(in: 1...Int64(Self.maximumSize)))
        twigsRoot = try fields.digest()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(size)
        try fields.serialize(twigsRoot)
    }

    /// The state root.
    public func root(suite: any CryptoSuite) -> Digest {
        suite.digest(of: derBytes)
    }
}
