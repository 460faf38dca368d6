public import Identity
public import SwiftASN1

/// One entry of the state's log, as it is hashed: a key, its value's digest, and the key that follows it.
///
/// The newest entries of all keys form a ring in ascending order of state keys, which begins and ends at the
/// ``sentinel``. An entry that says "after me comes that one" proves that between the two there is nothing.
public struct StateLeaf: DERSequence, Hashable {
    /// The digest of the entry's ``StateName``; zero for the sentinel.
    public let key: Digest
    /// The digest of the value's bytes; zero where the key was removed.
    public let value: Digest
    /// The next greater state key at the time of writing; zero after the greatest.
    public let next: Digest
    /// The height of the block that wrote the value, or removed it.
    public let height: Height

    /// The first entry of every state: no key, no value, and the ring's beginning and end.
    public static let sentinel = StateLeaf(key: .zero, value: .zero, next: .zero, height: .zero)

    public init(key: Digest, value: Digest, next: Digest, height: Height) {
        self.key = key
        self.value = value
        self.next = next
        self.height = height
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        key = try fields.digest()
        value = try fields.digest()
        next = try fields.digest()
        height = try fields.number()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(key)
        try fields.serialize(value)
        try fields.serialize(next)
        try fields.serialize(height)
    }

    /// Whether the ring has no entry of `other` while this one is the newest of its key.
    public func excludes(_ other: Digest) -> Bool {
        if key == other { return value == .zero }
        return key < other && (next == .zero || other < next)
    }

    /// The digest of the leaf in its twig: `digest(0x00 ‖ DER)`.
    public func digest(suite: any CryptoSuite) -> Digest {
        suite.digest(of: hashedBytes)
    }

    /// `0x00 ‖ DER`, put together by hand: three of four hashes of a busy ledger are over these few bytes, whose shape
    /// is fixed but for the height, and the general serializer takes five times as long. A test compares both.
    var hashedBytes: [UInt8] {
        var number: [UInt8] = []
        var rest = height.rawValue
        repeat {
            number.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        } while rest > 0
        // A DER INTEGER is signed: a number whose first bit is set has a zero before it (X.690, section 8.3).
        if number[number.count - 1] >= 0x80 { number.append(0) }
        let length = 3 * (2 + Digest.byteCount) + 2 + number.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(3 + length)
        bytes += [0x00, 0x30, UInt8(length)]
        for digest in [key, value, next] {
            bytes += [0x04, UInt8(Digest.byteCount)]
            digest.append(to: &bytes)
        }
        bytes += [0x02, UInt8(number.count)]
        bytes += number.reversed()
        return bytes
    }
}
