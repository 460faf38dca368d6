import Formats

/// The state as one transaction of a block sees and changes it: its own writes over those of the block so far, over the
/// state before the block.
///
/// One value serves a whole block, so that no layer is ever copied: `commit` moves a transaction's writes down,
/// `discard` drops them.
struct TransactionState {
    private let base: any StateReader
    /// The block's changes so far; an inner `nil` is a removal.
    private(set) var blockWrites: [StateAddress: [UInt8]?] = [:]
    private var blockBytes = 0
    private var writes: [StateAddress: [UInt8]?] = [:]
    private var writeCount = 0
    private var writtenBytes = 0
    private(set) var events: [LedgerEvent] = []
    private var outcomeBytes = 0
    /// Why the state could not be read, where it could not. Not an outcome: the block stops.
    private(set) var failure: LedgerError?

    init(base: any StateReader) { self.base = base }

    /// Moves everything into the value that is returned, so that its collections have one owner and are changed in
    /// place.
    mutating func takeOver() -> TransactionState {
        var taken = TransactionState(base: base)
        swap(&taken, &self)
        return taken
    }

    /// Moves everything back from `other`.
    mutating func giveBack(_ other: inout TransactionState) {
        swap(&self, &other)
    }

    mutating func value(at address: StateAddress) throws(ContractError) -> [UInt8]? {
        if let written = writes[address] { return written }
        if let written = blockWrites[address] { return written }
        do {
            return try base.value(at: address)
        } catch {
            failure = failure ?? error
            throw ContractError(.stateUnavailable, "the state cannot be read")
        }
    }

    mutating func write(_ value: [UInt8]?, at address: StateAddress) throws(ContractError) {
        writeCount += 1
        writtenBytes += Self.size(of: value, at: address)
        guard writeCount <= ExecutionLimits.writesPerTransaction,
            writtenBytes <= ExecutionLimits.writtenBytesPerTransaction,
            blockBytes + writtenBytes <= ExecutionLimits.writtenBytesPerBlock
        else {
            throw ContractError(.limitExceeded, "the transaction writes more than a transaction or its block may")
        }
        writes[address] = .some(value)
    }

    mutating func emit(_ event: LedgerEvent) throws(ContractError) {
        guard (1...Call.maximumNameByteCount).contains(event.name.utf8.count),
            events.count < ExecutionLimits.eventsPerTransaction
        else {
            throw ContractError(.limitExceeded, "an event's name is empty or long, or the events are too many")
        }
        try account(outcomeBytes: event.payload.count)
        events.append(event)
    }

    /// Counts what the outcome will hold.
    mutating func account(outcomeBytes count: Int) throws(ContractError) {
        outcomeBytes += count
        guard outcomeBytes <= ExecutionLimits.outcomeBytesPerTransaction else {
            throw ContractError(.limitExceeded, "events and return values are more than an outcome may hold")
        }
    }

    /// The transaction takes effect.
    mutating func commit() {
        for (address, value) in writes {
            blockWrites[address] = .some(value)
        }
        // What is overwritten counts twice: the bound is on work as much as on size.
        blockBytes += writtenBytes
        discard()
    }

    /// The transaction leaves no trace.
    mutating func discard() {
        writes.removeAll(keepingCapacity: true)
        writeCount = 0
        writtenBytes = 0
        events = []
        outcomeBytes = 0
    }

    /// The block's changes in the order of (contract, key) by bytes.
    var changes: [StateChange] {
        blockWrites.sorted { $0.key < $1.key }.map { address, value in
            StateChange(contract: address.contract, key: address.key.bytes, value: value)
        }
    }

    private static func size(of value: [UInt8]?, at address: StateAddress) -> Int {
        address.contract.utf8.count + address.key.bytes.count + (value?.count ?? 0)
    }
}
