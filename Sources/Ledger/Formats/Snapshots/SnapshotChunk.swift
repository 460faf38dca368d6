public import Identity
public import SwiftASN1

/// What a part of a snapshot holds.
public enum SnapshotPart: String, Sendable, CaseIterable, Codable {
    /// Entries of the state's log (``StateChunk``).
    case state
    /// Leaf digests of the journal (``JournalChunk``).
    case journal
    /// Outcomes of the last blocks (``WindowChunk``).
    case window
}

/// One line of a snapshot's table of contents. It proves nothing: a chunk proves itself. The digest tells whether a
/// file is the one that was meant, so that a download goes on where it was broken off.
public struct SnapshotChunk: DERSequence, Hashable {
    /// Bytes of the chunk's DER.
    public let byteCount: Int
    /// The digest of the chunk's DER.
    public let digest: Digest

    public init(byteCount: Int, digest: Digest) {
        self.byteCount = byteCount
        self.digest = digest
    }

    /// The line of a chunk.
    public init(of bytes: [UInt8], suite: any CryptoSuite) {
        self.init(byteCount: bytes.count, digest: suite.digest(of: bytes))
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        byteCount = Int(try fields.integer(in: 1...Int64(SnapshotLimits.chunkBytes)))
        digest = try fields.digest()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(byteCount)
        try fields.serialize(digest)
    }
}
