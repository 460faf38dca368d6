public import Identity

/// How the state's log is cut: 256 consecutive entries make a twig, which is hashed together with one bit for each that
/// says whether the entry is the newest of its key. What is written stays; only bits change.
public enum StateTwig {
    /// Entries in a complete twig.
    public static let entryCount = 256
    /// Bytes of a twig's activity: one bit for each entry.
    public static let activityByteCount = entryCount / 8

    /// `digest(0x02 ‖ entries root ‖ activity)`.
    /// - Parameters:
    ///   - entriesRoot: the Merkle root over the twig's entries (RFC 9162, section 2.1.1).
    ///   - activity: bit i, counted from the first byte's highest, is 1 where entry i is active.
    public static func digest(entriesRoot: Digest, activity: Digest, suite: any CryptoSuite) -> Digest {
        suite.digest(prefix: 0x02, entriesRoot, activity)
    }

    /// Whether the bit of an entry is 1.
    /// - Parameter index: the entry's place in its twig, from 0 to 255.
    public static func isActive(_ index: Int, in activity: Digest) -> Bool {
        activity.bytes[index / 8] & (0x80 >> UInt8(index % 8)) != 0
    }
}
