internal import Identity

/// 16 random bytes that hide one field of one licence behind its digest.
///
/// Whoever has the salt can show the field and prove it; when it is destroyed, the digest on the ledger says nothing
/// any more.
public struct LicenceSalt: Hashable, Sendable {
    /// 128 bits: not to be found by trying.
    public static let byteCount = 16

    public let bytes: [UInt8]

    /// A fresh salt. Outside of tests, `generator` is the system's, which is cryptographically secure.
    public init(using generator: inout some RandomNumberGenerator) {
        // Two words instead of sixteen draws: the system's generator is asked once for each.
        let words = (generator.next() as UInt64, generator.next() as UInt64)
        bytes = [words.0, words.1].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
    }

    /// The salt of exactly 16 bytes; `nil` for any other number.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }
}

extension LicenceSalt: CustomStringConvertible {
    /// Nothing of the salt: it is a secret of the issuer and the holder.
    public var description: String { "salt" }
}
