import Formats
import Nodes

/// The events after a place, one after the other, and word of it where there are none.
///
/// Whoever iterates pulls: the next page is read when the one before is used up, and between blocks nothing is done.
/// The iteration ends with an error alone, ``EventError`` or that of a cancellation.
public struct EventStream: AsyncSequence, Sendable {
    /// What a stream tells.
    public enum Element: Hashable, Sendable {
        case event(FeedEvent)
        /// Nothing that was asked for has happened up to here: for some time, or in many blocks.
        case quiet(EventCursor)
    }

    let feed: EventFeed
    let cursor: EventCursor
    let filter: EventFilter

    public func makeAsyncIterator() -> Iterator { Iterator(feed: feed, cursor: cursor, filter: filter) }

    /// Where somebody is in the events.
    public struct Iterator: AsyncIteratorProtocol {
        private let feed: EventFeed
        private let filter: EventFilter
        private var cursor: EventCursor
        private var page: ArraySlice<FeedEvent> = []

        init(feed: EventFeed, cursor: EventCursor, filter: EventFilter) {
            (self.feed, self.cursor, self.filter) = (feed, cursor, filter)
        }

        public mutating func next() async throws -> Element? {
            while true {
                if let event = page.popFirst() { return .event(event) }
                try Task.checkCancellation()
                let next = try await feed.page(after: cursor, matching: filter)
                (page, cursor) = (next.events[...], next.cursor)
                guard page.isEmpty else { continue }
                if next.hasMore { return .quiet(cursor) }
                guard try await waitForBlock() else { return .quiet(cursor) }
            }
        }

        /// - Returns: whether there is a new block.
        private func waitForBlock() async throws -> Bool {
            do {
                let height = try await feed.heights.next(
                    above: cursor.height, within: feed.limits.quietTime, on: feed.clock)
                return height != nil
            } catch let error as NodeError {
                throw EventError(error.code == .overloaded ? .overloaded : .unavailable, error.message)
            }
        }
    }
}
