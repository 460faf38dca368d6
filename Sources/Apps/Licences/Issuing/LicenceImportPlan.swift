public import Formats

/// Puts licences together into batches: as many as asked for, and never more than one transaction holds.
public struct LicenceImportPlan: Sendable {
    /// Most licences of one batch: what one question to the ledger can name.
    public static let maximumBatchCount = LicencesByIdentifiers.maximumCount

    /// A transaction around its calls takes less: version, channel, submitter, key, height, signature, lengths.
    private static let transactionOverhead = 512

    private let batchCount: Int
    private let batchByteCount: Int
    /// Bytes besides the identifier by which the calls of an issue grow where it becomes a new version: tag and length
    /// of the identifier (2), a longer method's name (4), at most two octets more for each of three lengths around.
    private static let newVersionOverhead = 12

    private var pending: [LicenceBatch.Pending] = []
    private var byteCount = 0

    /// - Parameters:
    ///   - batchCount: licences per transaction, held between 1 and ``maximumBatchCount``.
    ///   - limits: the channel's.
    public init(batchCount: Int, limits: ChannelLimits) {
        self.batchCount = min(max(1, batchCount), Self.maximumBatchCount)
        batchByteCount = limits.maximumTransactionBytes - Self.transactionOverhead
    }

    /// Adds a licence.
    /// - Returns: the batch that it found no room in.
    public mutating func add(_ licence: PreparedLicence) -> LicenceBatch? {
        let entry = LicenceBatch.Pending.issue(licence)
        // An issue may become a new version, which names one identifier more.
        let size =
            entry.calls.reduce(0) { $0 + $1.derBytes.count } + licence.identifier.text.utf8.count
            + Self.newVersionOverhead
        var full: LicenceBatch?
        if pending.count == batchCount || byteCount + size > batchByteCount { full = finish() }
        pending.append(entry)
        byteCount += size
        return full
    }

    /// The batch of what is left; `nil` where nothing is.
    public mutating func finish() -> LicenceBatch? {
        guard !pending.isEmpty else { return nil }
        defer {
            pending = []
            byteCount = 0
        }
        return LicenceBatch(pending)
    }
}
