public import Formats
import Foundation
import GRDB
import Identity

/// What an export is of.
public enum LedgerExportContent: String, Sendable, CaseIterable {
    /// Blocks with their transactions (`Block`).
    case blocks
    /// Transactions in their order (`Transaction`).
    case transactions
    /// What became of each (`Outcome`).
    case outcomes
    /// What each block changed in the state (`StateChange`).
    case changes
    /// The state as it is: the current value of every key (`StateChange`).
    case state
}

/// How an export is written.
public enum LedgerExportFormat: String, Sendable, CaseIterable {
    /// DER of one structure after the other; each says itself where it ends.
    case der
    /// One JSON object on each line, with the height that it is of.
    case json
}

/// Writes what a ledger holds to whoever wants to read it without this software, a few blocks at a time.
public struct LedgerExport: Sendable {
    private let file: LedgerFile
    private let content: LedgerExportContent
    private let format: LedgerExportFormat

    /// Blocks of one access to the database: what holds a transaction of it open, and the memory that it takes.
    private static let blocksPerAccess: UInt64 = 16
    /// Groups of entries between two words about how far the export is.
    private static let groupsPerReport: UInt64 = 256

    public init(_ file: LedgerFile, content: LedgerExportContent, format: LedgerExportFormat) {
        self.file = file
        self.content = content
        self.format = format
    }

    /// How far an export came: to go on, begin at the next height.
    public struct Summary: Sendable, Codable {
        public let first: Height
        public let last: Height
        public let count: Int
    }

    /// Writes everything from one height to another.
    /// - Parameters:
    ///   - first: the first height; for ``LedgerExportContent/state`` it has no meaning.
    ///   - last: the last height; `nil` for that of the last block.
    ///   - write: is given what belongs together, in order.
    /// - Throws: ``LedgerError`` with code `pruned` where something asked for is pruned; what `write` throws.
    public func run(
        from first: Height = Height(rawValue: 1),
        to last: Height? = nil,
        progress: (WorkProgress) throws -> Void = { _ in },
        write: ([UInt8]) throws -> Void
    ) throws -> Summary {
        let head = try file.head().height
        guard content != .state else { return try exportState(at: head, progress: progress, write: write) }
        let end = min(last ?? head, head)
        var count = 0
        var height = max(first, Height(rawValue: 1))
        while height <= end {
            let upper = min(end, height.advanced(by: Self.blocksPerAccess - 1))
            let from = height
            let items = try file.read { reader in
                try (from.rawValue...upper.rawValue).flatMap { try encoded(at: Height(rawValue: $0), reader) }
            }
            for item in items { try write(item) }
            count += items.count
            try progress(WorkProgress(done: upper.rawValue, total: end.rawValue))
            height = upper.next
        }
        return Summary(first: first, last: end, count: count)
    }

    private func encoded(at height: Height, _ reader: LedgerReader) throws -> [[UInt8]] {
        switch content {
        case .blocks:
            guard let block = try reader.block(at: height) else { throw Self.missing(height) }
            return [try encode(block, block.jsonView, at: height)]
        case .transactions:
            guard let block = try reader.block(at: height) else { throw Self.missing(height) }
            return try block.transactions.map { try encode($0, $0.jsonView(suite: file.genesis.suite), at: height) }
        case .outcomes:
            return try reader.outcomes(at: height).map { bytes in
                let outcome = try Outcome(derBytes: bytes, limit: Outcome.maximumByteCount)
                return try encode(outcome, outcome.jsonView, at: height)
            }
        case .changes:
            return try reader.changes(at: height).map { try encode($0, $0.jsonView, at: height) }
        case .state: return []
        }
    }

    /// The entries that are active, in the order of the log.
    private func exportState(
        at head: Height,
        progress: (WorkProgress) throws -> Void,
        write: ([UInt8]) throws -> Void
    ) throws -> Summary {
        // One access for the whole: between two, what is current may have changed.
        try file.read { reader in
            let tree = try reader.loadTree(size: reader.stateSize)
            let height = try reader.height()
            let groupCount = StateChunk.groupCount(of: tree.commitment)
            var count = 0
            for group in 0..<groupCount {
                let first = group * UInt64(StateGroup.entryCount)
                let positions = first..<min(first + UInt64(StateGroup.entryCount), tree.size)
                guard positions.contains(where: { tree.isActive($0) }) else { continue }
                for (position, entry) in zip(positions, try reader.storedEntries(ofGroup: Int64(group))) {
                    guard tree.isActive(position), case .record(let record) = entry, record.leaf.value != .zero else {
                        continue
                    }
                    let change = try reader.change(number: record.valueNumber)
                    try write(try encode(change, change.jsonView, at: record.leaf.height))
                    count += 1
                }
                if group % Self.groupsPerReport == 0 {
                    try progress(WorkProgress(done: group, total: groupCount))
                }
            }
            return Summary(first: height, last: height, count: count)
        }
    }

    private func encode(_ structure: some DERSequence, _ view: JSONView, at height: Height) throws -> [UInt8] {
        switch format {
        case .der: return structure.derBytes
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let line = ExportedLine(height: height.rawValue, content: view)
            return [UInt8](try encoder.encode(line)) + [UInt8(ascii: "\n")]
        }
    }

    private struct ExportedLine: Encodable {
        let height: UInt64
        let content: JSONView
    }

    private static func missing(_ height: Height) -> LedgerError {
        LedgerError(.pruned, "block \(height) is not on this ledger, which began with a snapshot above it")
    }
}
