/// A 32-byte cryptographic digest: SHA-256 under the suite `p256`, SM3 under `sm`.
///
/// Digests order as the unsigned big-endian numbers that their bytes spell.
public struct Digest: Hashable, Sendable {
    /// Number of bytes in every digest.
    public static let byteCount = 32

    /// The digest whose bytes are all zero. It names nothing; it stands where a structure needs a first link.
    public static let zero = Digest(words: (0, 0, 0, 0))

    // Four words instead of an array: no allocation, no reference count, and hashing of map keys stays cheap.
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    private init(words: (UInt64, UInt64, UInt64, UInt64)) {
        (first, second, third, fourth) = words
    }

    /// Makes a digest from exactly 32 bytes; `nil` for any other number.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        let inPlace = bytes.withContiguousStorageIfAvailable { Digest(unsafeBytes: UnsafeRawBufferPointer($0)) }
        self = inPlace ?? Array(bytes).withUnsafeBytes { Digest(unsafeBytes: $0) }
    }

    /// Makes a digest from the 32 bytes of `buffer`.
    /// - Precondition: the buffer has exactly 32 bytes.
    init(unsafeBytes buffer: UnsafeRawBufferPointer) {
        precondition(buffer.count == Self.byteCount, "a digest has 32 bytes, not \(buffer.count)")
        func word(_ index: Int) -> UInt64 {
            UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        }
        self.init(words: (word(0), word(1), word(2), word(3)))
    }

    /// Makes a digest from 64 hexadecimal digits, in either case; `nil` for anything else.
    public init?(hexadecimal: some StringProtocol) {
        guard let bytes = [UInt8](hexadecimal: hexadecimal) else { return nil }
        self.init(bytes)
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            store(in: UnsafeMutableRawBufferPointer(buffer))
            count = Self.byteCount
        }
    }

    /// Writes the 32 bytes to the beginning of `buffer`.
    /// - Precondition: the buffer has room for them.
    func store(in buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count >= Self.byteCount, "there is room for \(buffer.count) bytes, not for 32")
        buffer.storeBytes(of: first.bigEndian, as: UInt64.self)
        buffer.storeBytes(of: second.bigEndian, toByteOffset: 8, as: UInt64.self)
        buffer.storeBytes(of: third.bigEndian, toByteOffset: 16, as: UInt64.self)
        buffer.storeBytes(of: fourth.bigEndian, toByteOffset: 24, as: UInt64.self)
    }

    /// Adds the 32 bytes to the end of `bytes`.
    public func append(to bytes: inout [UInt8]) {
        let words = (first.bigEndian, second.bigEndian, third.bigEndian, fourth.bigEndian)
        withUnsafeBytes(of: words) { bytes.append(contentsOf: $0) }
    }

    /// The first 64 bits, for choices that only need to be even: buckets, samples.
    public var prefix: UInt64 { first }
}

extension Digest {
    /// Hands out `prefix`, the bytes of `left` and those of `right` in one place on the stack.
    static func withBytes<Result>(
        prefix: UInt8,
        _ left: Digest,
        _ right: Digest,
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        withUnsafeTemporaryAllocation(byteCount: 1 + 2 * byteCount, alignment: 8) { buffer in
            buffer[0] = prefix
            left.store(in: UnsafeMutableRawBufferPointer(rebasing: buffer[1...]))
            right.store(in: UnsafeMutableRawBufferPointer(rebasing: buffer[(1 + byteCount)...]))
            return body(UnsafeRawBufferPointer(buffer))
        }
    }
}

extension Digest: Comparable {
    public static func < (left: Digest, right: Digest) -> Bool {
        if left.first != right.first { return left.first < right.first }
        if left.second != right.second { return left.second < right.second }
        if left.third != right.third { return left.third < right.third }
        return left.fourth < right.fourth
    }
}

extension Digest: CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public var description: String { bytes.hexadecimal }

    /// The first eight hexadecimal digits, for logs and screens.
    public var shortDescription: String { String(description.prefix(8)) }
}

extension Digest: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let digest = Digest(hexadecimal: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "a digest is 64 hexadecimal digits")
        }
        self = digest
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
