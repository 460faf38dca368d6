/// A 32-byte cryptographic digest: SHA-256 under the `p256` suite.
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
        var words: [UInt64] = [0, 0, 0, 0]
        for (offset, byte) in bytes.enumerated() {
            words[offset / 8] = words[offset / 8] << 8 | UInt64(byte)
        }
        self.init(words: (words[0], words[1], words[2], words[3]))
    }

    /// Makes a digest from 64 hexadecimal digits, in either case; `nil` for anything else.
    public init?(hexadecimal: some StringProtocol) {
        guard let bytes = [UInt8](hexadecimal: hexadecimal) else { return nil }
        self.init(bytes)
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            for (index, word) in [first, second, third, fourth].enumerated() {
                for byte in 0..<8 {
                    buffer[index * 8 + byte] = UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * byte))
                }
            }
            count = Self.byteCount
        }
    }

    /// The first 64 bits, for choices that only need to be even: buckets, samples.
    public var prefix: UInt64 { first }
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
