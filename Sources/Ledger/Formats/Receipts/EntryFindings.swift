/// What the receipt of an entry establishes.
public struct EntryFindings: Sendable, Hashable {
    public let name: StateName
    public let value: [UInt8]
    /// The value was written at this height, and the entry has had it ever since, up to the height as of which the
    /// receipt is.
    public let since: Height
}
