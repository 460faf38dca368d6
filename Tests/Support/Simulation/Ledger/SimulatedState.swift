import Formats
import Identity
import Ledger
import LedgerTestKit

/// The state of a simulated ledger in memory, with a commitment to it.
///
/// In the mass of histories the commitment is a digest over the one before and the changes: it tells two states apart
/// that came about differently, which is all that consensus needs of it, and costs one digest. It is not the
/// authenticated map of the product. Where ``Commitment/reference`` is asked for, the root is that map's, by the
/// reference that the ledger on disk is tested with.
final class SimulatedState: StateReader {
    enum Commitment: String, Sendable { case chain, reference }

    private var entries: [StateAddress: [UInt8]] = [:]
    private var root: Digest
    private var reference: MemoryState?
    private let suite: any CryptoSuite

    init(_ commitment: Commitment, genesis: Genesis) {
        suite = genesis.suite
        root = ExecutionTip(genesis: genesis).executed.stateRoot
        reference = commitment == .reference ? MemoryState(suite: genesis.suite) : nil
    }

    func value(at address: StateAddress) throws(LedgerError) -> [UInt8]? { entries[address] }

    /// Writes a block's changes; what changes nothing is left out.
    func apply(_ changes: [StateChange], at height: Height) -> AppliedChanges {
        let effective = changes.filter { change in
            entries[StateAddress(contract: change.contract, key: StateKey(change.key))] != change.value
        }
        var hasher = suite.makeHasher()
        hasher.update(root.bytes)
        for change in effective {
            entries[StateAddress(contract: change.contract, key: StateKey(change.key))] = change.value
            hasher.update(change.name.digest(suite: suite).bytes)
            hasher.update(change.valueDigest(suite: suite).bytes)
        }
        if let applied = reference?.apply(changes, at: height) {
            root = applied.root
        } else if !effective.isEmpty {
            root = Self.finish(hasher)
        }
        return AppliedChanges(changes: effective, root: root)
    }

    private static func finish(_ hasher: consuming any DigestHasher) -> Digest { hasher.finalize() }
}
