import HeapModule
package import Identity
package import Licences

/// When cases are to be settled: their next clocks, in the order in which they end. A value without a clock.
///
/// Bounded: of more than `limit` cases those that come later are forgotten; whoever fills this looks for them again.
package struct DueCases: Sendable {
    /// Pauses after an attempt that the ledger's time was not ready for, or that failed: doubled each time.
    package static let firstPause = Duration.milliseconds(250)
    package static let longestPause = Duration.seconds(60)

    private struct Entry {
        var due: Timestamp
        /// When the ledger is prompted next.
        var promptAt: Timestamp
        var attempts = 0
    }

    /// A place in the queue; out of date where the entry has another time by now. The first is never out of date.
    private struct Place: Comparable {
        let promptAt: Timestamp
        let code: OneThingCode

        static func < (left: Place, right: Place) -> Bool {
            (left.promptAt.milliseconds, left.code.text) < (right.promptAt.milliseconds, right.code.text)
        }
    }

    private let limit: Int
    private var entries: [OneThingCode: Entry] = [:]
    private var queue = Heap<Place>()

    package init(limit: Int) { self.limit = limit }

    package var count: Int { entries.count }

    /// When the next case is to be settled; `nil` where there is none.
    package var next: Timestamp? { queue.min?.promptAt }

    /// Takes in when the next clock of a case ends.
    /// - Parameter due: `nil` where none runs.
    package mutating func set(_ code: OneThingCode, due: Timestamp?) {
        defer { dropOutdated() }
        guard let due else {
            entries[code] = nil
            return
        }
        // What was tried and is still due waits for its pause.
        if let known = entries[code], known.due == due { return }
        guard entries[code] != nil || entries.count < limit else { return }
        enter(code, Entry(due: due, promptAt: due))
    }

    /// The cases whose clocks have ended by `now`, at most `count`; each is to be tried again after a pause, unless it
    /// is set anew.
    package mutating func take(_ count: Int, at now: Timestamp) -> [OneThingCode] {
        var codes: [OneThingCode] = []
        while codes.count < count, let next, next <= now, let place = queue.popMin() {
            guard var entry = entries[place.code] else { continue }
            let pause = min(Self.firstPause * (1 << min(entry.attempts, 16)), Self.longestPause)
            entry.attempts += 1
            entry.promptAt = now.advanced(by: pause)
            enter(place.code, entry)
            codes.append(place.code)
            dropOutdated()
        }
        return codes
    }

    private mutating func enter(_ code: OneThingCode, _ entry: Entry) {
        entries[code] = entry
        queue.insert(Place(promptAt: entry.promptAt, code: code))
        // Places that are out of date are dropped when they come up; many of them at once are dropped here.
        if queue.count > 2 * entries.count + 64 {
            queue = Heap(entries.map { Place(promptAt: $0.value.promptAt, code: $0.key) })
        }
    }

    private mutating func dropOutdated() {
        while let place = queue.min, entries[place.code]?.promptAt != place.promptAt { _ = queue.popMin() }
    }
}
