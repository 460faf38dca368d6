/// What was found out before, by what it is of: the last `capacity` of it.
///
/// A value. What came first goes first, used or not: whoever asks for much that is new displaces what is old, and
/// nothing else happens, for all of it can be found out again.
package struct Remembered<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let capacity: Int
    private var values: [Key: Value] = [:]
    /// In the order in which they came, from `next` on.
    private var order: [Key] = []
    private var next = 0

    package init(capacity: Int) { self.capacity = max(1, capacity) }

    package var count: Int { values.count }

    package subscript(key: Key) -> Value? { values[key] }

    /// Keeps a value, in the place of the one that came first where there is no room.
    package mutating func remember(_ value: Value, of key: Key) {
        guard values.updateValue(value, forKey: key) == nil else { return }
        if order.count < capacity {
            order.append(key)
        } else {
            values[order[next]] = nil
            order[next] = key
            next = (next + 1) % capacity
        }
    }

    package mutating func forgetAll() {
        values.removeAll(keepingCapacity: true)
        order.removeAll(keepingCapacity: true)
        next = 0
    }
}
