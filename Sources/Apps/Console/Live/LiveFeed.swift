import Formats
import Foundation
import Hummingbird
import NIOCore
import Nodes
import Synchronization

/// Tells open pages of new blocks and of the node's standing, by server-sent events.
///
/// Each connection waits by itself, and is told the newest only: who reads slowly misses what has been overtaken.
final class LiveFeed: Sendable {
    private let services: ConsoleServices
    private let limits: ConsoleLimits
    private let source: StateSource
    private let count = Mutex(0)

    init(services: ConsoleServices, limits: ConsoleLimits, source: StateSource) {
        (self.services, self.limits, self.source) = (services, limits, source)
    }

    /// Connections at present.
    var clientCount: Int { count.withLock { $0 } }

    /// A body that goes on until the browser goes, or the node stops.
    /// - Throws: ``ConsoleError`` with code `busy` where there are as many as may be.
    func body(in language: ConsoleLanguage) throws(ConsoleError) -> ResponseBody {
        guard clientCount < limits.liveClientCount else { throw Self.full }
        return ResponseBody { writer in
            guard self.enter() else { return try await writer.finish(nil) }
            defer { self.leave() }
            try await writer.write(ByteBuffer(string: "retry: 3000\n\n"))
            var told: StateSource.State?
            repeat {
                let state = try await self.source.state()
                let isNews = state != told
                let text = isNews ? try Self.event(StateMessage(state, language: language)) : ": \n\n"
                try await writer.write(ByteBuffer(string: text))
                told = state
            } while try await self.wait(after: told)
            try await writer.finish(nil)
        }
    }

    /// Waits for the next block, or as long as a connection may be silent; after news a little in any case.
    /// - Returns: whether there may be something to tell.
    private func wait(after told: StateSource.State?) async throws -> Bool {
        guard let told else { return false }
        try await services.timer.sleep(for: limits.liveInterval)
        do {
            _ = try await services.heights.next(above: told.height, within: limits.livePatience, on: services.timer)
            return !Task.isCancelled
        } catch let error as NodeError where error.code == .unavailable {
            // The node stops, and so does the stream: the browser comes back by itself.
            return false
        }
    }

    /// One event; JSON has no line breaks of its own.
    static func event(_ message: StateMessage) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return "id: \(message.height)\nevent: state\ndata: "
            + String(decoding: try encoder.encode(message), as: UTF8.self) + "\n\n"
    }

    private func enter() -> Bool {
        count.withLock { count in
            guard count < limits.liveClientCount else { return false }
            count += 1
            return true
        }
    }

    private func leave() { count.withLock { $0 -= 1 } }

    private static let full = ConsoleError(
        .busy, Phrase("too many pages are open", "打开的页面过多"),
        advice: Phrase("the page asks again by itself from time to time", "页面会自行定期刷新"))
}
