public import Identity
public import SwiftASN1

/// A run of the journal's leaf digests, which proves itself against the journal root.
public struct JournalChunk: DERSequence, Hashable {
    public static let version: Int64 = 1

    public let leaves: [Digest]
    /// From the leaves to the journal root; its size is the snapshot's height.
    public let span: MerkleSpan

    public init(leaves: [Digest], span: MerkleSpan) {
        self.leaves = leaves
        self.span = span
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "journal chunk")
        let bytes = try fields.octets(limit: SnapshotLimits.heightsPerJournalChunk * Digest.byteCount)
        guard !bytes.isEmpty, bytes.count % Digest.byteCount == 0 else {
            throw FormatError(.outOfRange, "a journal chunk holds digests of \(Digest.byteCount) bytes")
        }
        leaves = stride(from: 0, to: bytes.count, by: Digest.byteCount).compactMap { first in
            Digest(bytes[first..<first + Digest.byteCount])
        }
        span = try MerkleSpan(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(leaves.count * Digest.byteCount)
        for leaf in leaves { leaf.append(to: &bytes) }
        try fields.serialize(Self.version)
        try fields.serialize(octets: bytes)
        try fields.serialize(span)
    }

    /// Checks that the chunk is a part of the journal with this root at this height.
    /// - Throws: ``VerificationError`` with code `inconsistent` or `wrongDigest`.
    public func verify(_ executed: ExecutedState, suite: any CryptoSuite) throws(VerificationError) {
        guard span.size == executed.height.rawValue else {
            throw VerificationError(
                .inconsistent, "the journal chunk is of height \(span.size), the snapshot of \(executed.height)")
        }
        guard span.root(leaves: leaves, suite: suite) == executed.journalRoot else {
            throw VerificationError(
                .wrongDigest, "the journal chunk from height \(span.first + 1) does not lead to the journal's root")
        }
    }
}
