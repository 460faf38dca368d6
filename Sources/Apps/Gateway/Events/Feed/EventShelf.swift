import Formats

/// The events of one block.
struct BlockEvents: Sendable {
    let height: Height
    let events: [FeedEvent]
}

/// The events of the newest blocks, read and made once for all who follow the ledger: a block costs the node the same
/// whether one webhook waits for it or two hundred.
///
/// At most ``EventLimits/sharedBlockCount`` blocks and ``EventLimits/sharedEventCount`` events; where there would be
/// more, the oldest blocks go. Whoever reads what is older reads it alone.
actor EventShelf {
    private let limits: EventLimits
    private var blocks: [Height: BlockEvents] = [:]
    private var eventCount = 0
    private var isReading = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    init(limits: EventLimits) { self.limits = limits }

    /// Consecutive blocks from a height on, at least one: those that are here, or else what `read` gives, which is
    /// asked by one reader at a time.
    /// - Parameters:
    ///   - first: the first of them.
    ///   - limit: most blocks.
    ///   - read: reads blocks from a height on.
    /// - Throws: what `read` throws.
    func blocks(
        from first: Height, limit: Int,
        _ read: @concurrent @Sendable (Height, Int) async throws(EventError) -> [BlockEvents]
    ) async throws(EventError) -> [BlockEvents] {
        while true {
            let known = known(from: first, limit: limit)
            if !known.isEmpty { return known }
            guard isReading else { break }
            // Whoever reads now may bring what is wanted here.
            await withCheckedContinuation { waiters.append($0) }
        }
        isReading = true
        defer {
            isReading = false
            for waiter in waiters { waiter.resume() }
            waiters = []
        }
        let found = try await read(first, limit)
        for block in found { keep(block) }
        return found
    }

    private func known(from first: Height, limit: Int) -> [BlockEvents] {
        var known: [BlockEvents] = []
        var height = first
        while known.count < limit, let block = blocks[height] {
            known.append(block)
            height = height.next
        }
        return known
    }

    private func keep(_ block: BlockEvents) {
        eventCount += block.events.count - (blocks.updateValue(block, forKey: block.height)?.events.count ?? 0)
        while blocks.count > limits.sharedBlockCount || eventCount > limits.sharedEventCount,
            let oldest = blocks.keys.min()
        {
            eventCount -= blocks.removeValue(forKey: oldest)?.events.count ?? 0
        }
    }
}
