import Formats
import Identity

/// Executes every block of a ledger again, with the contracts, and compares all results: what ``LedgerVerification``
/// leaves to the quorum, whose headers state the roots, is done anew here.
public struct LedgerReplay: Sendable {
    private let file: LedgerFile
    private let contracts: Contracts

    /// Blocks that are executed together.
    private static let batchCount: UInt64 = 64

    public init(_ file: LedgerFile, contracts: Contracts) {
        self.file = file
        self.contracts = contracts
    }

    /// Executes into a ledger of its own.
    /// - Parameter path: where that is made; no file may be there. The caller removes it.
    /// - Throws: ``LedgerFault`` that names the first row of `blocks` whose results are others; ``LedgerError`` with
    ///   code `pruned` where transactions are not there any more.
    public func run(at path: String, progress: (WorkProgress) throws -> Void = { _ in }) async throws {
        let (head, isWhole) = try file.read { reader in
            (try reader.height(), try reader.firstHeight().rawValue == 1 && reader.pruningHorizon() == .zero)
        }
        guard isWhole else {
            throw LedgerError(.pruned, "this ledger lacks old transactions: only a whole one can be executed again")
        }
        let ledger = try ChannelLedger(path: path, genesis: file.genesis, contracts: contracts)
        var next: UInt64 = 1
        while next <= head.rawValue {
            let heights = next...min(head.rawValue, next + Self.batchCount - 1)
            let stored = try file.read { reader in try heights.map { try Self.block(Height(rawValue: $0), reader) } }
            let executed = try await Self.execute(stored.map(\.block), on: ledger)
            for (block, result) in zip(stored, executed) { try Self.compare(block.record, result) }
            try progress(WorkProgress(done: heights.upperBound, total: head.rawValue))
            next = heights.upperBound + 1
        }
        try ledger.close()
    }

    private static func execute(
        _ blocks: [FinalizedBlock],
        on ledger: ChannelLedger
    ) async throws -> [ExecutedBlock] {
        do {
            return try await ledger.execute(blocks)
        } catch {
            guard error.code == .divergence else { throw error }
            throw LedgerFault(
                table: "blocks", key: "\(blocks.first?.header.height ?? .zero)", column: "header",
                expected: "the results of execution from there on", found: error.message)
        }
    }

    private static func block(
        _ height: Height,
        _ reader: LedgerReader
    ) throws -> (record: LedgerReader.BlockRecord, block: FinalizedBlock) {
        guard let record = try reader.record(at: height) else {
            throw LedgerError(.corrupted, "block \(height) is missing; restore a backup")
        }
        let block = FinalizedBlock(
            header: record.header,
            digest: record.digest,
            transactions: try reader.transactions(at: height).map { bytes in
                try EncodedTransaction(
                    bytes: bytes, limit: Transaction.maximumByteCount, suite: reader.genesis.suite)
            },
            finalization: try reader.finalization(at: height)
        )
        return (record, block)
    }

    private static func compare(_ record: LedgerReader.BlockRecord, _ executed: ExecutedBlock) throws(LedgerFault) {
        let columns = [
            ("outcomes_root", record.outcomesRoot, executed.outcomesRoot),
            ("state_root", record.stateRoot, executed.executed.stateRoot),
            ("journal_root", record.journalRoot, executed.executed.journalRoot),
        ]
        for (column, found, expected) in columns where found != expected {
            throw LedgerFault(
                table: "blocks", key: "\(record.header.height)", column: column, expected: "\(expected)",
                found: "\(found)")
        }
    }
}
