import Foundation
import GatewayEvents
import LedgerTestKit
import Testing

/// What browsers read, read by the rules of their standard.
@Suite("Server-sent events")
struct ServerSentEventTests {
    /// A reader written from the HTML standard, section 9.2.6.
    private struct Reader {
        struct Dispatched: Equatable {
            let id: String
            let event: String
            let data: String
        }

        var dispatched: [Dispatched] = []
        var lastID = ""
        var retry: Int?

        init(_ bytes: [UInt8]) {
            let text = String(decoding: bytes, as: UTF8.self)
            var (event, data) = ("", "")
            let unified = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
            for line in unified.split(separator: "\n", omittingEmptySubsequences: false) {
                if line.isEmpty {
                    if !data.isEmpty {
                        dispatched.append(Dispatched(id: lastID, event: event, data: String(data.dropLast())))
                    }
                    (event, data) = ("", "")
                    continue
                }
                guard !line.hasPrefix(":") else { continue }
                let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                var value = parts.count == 2 ? String(parts[1]) : ""
                if value.hasPrefix(" ") { value.removeFirst() }
                switch parts[0] {
                case "event": event = value
                case "data": data += value + "\n"
                case "id": if !value.contains("\0") { lastID = value }
                case "retry": retry = Int(value) ?? retry
                default: break
                }
            }
        }
    }

    @Test func anEventIsReadAsItWasMeant() {
        let reader = Reader(
            ServerSentEvent(id: "1.2.3", event: "block", data: "{}", retry: 3_000, comment: "hello").bytes)
        #expect(reader.dispatched == [.init(id: "1.2.3", event: "block", data: "{}")])
        #expect(reader.retry == 3_000)
    }

    @Test(arguments: ["\n", "\r", "\r\n", "\n\n", "\r\r", "a\nb\rc\r\nd", "\nid: 9", "x\n\nevent: forged\ndata: y"])
    func lineBreaksInDataStayData(data: String) {
        let reader = Reader(ServerSentEvent(id: "1", event: "e", data: data).bytes)
        let expected = data.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        #expect(reader.dispatched == [.init(id: "1", event: "e", data: expected)])
    }

    @Test(arguments: UInt64(1)...200)
    func nothingInAPartBecomesAnother(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        func text() -> String {
            let pieces = ["\n", "\r", "\0", ":", "data: x", "id: 7", "event: no", " ", "证", "retry: 1", "\u{2028}"]
            return (0..<Int.random(in: 0...6, using: &generator)).compactMap { _ in
                pieces.randomElement(using: &generator)
            }.joined()
        }
        let event = ServerSentEvent(id: text(), event: text(), data: text() + "end", comment: text())
        let reader = Reader(event.bytes)
        #expect(reader.dispatched.count == 1, "seed \(seed)")
        #expect(reader.dispatched.first?.data.hasSuffix("end") == true)
        #expect(reader.retry == nil)
        let cleaned = String(
            decoding: (event.id ?? "").utf8.filter { ![0, 10, 13].contains($0) }, as: UTF8.self)
        #expect(reader.lastID == cleaned, "seed \(seed)")
    }

    @Test func aQuietStreamMovesThePlaceAndTellsNobody() throws {
        let reader = Reader(ServerSentEvent(quietUpTo: try EventCursor("12")).bytes)
        #expect(reader.dispatched.isEmpty)
        #expect(reader.lastID == "12")
    }
}
