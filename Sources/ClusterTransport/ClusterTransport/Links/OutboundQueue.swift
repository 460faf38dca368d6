import DequeModule
package import NIOCore

/// What waits to be sent on one link: a first-in-first-out queue bounded in bytes, and behind it the senders that wait
/// for room in it.
package struct OutboundQueue {
    package struct Entry {
        package let number: CallNumber
        package let frame: ByteBuffer

        package init(number: CallNumber, frame: ByteBuffer) {
            self.number = number
            self.frame = frame
        }
    }

    private let maximumBytes: Int
    private var queued: Deque<Entry> = []
    private var waiting: Deque<Entry> = []
    package private(set) var queuedBytes = 0

    package init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    package var first: CallNumber? { queued.first?.number }
    package var isEmpty: Bool { queued.isEmpty }

    /// Takes `entry` in behind all others.
    /// - Returns: whether there was room; otherwise it waits for it.
    package mutating func append(_ entry: Entry) -> Bool {
        guard waiting.isEmpty, fits(entry) else {
            waiting.append(entry)
            return false
        }
        enqueue(entry)
        return true
    }

    /// Takes `entry` in, at the cost of the oldest ones where there is no room.
    /// - Returns: how many were dropped.
    package mutating func appendDroppingOldest(_ entry: Entry) -> Int {
        var dropped = 0
        while !fits(entry), let oldest = queued.popFirst() {
            queuedBytes -= oldest.frame.readableBytes
            dropped += 1
        }
        enqueue(entry)
        return dropped
    }

    /// Takes the first entry out, and lets in those who waited for its room.
    /// - Parameter admit: is told who was let in.
    package mutating func popFirst(admit: (CallNumber) -> Void) -> Entry? {
        guard let entry = queued.popFirst() else { return nil }
        queuedBytes -= entry.frame.readableBytes
        admitWaiting(admit)
        return entry
    }

    /// Takes the entries of `numbers` out, wherever they are.
    package mutating func remove(_ numbers: Set<CallNumber>, admit: (CallNumber) -> Void) {
        waiting.removeAll { numbers.contains($0.number) }
        queued.removeAll { numbers.contains($0.number) }
        queuedBytes = queued.reduce(0) { $0 + $1.frame.readableBytes }
        admitWaiting(admit)
    }

    /// Takes everybody out who waits for room.
    package mutating func removeWaiting() -> [CallNumber] {
        defer { waiting = [] }
        return waiting.map(\.number)
    }

    /// Takes everything out.
    package mutating func removeAll() -> [CallNumber] {
        let numbers = queued.map(\.number) + waiting.map(\.number)
        queued = []
        waiting = []
        queuedBytes = 0
        return numbers
    }

    /// A single frame always fits: its lane's limit bounds it, and otherwise it would wait for ever.
    private func fits(_ entry: Entry) -> Bool {
        queued.isEmpty || queuedBytes + entry.frame.readableBytes <= maximumBytes
    }

    private mutating func enqueue(_ entry: Entry) {
        queuedBytes += entry.frame.readableBytes
        queued.append(entry)
    }

    private mutating func admitWaiting(_ admit: (CallNumber) -> Void) {
        while let next = waiting.first, fits(next) {
            waiting.removeFirst()
            enqueue(next)
            admit(next.number)
        }
    }
}
