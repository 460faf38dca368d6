public import Formats
public import Identity

/// An entry of a contract's state.
public struct StateEntry: Hashable, Sendable {
    public let key: StateKey
    public let value: [UInt8]

    public init(key: StateKey, value: [UInt8]) {
        self.key = key
        self.value = value
    }
}

/// Gives committed state in the order of keys, which only queries need.
public protocol StateScanner: StateReader {
    /// The entries of a contract whose keys begin with `prefix` and come after `last`, in the order of their keys.
    /// - Throws: ``LedgerError`` where the state cannot be read.
    func entries(
        of contract: String,
        prefix: StateKey,
        after last: StateKey?,
        limit: Int
    ) throws(LedgerError) -> [StateEntry]
}

/// All that a contract's query sees: its contract's state as the block at one height left it.
public struct ContractSnapshot: ContractReader {
    public let genesis: Genesis
    /// The last executed height: the answer is as of it.
    public let height: Height
    /// The timestamp of the block at that height.
    public let time: Timestamp

    let contract: String
    let state: any StateScanner
    /// Why the state could not be read, where it could not.
    private(set) var failure: LedgerError?

    init(genesis: Genesis, height: Height, time: Timestamp, contract: String, state: any StateScanner) {
        self.genesis = genesis
        self.height = height
        self.time = time
        self.contract = contract
        self.state = state
    }

    public mutating func get(_ key: StateKey) throws(ContractError) -> [UInt8]? {
        try key.check()
        do {
            return try state.value(at: StateAddress(contract: contract, key: key))
        } catch {
            throw failed(error)
        }
    }

    /// A page of the entries whose keys begin with `prefix`, in the order of their keys.
    /// - Parameters:
    ///   - prefix: what the keys begin with, such as `StateKey("licence")`.
    ///   - last: the last key of the page before; `nil` for the first page.
    ///   - limit: most entries; no page has more than ``ExecutionLimits/entriesPerPage``.
    /// - Throws: ``ContractError`` with code `limitExceeded` or `stateUnavailable`.
    public mutating func entries(
        prefix: StateKey,
        after last: StateKey? = nil,
        limit: Int
    ) throws(ContractError) -> [StateEntry] {
        try prefix.check()
        do {
            let limit = max(0, min(limit, ExecutionLimits.entriesPerPage))
            return try state.entries(of: contract, prefix: prefix, after: last, limit: limit)
        } catch {
            throw failed(error)
        }
    }

    private mutating func failed(_ error: LedgerError) -> ContractError {
        failure = failure ?? error
        return ContractError(.stateUnavailable, "the state cannot be read")
    }
}
