import Formats
import Identity

/// What is stored of a transaction or an outcome: all of it, or what is left when it is pruned. DER begins with the tag
/// of a SEQUENCE, so the first byte tells them apart.
enum StoredPart: Hashable, Sendable {
    case der([UInt8])
    /// The leaf digest, with which the paths of its neighbours are still made.
    case pruned(Digest)
    /// Never here: the ledger began with a snapshot above it.
    case elsewhere

    private static let prunedTag: UInt8 = 0
    private static let elsewhereTag: UInt8 = 1

    /// - Returns: `nil` for bytes that this software never writes.
    init?(_ bytes: [UInt8]) {
        switch bytes.first {
        case Self.prunedTag:
            guard let digest = Digest(bytes.dropFirst()) else { return nil }
            self = .pruned(digest)
        case Self.elsewhereTag where bytes.count == 1: self = .elsewhere
        case 0x30: self = .der(bytes)
        default: return nil
        }
    }

    var bytes: [UInt8] {
        switch self {
        case .der(let bytes): bytes
        case .pruned(let digest): [Self.prunedTag] + digest.bytes
        case .elsewhere: [Self.elsewhereTag]
        }
    }
}

extension StoredPart {
    /// - Throws: ``LedgerError`` with code `corrupted`.
    init(column bytes: [UInt8]) throws(LedgerError) {
        guard let part = StoredPart(bytes) else {
            throw LedgerError(.corrupted, "a row holds neither DER nor what is left of it; restore a backup")
        }
        self = part
    }

    /// The leaf digest; `nil` where it never was here.
    func leafDigest(suite: any CryptoSuite) -> Digest? {
        switch self {
        case .der(let bytes): MerkleTree.leafDigest(bytes, suite: suite)
        case .pruned(let digest): digest
        case .elsewhere: nil
        }
    }
}

extension StoredPart {
    init(_ row: TableRow, _ column: String) throws(LedgerFault) {
        guard let part = StoredPart(try row.bytes(column)) else {
            throw row.fault(column, expected: "DER, or what is left of it when it is pruned", found: "other bytes")
        }
        self = part
    }
}
