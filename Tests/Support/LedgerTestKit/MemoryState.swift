public import Formats
import FormatsTestKit
public import Identity
public import Ledger

/// A ledger's state in memory, with its root by the book: the reference that a ledger on disk is compared with.
public struct MemoryState: StateReader, Sendable {
    public private(set) var entries: [StateAddress: [UInt8]] = [:]

    private let suite: any CryptoSuite
    private var reference: ReferenceState

    public init(suite: any CryptoSuite) {
        self.suite = suite
        reference = ReferenceState(suite: suite)
    }

    public func value(at address: StateAddress) throws(LedgerError) -> [UInt8]? { entries[address] }

    /// The proof of what the state says of a name.
    public func proof(of name: StateName) -> StateProof { reference.proof(of: name) }

    /// Writes a block's changes.
    public mutating func apply(_ changes: [StateChange], at height: Height) -> AppliedChanges {
        let effective = changes.filter { change in
            entries[StateAddress(contract: change.contract, key: StateKey(change.key))] != change.value
        }
        for change in effective {
            entries[StateAddress(contract: change.contract, key: StateKey(change.key))] = change.value
        }
        reference.apply(effective.map { ($0.name, $0.value) }, at: height)
        return AppliedChanges(changes: effective, root: reference.root)
    }
}
