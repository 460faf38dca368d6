import Formats
import Identity
import SwiftASN1

/// How records lie in the file.
///
/// The file begins with a header: the magic (8 bytes), the channel's identifier (32), a checksum (8). A record is a
/// marker (4 bytes), the payload's length (4), the durable size (8), a checksum (8) and the payload. Numbers are
/// big-endian.
///
/// - The checksum is the first 8 bytes of the suite's digest over the record's place in the file, its length, its
///   durable size and its payload: a record that lies where it was not written is none.
/// - The durable size is how much of the file had been synced when the record was written. It tells a torn tail from
///   damage: after a crash, any part of what was never synced may be missing, but a record that says "everything below
///   here was durable" condemns whatever is broken below.
struct LogLayout: Sendable {
    static let magic = [UInt8]("ZLWAL\u{0}\u{0}\u{2}".utf8)
    static let headerByteCount = 48
    static let recordHeaderByteCount = 24
    /// The largest proposal, and its tags.
    static let maximumPayloadByteCount = Proposal.maximumBlockByteCount + 4 * 1024
    private static let marker = [UInt8]("ZREC".utf8)
    private static let checksumByteCount = 8

    let channel: ChannelIdentifier
    let suite: any CryptoSuite

    /// What a file holds.
    struct Content {
        var records: [ConsensusRecord] = []
        /// Where the last whole record ends: what follows was never durable.
        var end = LogLayout.headerByteCount
    }

    var header: [UInt8] {
        let start = Self.magic + channel.digest.bytes
        return start + checksum(start)
    }

    /// The bytes of a record at `offset`, written when `durable` bytes of the file were synced.
    func encode(_ record: ConsensusRecord, at offset: Int, durable: Int) -> [UInt8] {
        let payload = DER.bytes(of: record)
        let prefix = Self.bigEndian(payload.count, count: 4) + Self.bigEndian(durable, count: 8)
        return Self.marker + prefix + checksum(Self.bigEndian(offset, count: 8), prefix, payload) + payload
    }

    /// Reads a file.
    /// - Throws: ``WriteAheadLogError`` with code `wrongFile` or `corrupted`.
    func decode(_ bytes: [UInt8], path: String) throws(WriteAheadLogError) -> Content {
        guard bytes.count >= Self.headerByteCount, Array(bytes.prefix(Self.headerByteCount)) == header else {
            throw WriteAheadLogError(
                .wrongFile,
                "\(path) is not the log of channel \(channel.digest.shortDescription): check the data directory"
            )
        }
        var content = Content()
        while let found = record(in: bytes, at: content.end) {
            do {
                content.records.append(try ConsensusRecord(derEncoded: bytes[found.payload]))
            } catch {
                throw WriteAheadLogError(
                    .wrongFile,
                    "the record at byte \(content.end) of \(path) is whole but unknown: use the software that wrote it",
                    cause: "\(error)"
                )
            }
            content.end = found.payload.upperBound
        }
        try refuseDamage(in: bytes, after: content.end, path: path)
        return content
    }

    /// Whatever cannot be read at `offset` has to be a torn tail: no later record may vouch for it.
    private func refuseDamage(in bytes: [UInt8], after offset: Int, path: String) throws(WriteAheadLogError) {
        var candidate = offset
        while candidate + Self.recordHeaderByteCount <= bytes.count {
            if bytes[candidate] == Self.marker[0], let found = record(in: bytes, at: candidate), found.durable > offset
            {
                throw WriteAheadLogError(
                    .corrupted,
                    """
                    the record at byte \(offset) of \(path) is damaged, and later ones are whole: the disk has lost \
                    what was durable. Do not vote with this log: replace the disk, move the log away, and let the \
                    validator recover
                    """
                )
            }
            candidate += 1
        }
    }

    private struct FoundRecord {
        let durable: Int
        let payload: Range<Int>
    }

    private func record(in bytes: [UInt8], at offset: Int) -> FoundRecord? {
        let start = offset + Self.recordHeaderByteCount
        guard start <= bytes.count, bytes[offset..<offset + 4].elementsEqual(Self.marker) else { return nil }
        let prefix = Array(bytes[offset + 4..<offset + 16])
        let count = Self.number(prefix[0..<4])
        let durable = Self.number(prefix[4..<12])
        guard count <= Self.maximumPayloadByteCount, count <= bytes.count - start else { return nil }
        let payload = start..<start + count
        let expected = checksum(Self.bigEndian(offset, count: 8), prefix, bytes[payload])
        guard bytes[offset + 16..<start].elementsEqual(expected) else { return nil }
        return FoundRecord(durable: durable, payload: payload)
    }

    private func checksum(_ parts: any Sequence<UInt8>...) -> [UInt8] {
        var hasher = suite.makeHasher()
        for part in parts {
            hasher.update(part)
        }
        return Self.finish(hasher)
    }

    private static func finish(_ hasher: consuming any DigestHasher) -> [UInt8] {
        Array(hasher.finalize().bytes.prefix(checksumByteCount))
    }

    private static func bigEndian(_ number: Int, count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * (count - 1 - $0))) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 << 8 | Int($1) }
    }
}
