import Formats
import Identity

extension LedgerReader {
    /// Moves the state by one block's changes, in memory; the caller stores the update in the same access.
    /// - Parameters:
    ///   - changes: one for each key, in the order of (contract, key) by bytes. What changes nothing is left out: a
    ///     value that the key has, a removal of what is not there.
    ///   - height: the block's.
    func apply(_ changes: [StateChange], at height: Height) throws(LedgerError) -> StateUpdate {
        do {
            var valueNumber = try lastRecord()?.valueCount ?? 0
            var effective: [StateChange] = []
            var writes: [StatePlan.Write] = []
            for change in changes {
                let place = try place(of: change.name)
                let (key, record) = (place.key, place.record)
                let value = change.valueDigest(suite: genesis.suite)
                if value == .zero, record.leaf.excludes(key) { continue }
                if record.leaf.key == key, record.leaf.value == value { continue }
                valueNumber += 1
                effective.append(change)
                writes.append(
                    StatePlan.Write(
                        key: key,
                        value: value,
                        valueNumber: valueNumber,
                        found: record,
                        foundPosition: place.position
                    ))
            }
            writes.sort { $0.key < $1.key }
            let plan = StatePlan(writes, height: height)
            return state.apply(plan, changes: effective, valueCount: valueNumber, height: height)
        } catch {
            throw LedgerError(storage: error)
        }
    }
}
