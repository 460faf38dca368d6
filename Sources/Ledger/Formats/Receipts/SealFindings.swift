public import Identity

/// The header that vouches for what a receipt proves, and who has made it final.
public struct SealFindings: Sendable, Hashable {
    public let height: Height
    /// The digest of the header.
    public let block: Digest
    /// The header's timestamp: what the receipt proves was so by then.
    public let time: Timestamp
    public let epoch: Epoch
    /// The validators whose signatures make it final.
    public let signers: [MemberName]
}
