public import Formats

/// Puts licences together into batches: as many as asked for, and never more than one transaction holds.
public struct LicenceImportPlan: Sendable {
    /// Most licences of one batch: what one question to the ledger can name.
    public static let maximumBatchCount = LicencesByIdentifiers.maximumCount

    /// A transaction around its calls takes less: version, channel, submitter, key, height, signature, lengths.
    private static let transactionOverhead = 512

    private let batchCount: Int
    private let batchByteCount: Int
    private var licences: [PreparedLicence] = []
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
        // An issue may become a new version, which names one identifier more.
        let newVersion = SupersedeLicence(supersedes: licence.identifier, by: licence.particulars)
        let calls = [LicenceCall.supersede(newVersion), .record(licence.evidence)]
        let size = calls.reduce(0) { $0 + $1.call.derBytes.count }
        var full: LicenceBatch?
        if licences.count == batchCount || byteCount + size > batchByteCount { full = finish() }
        licences.append(licence)
        byteCount += size
        return full
    }

    /// The batch of what is left; `nil` where nothing is.
    public mutating func finish() -> LicenceBatch? {
        guard !licences.isEmpty else { return nil }
        defer {
            licences = []
            byteCount = 0
        }
        return LicenceBatch(licences)
    }
}
