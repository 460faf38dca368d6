public import Identity

/// The pseudonym of a holder (持证主体假名): what stands on a ledger in the place of a name or a number.
///
/// It is a keyed digest (HMAC) of the kind and number of the holder under the consortium's pseudonym key of one key
/// epoch. Without the key nobody can try numbers against it; under another epoch's key the same holder has another
/// pseudonym, and only the consortium's private table connects the two. Written `P<epoch>-<64 hexadecimal digits>`; on
/// a ledger it takes ``byteCount`` bytes, the epoch first, its highest byte first.
public struct HolderPseudonym: DomainText {
    /// Four bytes of the epoch, and the digest.
    public static let byteCount = 4 + Digest.byteCount

    /// The number of the key under which it was made (密钥纪元).
    public let epoch: UInt32
    /// The keyed digest of the holder's kind and number.
    public let digest: Digest

    public init(epoch: UInt32, digest: Digest) {
        self.epoch = epoch
        self.digest = digest
    }

    /// The pseudonym of exactly ``byteCount`` bytes; `nil` for any other number.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount, let digest = Digest(Array(bytes.dropFirst(4))) else { return nil }
        self.init(epoch: bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }, digest: digest)
    }

    /// The pseudonym as it stands on a ledger.
    public var bytes: [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: epoch >> UInt32(24 - 8 * $0)) } + digest.bytes
    }

    public static func read(_ text: String, findings: inout [LicenceError]) throws(LicenceError) -> HolderPseudonym {
        let longest = "P4294967295-".utf8.count + 2 * Digest.byteCount
        guard text.utf8.count <= longest, text.utf8.first == UInt8(ascii: "P") else { throw wrongForm(text) }
        let parts = text.dropFirst().split(separator: "-", omittingEmptySubsequences: false)
        // One pseudonym has one spelling: no sign, no leading zeros, no capitals.
        guard parts.count == 2, let epoch = UInt32(parts[0]), String(epoch) == parts[0],
            let bytes = [UInt8](hexadecimal: String(parts[1])), let digest = Digest(bytes),
            bytes.hexadecimal == parts[1]
        else { throw wrongForm(text) }
        return HolderPseudonym(epoch: epoch, digest: digest)
    }

    private static func wrongForm(_ text: String) -> LicenceError {
        LicenceError(
            .wrongStructure, "a holder's pseudonym is written P<key epoch>-<64 hexadecimal digits>",
            expected: "P<key epoch>-<64 hexadecimal digits>"
        )
    }

    public var text: String { "P\(epoch)-\(digest)" }
}
