import Formats
import Identity

/// An entry of the state's log as it is stored: what is hashed, and the way back to what was before.
struct StateRecord: Hashable, Sendable {
    let leaf: StateLeaf
    /// The position of the key's entry before this one; for a key's first entry, that of the newest entry of the key
    /// before it in the ring as the block found it. Following these leads to what any earlier height knew of a key.
    let previous: UInt64
    /// The row of `state_values` that holds name and value; 0 for the sentinel.
    let valueNumber: Int64

    static let sentinel = StateRecord(leaf: .sentinel, previous: 0, valueNumber: 0)
}

/// What is stored of one position of the log.
enum StoredEntry: Hashable, Sendable {
    case record(StateRecord)
    /// The entry was superseded below the horizon of pruning: only its leaf digest is left.
    case pruned(Digest)

    func leafDigest(suite: any CryptoSuite) -> Digest {
        switch self {
        case .record(let record): record.leaf.digest(suite: suite)
        case .pruned(let digest): digest
        }
    }
}

/// The entries of 16 consecutive positions as one row holds them: each a byte that tells its kind, then its fields as
/// they are, numbers big-endian. A row for each entry would cost twice its size.
enum StateGroup {
    /// Entries of a complete row.
    static let entryCount = 16

    private static let recordTag: UInt8 = 1
    private static let prunedTag: UInt8 = 0
    private static let recordByteCount = 3 * Digest.byteCount + 3 * 8

    static func bytes(_ entries: some Sequence<StoredEntry>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entryCount * (1 + recordByteCount))
        for entry in entries {
            append(entry, to: &bytes)
        }
        return bytes
    }

    static func append(_ entry: StoredEntry, to bytes: inout [UInt8]) {
        switch entry {
        case .record(let record):
            bytes.append(recordTag)
            record.leaf.key.append(to: &bytes)
            record.leaf.value.append(to: &bytes)
            record.leaf.next.append(to: &bytes)
            for number in [record.leaf.height.rawValue, record.previous, UInt64(bitPattern: record.valueNumber)] {
                withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
            }
        case .pruned(let digest):
            bytes.append(prunedTag)
            digest.append(to: &bytes)
        }
    }

    /// - Throws: ``LedgerError`` with code `corrupted`.
    static func entries(_ bytes: [UInt8]) throws(LedgerError) -> [StoredEntry] {
        var entries: [StoredEntry] = []
        entries.reserveCapacity(entryCount)
        var reader = GroupReader(bytes: bytes)
        while !reader.isAtEnd {
            guard entries.count < entryCount, let entry = reader.entry() else {
                throw LedgerError(.corrupted, "a row of state_entries is not one that this software writes")
            }
            entries.append(entry)
        }
        return entries
    }

    /// The entry at one place of a row, without looking at those after it.
    /// - Throws: ``LedgerError`` with code `corrupted` where the row is none or ends before the place.
    static func entry(_ index: Int, in bytes: [UInt8]) throws(LedgerError) -> StoredEntry {
        var reader = GroupReader(bytes: bytes)
        for _ in 0..<index {
            reader.skip()
        }
        guard let entry = reader.entry() else {
            throw LedgerError(.corrupted, "a row of state_entries lacks entry \(index)")
        }
        return entry
    }

    private struct GroupReader {
        let bytes: [UInt8]
        var offset = 0

        var isAtEnd: Bool { offset >= bytes.count }

        mutating func skip() {
            guard offset < bytes.count else { return }
            offset += 1 + (bytes[offset] == recordTag ? recordByteCount : Digest.byteCount)
        }

        mutating func entry() -> StoredEntry? {
            guard offset < bytes.count else { return nil }
            let tag = bytes[offset]
            offset += 1
            switch tag {
            case prunedTag: return digest().map(StoredEntry.pruned)
            case recordTag:
                guard let key = digest(), let value = digest(), let next = digest(), let height = number(),
                    let previous = number(), let valueNumber = number(), height <= UInt64(Int64.max)
                else { return nil }
                let leaf = StateLeaf(key: key, value: value, next: next, height: Height(rawValue: height))
                return .record(
                    StateRecord(leaf: leaf, previous: previous, valueNumber: Int64(bitPattern: valueNumber)))
            default: return nil
            }
        }

        private mutating func digest() -> Digest? {
            guard offset + Digest.byteCount <= bytes.count else { return nil }
            defer { offset += Digest.byteCount }
            return Digest(bytes[offset..<offset + Digest.byteCount])
        }

        private mutating func number() -> UInt64? {
            guard offset + 8 <= bytes.count else { return nil }
            defer { offset += 8 }
            return bytes[offset..<offset + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
    }
}
