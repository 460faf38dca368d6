public import Formats
import Identity
import Synchronization

/// The ledger of one channel: what is final, executed and on disk, and every question about it.
///
/// Blocks come in by ``execute(_:)``, one caller after the other; reads run beside it on the last committed block.
public final class ChannelLedger: Sendable {
    public let genesis: Genesis
    public let contracts: Contracts

    let store: LedgerStore
    private let progress: Mutex<ExecutionProgress>
    let submitters: Mutex<SubmitterDirectory>

    /// Opens a channel's ledger, or begins it.
    /// - Parameters:
    ///   - path: the database file; `-wal` and `-shm` beside it belong to it.
    ///   - genesis: the consortium's.
    ///   - contracts: the contracts, the same on every node.
    ///   - options: how much of the machine it may take.
    /// - Throws: ``LedgerError`` with code `notALedger`, `newerSchema`, `otherConsortium`, `corrupted`, `cannotOpen`,
    ///   `busy` or `outOfSpace`.
    public init(
        path: String,
        genesis: Genesis,
        contracts: Contracts,
        options: StorageOptions = StorageOptions()
    ) throws(LedgerError) {
        let store = try LedgerStore(path: path, genesis: genesis, options: options)
        let executor = BlockExecutor(genesis: genesis, contracts: contracts)
        let progress = try store.readHere { reader in
            try ExecutionProgress(reader: reader, executor: executor)
        }
        self.genesis = genesis
        self.contracts = contracts
        self.store = store
        self.progress = Mutex(progress)
        self.submitters = Mutex(SubmitterDirectory(genesis: genesis))
    }

    /// Closes the database. Nothing can be asked after it.
    /// - Throws: ``LedgerError``.
    public func close() throws(LedgerError) { try store.close() }

    /// The last executed block and its results.
    public var head: LedgerHead { progress.withLock { $0.head } }

    /// What this program lacks of what has been decided about contracts, the lowest height first.
    public var missingContracts: [MissingContractVersion] {
        let (versions, height) = progress.withLock { ($0.contractVersions, $0.head.height) }
        return contracts.missing(from: versions, after: height).sorted { $0.height < $1.height }
    }

    /// Checks that this program can execute the next block.
    /// - Throws: ``LedgerError`` with code `contractVersionMissing`.
    public func checkContracts() throws(LedgerError) {
        let next = head.height.next
        if let missing = missingContracts.first(where: { $0.height <= next }) { throw LedgerError(missing) }
    }

    /// Executes finalised blocks and commits them, all of them in one transaction: a crash at any instant leaves all or
    /// none.
    /// - Parameter blocks: the next blocks in order; several where the node catches up.
    /// - Returns: what executing each has come to.
    /// - Throws: ``LedgerError``; then none of the blocks is on the ledger. After `divergence`, `duplicateTransaction`,
    ///   `contractVersionMissing`, `outOfSpace`, `corrupted` or `inputOutput` the node has to stop.
    @discardableResult
    public func execute(_ blocks: [FinalizedBlock]) async throws(LedgerError) -> [ExecutedBlock] {
        let result = try await store.write { [self] reader, writer in
            // Writers come one after the other, so nobody else moves the progress between here and `committed`.
            var next = progress.withLock { $0 }
            var seen = DuplicateCheck()
            let executed = try blocks.map { block in
                let reader = try reader.current()
                let (executed, update) = try next.execute(block, reader: reader)
                try seen.check(block, reader: reader)
                try writer.write(block, executed, update)
                try writer.write(update, to: store.state)
                return executed
            }
            if !next.unprovedEpochs.isEmpty {
                try Self.proveEpochs(of: &next, reader: reader.current(), writer: writer)
            }
            return (next, executed)
        } committed: { [self] next, executed in
            for block in executed {
                store.window.insert(block.outcomes.map(\.transaction), at: block.height)
            }
            progress.withLock { $0 = next }
            submitters.withLock { $0.update(after: executed) }
        }
        return result.1
    }

    /// This node's results at a height, `nil` above the last executed one.
    /// - Throws: ``LedgerError``.
    public func results(at height: Height) async throws(LedgerError) -> ExecutedState? {
        if let recent = progress.withLock({ $0.recentResults(at: height) }) { return recent }
        return try await store.read { try $0.results(at: height) }
    }

    /// Stores what proves the validators of announced epochs, as soon as a final header states them: later the state
    /// that the proof is of may be pruned.
    private static func proveEpochs(
        of progress: inout ExecutionProgress,
        reader: LedgerReader,
        writer: LedgerWriter
    ) throws {
        for epoch in progress.unprovedEpochs {
            guard let change = try reader.makeEpochChange(to: epoch) else { return }
            try writer.write(change)
            progress.proved(epoch)
        }
    }
}
