public import Formats
public import Identity

/// All that a contract's query sees: its contract's state as the block at one height left it.
public struct ContractSnapshot: ContractReader {
    public let genesis: Genesis
    /// The last executed height: the answer is as of it.
    public let height: Height
    /// The timestamp of the block at that height.
    public let time: Timestamp

    let contract: String
    let state: any StateReader
    /// Why the state could not be read, where it could not.
    private(set) var failure: LedgerError?

    init(genesis: Genesis, height: Height, time: Timestamp, contract: String, state: any StateReader) {
        self.genesis = genesis
        self.height = height
        self.time = time
        self.contract = contract
        self.state = state
    }

    public mutating func get(_ key: StateKey) throws(ContractError) -> [UInt8]? {
        try get(key, of: contract)
    }

    public mutating func get(_ key: StateKey, of contract: String) throws(ContractError) -> [UInt8]? {
        try key.check()
        do {
            return try state.value(at: StateAddress(contract: contract, key: key))
        } catch {
            throw failed(error)
        }
    }

    private mutating func failed(_ error: LedgerError) -> ContractError {
        failure = failure ?? error
        return ContractError(.stateUnavailable, "the state cannot be read")
    }
}
