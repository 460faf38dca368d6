import Formats

/// What one transaction may do to the state. The same on every node, for what exceeds them becomes a rejected outcome:
/// a change here is a change of the protocol.
public enum ExecutionLimits {
    /// Longest key of an entry. The keys of a contract are identifiers, not content.
    public static let keyBytes = StateName.maximumKeyByteCount
    /// Longest value of an entry: 64 KiB, as large as a transaction may be by default.
    public static let valueBytes = EntrySubject.maximumValueByteCount
    /// Most writes of one transaction: 1,000 calls with ten each.
    public static let writesPerTransaction = 10_000
    /// Most bytes of keys and values that one transaction writes. Bounds the memory of a block with the next limit.
    public static let writtenBytesPerTransaction = 4 << 20
    /// Most bytes of keys and values that one block leaves changed; what does not fit is rejected.
    public static let writtenBytesPerBlock = 64 << 20
    /// Most events of one transaction, as an `Outcome` may hold.
    public static let eventsPerTransaction = 1_000
    /// Most bytes of events and return values of one transaction: an outcome stays well below its 4 MiB.
    public static let outcomeBytesPerTransaction = 1 << 20
    /// Most entries that one page of a query holds.
    public static let entriesPerPage = 1_000
    /// Longest arguments of a query.
    public static let queryArgumentBytes = 64 * 1024
}
