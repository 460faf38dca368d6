import Formats
import GatewayEvents
import Identity
import Ledger
import LedgerTestKit
import Nodes
import Synchronization
import Testing

/// What many readers of the newest blocks cost, and what is kept for them.
@Suite("Blocks that readers share")
struct SharedBlocksTests {
    /// Counts the blocks that are read of a ledger.
    private final class CountingSource: BlockSource {
        private let ledger: ChannelLedger
        private let counted = Mutex(0)

        init(_ ledger: ChannelLedger) { self.ledger = ledger }

        var count: Int { counted.withLock(\.self) }

        func followableHeights() async throws(LedgerError) -> (first: Height, last: ReadModelPosition) {
            try await ledger.followableHeights()
        }

        func followedBlocks(
            from first: Height, limit: Int, maximumBytes: Int
        ) async throws(LedgerError) -> [FollowedBlock] {
            let blocks = try await ledger.followedBlocks(from: first, limit: limit, maximumBytes: maximumBytes)
            counted.withLock { $0 += blocks.count }
            return blocks
        }
    }

    private func feed(
        of ledger: EventLedger, from source: CountingSource, limits: EventLimits = EventLimits()
    ) -> EventFeed {
        EventFeed(
            source: source, heights: ledger.heights, genesis: ledger.genesis, department: ledger.department(0),
            limits: limits)
    }

    private static func all(_ feed: EventFeed, matching filter: EventFilter = .all) async throws -> [FeedEvent] {
        var events: [FeedEvent] = []
        var cursor = EventCursor.end(of: .zero)
        while true {
            let page = try await feed.page(after: cursor, matching: filter, limit: 7)
            events += page.events
            cursor = page.cursor
            if !page.hasMore { return events }
        }
    }

    @Test func manyReadersOfTheNewestBlocksReadEachOnce() async throws {
        let ledger = try EventLedger(try TestConsortium())
        _ = try await ledger.appendNotes(12, transactions: 3, announcing: 2)
        let expected = try await Self.all(ledger.feed())
        let source = CountingSource(ledger.ledger)
        let feed = feed(of: ledger, from: source)
        let filters = [EventFilter.all, try EventFilter(types: ["block"]), try EventFilter(types: ["notes.*"])]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<24 {
                let filter = filters[number % filters.count]
                group.addTask {
                    let found = try await Self.all(feed, matching: filter)
                    #expect(found == expected.filter { filter.matches($0) })
                }
            }
            try await group.waitForAll()
        }
        #expect(source.count == ledger.ledger.head.height.rawValue)
        // Another block: read once more, by whoever comes first.
        _ = try await ledger.appendNotes(1)
        let before = source.count
        for _ in 0..<5 { _ = try await Self.all(feed) }
        #expect(source.count == before + 1)
    }

    @Test(arguments: [(2, 16_384), (32, 5), (1, 1)])
    func whatIsKeptIsBoundedAndChangesNoAnswer(blocks: Int, events: Int) async throws {
        let ledger = try EventLedger(try TestConsortium())
        _ = try await ledger.appendNotes(9, transactions: 2, announcing: 3)
        let expected = try await Self.all(ledger.feed())
        var limits = EventLimits()
        (limits.sharedBlockCount, limits.sharedEventCount) = (blocks, events)
        let source = CountingSource(ledger.ledger)
        let feed = feed(of: ledger, from: source, limits: limits)
        for _ in 0..<2 { #expect(try await Self.all(feed) == expected) }
        // Too little is kept for the second reading to come from it.
        #expect(source.count > Int(ledger.ledger.head.height.rawValue))
    }
}
