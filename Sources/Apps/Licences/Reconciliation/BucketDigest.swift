public import Identity

/// What one side has in a bucket: how many rows, and the sum of their digests.
///
/// A sum, modulo 2^256, does not depend on the order of the rows, and unlike an exclusive or it counts a row that is
/// there twice. It finds what differs by mistake; whoever wants to deceive the comparison is met by receipts, not by
/// it.
public struct BucketDigest: Hashable, Sendable, Codable {
    public private(set) var count = 0
    /// Four words, the lowest first.
    private var sum: [UInt64] = [0, 0, 0, 0]

    public init() {}

    /// Counts a row in.
    public mutating func add(_ row: Digest) {
        count += 1
        let bytes = row.bytes
        var carry: UInt64 = 0
        for word in 0..<4 {
            var value: UInt64 = 0
            for byte in 0..<8 { value |= UInt64(bytes[8 * word + byte]) << UInt64(8 * byte) }
            let (first, overflow) = sum[word].addingReportingOverflow(value)
            let (second, furtherOverflow) = first.addingReportingOverflow(carry)
            sum[word] = second
            carry = (overflow ? 1 : 0) + (furtherOverflow ? 1 : 0)
        }
    }
}
