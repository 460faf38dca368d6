public import Identity
public import Licences

/// What the vault says of one version of a licence without opening it.
public struct VaultEntry: Hashable, Sendable {
    /// That the content was destroyed, when and on what legal basis (销毁依据).
    public struct Destruction: Hashable, Sendable {
        public let time: Timestamp
        public let basis: String
    }

    public let identifier: LicenceIdentifier
    public let storedAt: Timestamp
    /// The digest of the licence's file, as the ledger has it; `nil` without a file, and after destruction.
    public let file: Digest?
    public let fileByteCount: Int?
    /// `nil` while the content is there.
    public let destruction: Destruction?
}
