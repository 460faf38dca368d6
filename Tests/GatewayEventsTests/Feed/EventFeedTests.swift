import Formats
import GatewayEvents
import Identity
import Ledger
import LedgerTestKit
import Nodes
import Synchronization
import Testing

/// Every event once and in order, from any place, whoever asks and however slowly.
@Suite("Feed of events")
struct EventFeedTests {
    private func all(
        _ feed: EventFeed, after cursor: EventCursor = .end(of: .zero), limit: Int = .max,
        matching filter: EventFilter = .all
    ) async throws -> [FeedEvent] {
        var events: [FeedEvent] = []
        var cursor = cursor
        while true {
            let page = try await feed.page(after: cursor, matching: filter, limit: limit)
            events += page.events
            cursor = page.cursor
            if !page.hasMore { return events }
        }
    }

    @Test func thousandsOfEventsAreReadOnceAndInOrderFromAnyPlace() async throws {
        let ledger = try EventLedger(try TestConsortium())
        let count = try await ledger.appendNotes(90, transactions: 6, announcing: 8)
        let feed = ledger.feed()
        let events = try await all(feed)
        // The block in which the writer registers: itself, a transaction, and the announcement of the certificate.
        #expect(events.count == count + 3)
        #expect(count > 3_500)
        #expect(zip(events, events.dropFirst()).allSatisfy { $0.cursor < $1.cursor })
        #expect(events.filter { $0.type == .block }.count == 91)
        #expect(events.filter { $0.type.rawValue == "notes.announced" }.count == 90 * 4 * 8)
        #expect(events.filter { $0.data["status"] == .text("rejected") }.count == 90 * 2)
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<60 {
            let place = Int.random(in: 0..<events.count, using: &generator)
            let limit = Int.random(in: 1...40, using: &generator)
            let page = try await feed.page(after: events[place].cursor, limit: limit)
            #expect(page.events == Array(events[(place + 1)...].prefix(page.events.count)))
            #expect(page.events.count <= limit)
            #expect(!page.events.isEmpty || place == events.count - 1)
        }
        // From a place within, to the end, in pages of a size that fits nothing.
        for place in [1, 1_000, events.count - 2] {
            let rest = try await all(feed, after: events[place].cursor, limit: 41)
            #expect(rest == Array(events[(place + 1)...]))
        }
        // Cursors between events, at ends of blocks, and as they are written.
        for height in UInt64(0)...91 {
            let cursor = try EventCursor("\(height)")
            let first = try await feed.page(after: cursor, limit: 1).events.first
            #expect(first == events.first { $0.cursor.height.rawValue > height })
        }
    }

    @Test func anotherNodeTellsTheSameInTheSamePlaces() async throws {
        let ledger = try EventLedger(try TestConsortium())
        _ = try await ledger.appendNotes(5)
        let (first, second) = (ledger.feed(of: 0), ledger.feed(of: 1, limits: small))
        #expect(try await all(first).map(\.json) == (try await all(second).map(\.json)))
    }

    private var small: EventLimits {
        var limits = EventLimits()
        limits.eventsPerPage = 3
        limits.blocksPerPage = 2
        limits.blocksPerRead = 1
        limits.bytesPerRead = 1
        return limits
    }

    @Test func aFilterLeavesOutAndLosesNothing() async throws {
        let ledger = try EventLedger(try TestConsortium())
        _ = try await ledger.appendNotes(12)
        let events = try await all(ledger.feed())
        for types in [["block"], ["notes.*"], ["notes.noted", "transaction"], ["licence.*"]] {
            let filter = try EventFilter(types: types)
            let found = try await all(ledger.feed(limits: small), matching: filter)
            #expect(found == events.filter { filter.matches($0) })
        }
        let mine = try EventFilter(departments: [ledger.department(0)])
        let others = try EventFilter(departments: [ledger.department(3)])
        #expect(try await all(ledger.feed(), matching: mine).count == events.filter { $0.type != .block }.count)
        #expect(try await all(ledger.feed(), matching: others).isEmpty)
    }

    @Test func aStreamTellsWhatComesWhileItIsRead() async throws {
        let ledger = try EventLedger(try TestConsortium())
        let first = try await ledger.appendNotes(3) + 3
        let feed = ledger.feed()
        let stream = feed.stream(after: .end(of: .zero))
        async let told = {
            var events: [FeedEvent] = []
            for try await element in stream {
                if case .event(let event) = element { events.append(event) }
                if events.last?.cursor.height == Height(rawValue: 14), events.last?.type.rawValue == "transaction",
                    events.last?.data["index"] == .number(3)
                {
                    break
                }
            }
            return events
        }()
        var count = first
        for _ in 0..<10 { count += try await ledger.appendNotes(1) }
        let events = try await told
        let expected = try await all(feed).filter { $0.cursor <= (events.last?.cursor ?? $0.cursor) }
        #expect(events == expected)
        #expect(events.count <= count)
    }

    @Test func aStreamSaysThatNothingHappensAndUpToWhere() async throws {
        let ledger = try EventLedger(try TestConsortium())
        _ = try await ledger.appendNotes(20)
        var limits = EventLimits()
        limits.blocksPerPage = 8
        let clock = SteppedClock()
        let feed = ledger.feed(clock: clock, limits: limits)
        var iterator = feed.stream(
            after: .end(of: .zero), matching: try EventFilter(types: ["licence.*"])
        ).makeAsyncIterator()
        // What is rare is looked for block by block, and the reader hears how far it is.
        #expect(try await iterator.next() == .quiet(try EventCursor("8")))
        #expect(try await iterator.next() == .quiet(try EventCursor("16")))
        // At the end, it waits; nobody moves the clock but the other task.
        let mover = Task {
            while !Task.isCancelled {
                clock.advance(by: limits.quietTime)
                await Task.yield()
            }
        }
        #expect(try await iterator.next() == .quiet(try EventCursor("21")))
        mover.cancel()
    }

    @Test func aSlowReaderDelaysItselfAlone() async throws {
        let ledger = try EventLedger(try TestConsortium())
        _ = try await ledger.appendNotes(3)
        let feed = ledger.feed(limits: small)
        var slow = feed.stream(after: .end(of: .zero)).makeAsyncIterator()
        var told: [FeedEvent] = []
        if case .event(let event) = try await slow.next() { told.append(event) }
        // Blocks go on, and somebody else reads all of them.
        _ = try await ledger.appendNotes(30)
        let events = try await all(feed)
        while told.count < events.count {
            if case .event(let event) = try await slow.next() { told.append(event) }
        }
        #expect(told == events)
    }

    @Test func whoStopsListeningIsGoneAtOnce() async throws {
        let ledger = try EventLedger(try TestConsortium())
        _ = try await ledger.appendNotes(1)
        let feed = ledger.feed()
        let reader = Task {
            for try await _ in feed.stream(after: feed.now) {}
        }
        await Task.yield()
        reader.cancel()
        await #expect(throws: (any Error).self) { try await reader.value }
    }

    @Test func whatIsPrunedIsToldWithTheFirstHeightThatIsLeft() async throws {
        var limits = ChannelLimits()
        limits.transactionLifetime = 4
        let ledger = try EventLedger(try TestConsortium(limits: limits))
        // More than the newest blocks, which readers share.
        _ = try await ledger.appendNotes(30 + EventLimits().sharedBlockCount)
        let feed = ledger.feed()
        let events = try await all(feed)
        let policy = PruningPolicy(heights: 8, departments: [])
        while try await !ledger.ledger.prune(policy, now: await ledger.now).isDone {}
        let first = try await ledger.ledger.followableHeights().first
        #expect(first > Height(rawValue: 10))
        do {
            _ = try await feed.page(after: .end(of: .zero))
            Issue.record("pruned events were told")
        } catch {
            #expect(error == EventError(.pruned, ""))
            #expect(error.firstHeight == first)
        }
        let rest = try await all(feed, after: .before(first))
        #expect(rest == events.filter { $0.cursor.height >= first })
        var iterator = feed.stream(after: .end(of: .zero)).makeAsyncIterator()
        await #expect(throws: EventError(.pruned, "")) { try await iterator.next() }
    }

    @Test func aCursorOfAnotherLedgerIsRefused() async throws {
        let ledger = try EventLedger(try TestConsortium())
        _ = try await ledger.appendNotes(1)
        await #expect(throws: EventError(.ahead, "")) {
            try await ledger.feed().page(after: try EventCursor("500"))
        }
        #expect(try await ledger.feed().page(after: ledger.feed().now).events.isEmpty)
    }

    @Test func aStreamEndsWithTheNode() async throws {
        let ledger = try EventLedger(try TestConsortium())
        _ = try await ledger.appendNotes(1)
        var iterator = ledger.feed().stream(after: ledger.feed().now).makeAsyncIterator()
        ledger.heights.end(with: NodeError(.unavailable, "the node stops"))
        await #expect(throws: EventError(.unavailable, "")) { try await iterator.next() }
    }
}
