public import Formats
public import Ledger

/// A ledger's state in memory.
public struct MemoryState: StateReader, Sendable {
    public private(set) var entries: [StateAddress: [UInt8]] = [:]

    public init() {}

    public func value(at address: StateAddress) throws(LedgerError) -> [UInt8]? { entries[address] }

    public mutating func apply(_ changes: [StateChange]) {
        for change in changes {
            entries[StateAddress(contract: change.contract, key: StateKey(change.key))] = change.value
        }
    }
}
