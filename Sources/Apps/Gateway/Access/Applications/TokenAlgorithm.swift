/// How an identity platform signs its tokens (RFC 7518, RFC 8037), of what this software accepts: never without a
/// signature, and never with a key that both sides hold.
public enum TokenAlgorithm: String, Sendable, Hashable, Codable, CaseIterable {
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// Ed25519.
    case edDSA = "EdDSA"
    /// RSASSA-PKCS1-v1_5 with SHA-256, by keys of 2,048 bits or more.
    case rs256 = "RS256"
}

extension TokenAlgorithm: Comparable {
    /// By the bytes of the words.
    public static func < (left: TokenAlgorithm, right: TokenAlgorithm) -> Bool {
        left.rawValue.utf8.lexicographicallyPrecedes(right.rawValue.utf8)
    }
}
