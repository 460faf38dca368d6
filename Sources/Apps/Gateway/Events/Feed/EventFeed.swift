public import Formats
public import Identity
import Ledger
public import Nodes

/// Some events in their order, and where to go on.
public struct EventPage: Sendable, Hashable {
    public let events: [FeedEvent]
    /// Up to where everything that was asked for is known.
    public let cursor: EventCursor
    /// Whether there may be more without another block.
    public let hasMore: Bool
}

/// What happens on a node's ledger (事件流), from any place of it on: the same events in the same order for whoever asks,
/// whenever and at whichever node of the ledger.
///
/// It keeps nothing but the newest blocks' events, which all readers share. What is older is made anew from executed
/// blocks for each reader, one page at a time, so that a reader that is slow delays itself alone, and one that was away
/// goes on where it was.
public struct EventFeed: Sendable {
    let limits: EventLimits
    let heights: ExecutedHeights
    let clock: any Clock<Duration>
    private let source: any BlockSource
    private let extractor: EventExtractor
    private let shelf: EventShelf

    /// - Parameters:
    ///   - source: the node's ledger.
    ///   - heights: what the node has executed.
    ///   - genesis: the consortium's.
    ///   - department: whose notices of cases are told of: the node's own.
    ///   - clock: what pauses are measured by.
    ///   - limits: how much is read and held at a time.
    public init(
        source: any BlockSource, heights: ExecutedHeights, genesis: Genesis, department: DepartmentName,
        clock: any Clock<Duration> = ContinuousClock(), limits: EventLimits = EventLimits()
    ) {
        (self.source, self.heights, self.clock, self.limits) = (source, heights, clock, limits)
        extractor = EventExtractor(suite: genesis.suite, department: department)
        shelf = EventShelf(limits: limits)
    }

    /// Behind everything that has happened so far: whoever begins here hears of what comes.
    public var now: EventCursor { .end(of: heights.current) }

    /// The next events after a place.
    /// - Parameters:
    ///   - cursor: up to where everything is known.
    ///   - filter: what is asked for.
    ///   - limit: most events; never more than ``EventLimits/eventsPerPage``.
    /// - Throws: ``EventError`` with code `pruned`, `ahead`, `corrupted` or `unavailable`.
    public func page(
        after cursor: EventCursor, matching filter: EventFilter = .all, limit: Int = .max
    ) async throws(EventError) -> EventPage {
        let limit = max(1, min(limit, limits.eventsPerPage))
        let newest = heights.current
        guard cursor.height <= newest else {
            throw EventError(.ahead, "the ledger is at height \(newest), the cursor is of height \(cursor.height)")
        }
        var place = cursor
        var events: [FeedEvent] = []
        var blockCount = 0
        // Twice as many blocks with each read: where one of them fills the page, few were read for nothing.
        var readCount = 1
        while events.count < limit, blockCount < limits.blocksPerPage, place.nextHeight <= newest {
            readCount = min(readCount * 2, limits.blocksPerRead, limits.blocksPerPage - blockCount)
            for block in try await shared(from: place.nextHeight, limit: readCount, newest: newest) {
                for event in block.events where event.cursor > cursor && filter.matches(event) {
                    guard events.count < limit else {
                        return EventPage(events: events, cursor: place, hasMore: true)
                    }
                    events.append(event)
                    place = event.cursor
                }
                place = .end(of: block.height)
                blockCount += 1
            }
        }
        return EventPage(events: events, cursor: place, hasMore: place.nextHeight <= heights.current)
    }

    /// Blocks with their events: the newest ones from the shelf.
    private func shared(
        from first: Height, limit: Int, newest: Height
    ) async throws(EventError) -> [BlockEvents] {
        guard newest.rawValue - first.rawValue < UInt64(limits.sharedBlockCount) else {
            return try await made(from: first, limit: limit)
        }
        return try await shelf.blocks(from: first, limit: limit) { (first, limit) async throws(EventError) in
            try await made(from: first, limit: limit)
        }
    }

    private func made(from first: Height, limit: Int) async throws(EventError) -> [BlockEvents] {
        var made: [BlockEvents] = []
        for block in try await blocks(from: first, limit: limit) {
            made.append(BlockEvents(height: block.header.height, events: try extractor.events(of: block)))
        }
        return made
    }

    private func blocks(from first: Height, limit: Int) async throws(EventError) -> [FollowedBlock] {
        var blocks: [FollowedBlock] = []
        var failure: LedgerError?
        do throws(LedgerError) {
            blocks = try await source.followedBlocks(
                from: first, limit: limit, maximumBytes: limits.bytesPerRead)
        } catch {
            // Half a block that is being pruned looks damaged; whether it was, the next question tells.
            failure = error
        }
        var firstKept = Height.zero
        do throws(LedgerError) {
            // Afterwards, because what is here now was here when it was read.
            firstKept = try await source.followableHeights().first
        } catch {
            failure = failure ?? error
        }
        guard first >= firstKept else { throw EventError(prunedBelow: firstKept) }
        if let failure {
            throw EventError(
                failure.code == .corrupted ? .corrupted : .unavailable, "the node's ledger cannot be read",
                cause: failure)
        }
        guard !blocks.isEmpty else {
            throw EventError(.unavailable, "the node's ledger lacks block \(first), which the node has executed")
        }
        return blocks
    }

    /// All events after a place, and those that come, until whoever listens stops.
    /// - Parameters:
    ///   - cursor: up to where everything is known.
    ///   - filter: what is asked for.
    public func stream(after cursor: EventCursor, matching filter: EventFilter = .all) -> EventStream {
        EventStream(feed: self, cursor: cursor, filter: filter)
    }
}
