public import Formats
public import Identity

/// The validator's memory of what it has said: an append-only file with one `fdatasync` for each group of records.
///
/// - A tail that a crash has torn is recognised and cut when the log is opened: it was never durable, so nobody has
///   heard it. What was durable and is damaged is an error; the log never forgets in silence.
/// - When the file is large, the records that still matter move to a new one, which takes the old one's name when it is
///   durable.
/// - One process at a time: the log is locked as long as the value lives.
///
/// Not seen: damage to the very last group of records, if nothing was written after it. It looks like a torn tail.
public struct WriteAheadLog: ~Copyable, Sendable {
    /// When the file is larger, ``rotateIfNeeded(committed:of:)`` rewrites it: some thirty of the largest blocks by
    /// default.
    public static let defaultRotationSize = 64 << 20

    private var storage: any LogStorage
    private let layout: LogLayout
    private let rotationSize: Int
    private var records: [ConsensusRecord]
    /// Where the next record goes.
    private var end: Int
    /// How much of the file is durable.
    private var durableEnd: Int
    /// The size after the last rotation: what lives is not rewritten again before the file has grown by as much.
    private var liveSize = 0
    private var hasFailed = false

    /// Opens the log in `path`, a directory of its own, or makes a new one there.
    /// - Parameter rotationSize: in bytes.
    /// - Throws: ``WriteAheadLogError`` with code `locked`, `corrupted`, `wrongFile`, `outOfSpace` or `inputOutput`.
    public init(
        directory path: String,
        channel: ChannelIdentifier,
        suite: any CryptoSuite,
        rotationSize: Int = Self.defaultRotationSize
    ) throws(WriteAheadLogError) {
        try self.init(
            storage: LogDirectory(path: path), channel: channel, suite: suite, rotationSize: rotationSize)
    }

    /// Opens the log that a storage holds, or makes a new one there.
    /// - Throws: ``WriteAheadLogError`` with code `corrupted`, `wrongFile`, `outOfSpace` or `inputOutput`.
    package init(
        storage: any LogStorage,
        channel: ChannelIdentifier,
        suite: any CryptoSuite,
        rotationSize: Int = Self.defaultRotationSize
    ) throws(WriteAheadLogError) {
        let layout = LogLayout(channel: channel, suite: suite)
        var bytes = try storage.readAll()
        // A crash may have cut the making of the file short: then it holds a part of the header and nothing else.
        if bytes.count < LogLayout.headerByteCount, layout.header.starts(with: bytes) || bytes.allSatisfy({ $0 == 0 }) {
            try storage.write(layout.header, at: 0)
            bytes = layout.header
        }
        let content = try layout.decode(bytes, path: storage.path)
        if content.end < bytes.count {
            try storage.truncate(to: content.end)
        }
        // What was read may be in the system's memory only: it counts from now on, so it has to be durable now.
        try storage.synchronize()
        try storage.synchronizeName()
        self.storage = storage
        self.layout = layout
        self.rotationSize = rotationSize
        records = content.records
        end = content.end
        durableEnd = content.end
    }

    /// Whether nothing was ever written to the log, not even a clearance.
    public var isEmpty: Bool { end == LogLayout.headerByteCount }

    /// The size of the file in bytes.
    public var byteCount: Int { end }

    /// The records that were there when the log was opened, oldest first. A second call gives none.
    public mutating func takeRecords() -> [ConsensusRecord] {
        defer { records = [] }
        return records
    }

    /// Appends records, all or none. They are durable after the next ``sync()``.
    /// - Throws: ``WriteAheadLogError`` with code `outOfSpace` (nothing was appended; try again later), `inputOutput`
    ///   or `failed`.
    public mutating func append(_ records: [ConsensusRecord]) throws(WriteAheadLogError) {
        try refuseIfFailed()
        var bytes: [UInt8] = []
        for record in records {
            bytes += layout.encode(record, at: end + bytes.count, durable: durableEnd)
        }
        do {
            try storage.write(bytes, at: end)
        } catch {
            do {
                try storage.truncate(to: end)
            } catch {
                hasFailed = true
            }
            throw error
        }
        end += bytes.count
    }

    /// Makes everything appended durable.
    /// - Throws: ``WriteAheadLogError`` with code `outOfSpace`, `inputOutput` or `failed`. After any of them the log is
    ///   to be opened anew: the system may have dropped what it could not write, and would not say so again.
    public mutating func sync() throws(WriteAheadLogError) {
        try refuseIfFailed()
        guard durableEnd < end else { return }
        do {
            try storage.synchronize()
        } catch {
            hasFailed = true
            throw error
        }
        durableEnd = end
    }

    /// Rewrites the file without what is of no use any more, if it is larger than the rotation size.
    /// - Parameters:
    ///   - view: of the finalization of the last block that the ledger has committed. Records of that view and below
    ///     go, and those of earlier epochs, but for the finalization and the newest clearance.
    ///   - epoch: the finalization's.
    /// - Returns: whether the file was rewritten.
    /// - Throws: ``WriteAheadLogError``. The old file is still in use then, unless the code is `failed`.
    public mutating func rotateIfNeeded(committed view: View, of epoch: Epoch) throws(WriteAheadLogError) -> Bool {
        try refuseIfFailed()
        guard end > max(rotationSize, 2 * liveSize) else { return false }
        try sync()
        let records = try layout.decode(storage.readAll(), path: storage.path).records
        let kept = Self.live(records, committed: view, of: epoch)
        var bytes = layout.header
        for record in kept {
            // The file is found by its name only when all of it is durable: so each record may vouch for those before
            // it.
            bytes += layout.encode(record, at: bytes.count, durable: bytes.count)
        }
        try storage.prepareReplacement(bytes)
        do {
            try storage.replace()
        } catch {
            // Which of the two files a restart will find is not known.
            hasFailed = true
            throw error
        }
        end = bytes.count
        durableEnd = bytes.count
        liveSize = bytes.count
        return true
    }

    private func refuseIfFailed() throws(WriteAheadLogError) {
        guard !hasFailed else {
            throw WriteAheadLogError(
                .failed, "an earlier write to \(storage.path) failed: restart the node, which opens the log anew")
        }
    }

    /// The records that a restart still needs, in their order.
    static func live(_ records: [ConsensusRecord], committed view: View, of epoch: Epoch) -> [ConsensusRecord] {
        let clearance = records.last(where: \.isClearance)
        let finalization = records.filter { record in
            guard case .certificate(let certificate) = record else { return false }
            return certificate.statement.kind == .finalize && (record.epoch, record.view) <= (epoch, view)
        }.max { ($0.epoch, $0.view) < ($1.epoch, $1.view) }
        let rest = records.filter { !$0.isClearance && ($0.epoch, $0.view) > (epoch, view) }
        return [clearance, finalization].compactMap(\.self) + rest
    }
}
