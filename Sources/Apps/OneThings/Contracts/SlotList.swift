import Formats
import Ledger

/// A list in a contract's state from which anything can be taken out in a constant number of writes: numbered slots
/// without gaps, where the last one fills the place of what goes.
///
/// Contracts read by key only, so whatever is to be listed has to stand at keys that can be counted through.
struct SlotList {
    private let kind: String
    private let owner: [UInt8]

    init(_ kind: String, of owner: [UInt8]) { (self.kind, self.owner) = (kind, owner) }

    private var countKey: StateKey { StateKey("\(kind)-count", owner) }

    private func slotKey(_ slot: UInt64) -> StateKey {
        StateKey(kind, owner, (0..<8).map { UInt8(truncatingIfNeeded: slot >> (56 - 8 * $0)) })
    }

    /// Where an element's slot is remembered; elements are short enough to be keys.
    private func placeKey(_ element: [UInt8]) -> StateKey { StateKey("\(kind)-place", owner, element) }

    func count(in reader: inout some ContractReader) throws(ContractError) -> UInt64 {
        try reader.get(countKey, as: SlotNumber.self)?.number ?? 0
    }

    /// Adds an element; one that is there stays where it is.
    func add(_ element: [UInt8], in context: inout ContractContext) throws(ContractError) {
        guard try context.get(placeKey(element)) == nil else { return }
        let count = try count(in: &context)
        try context.put(slotKey(count), element)
        try context.put(placeKey(element), SlotNumber(count))
        try context.put(countKey, SlotNumber(count + 1))
    }

    /// Takes an element out; one that is not there is no error.
    func remove(_ element: [UInt8], in context: inout ContractContext) throws(ContractError) {
        guard let slot = try context.get(placeKey(element), as: SlotNumber.self)?.number else { return }
        let last = try count(in: &context) - 1
        if slot != last, let moved = try context.get(slotKey(last)) {
            try context.put(slotKey(slot), moved)
            try context.put(placeKey(moved), SlotNumber(slot))
        }
        try context.remove(slotKey(last))
        try context.remove(placeKey(element))
        try context.put(countKey, SlotNumber(last))
    }

    /// Elements from a slot on, in no particular order.
    func page(
        from first: UInt64, limit: Int, in reader: inout some ContractReader
    ) throws(ContractError) -> [[UInt8]] {
        let count = try count(in: &reader)
        guard first < count else { return [] }
        var elements: [[UInt8]] = []
        for slot in first..<min(count, first + UInt64(max(0, limit))) {
            guard let element = try reader.get(slotKey(slot)) else {
                throw ContractError(.stateUnavailable, "a list has lost an element")
            }
            elements.append(element)
        }
        return elements
    }
}
