/// One event of a stream of server-sent events (HTML Living Standard, section 9.2), as bytes.
///
/// Whatever its parts hold, they stay parts: a line break in data begins another line of data, and from names and
/// identifiers line breaks and NUL are taken out.
public struct ServerSentEvent: Hashable, Sendable {
    /// What a browser says in `Last-Event-ID` when it comes back.
    public var id: String?
    /// What listeners are called by.
    public var event: String?
    /// Nothing is dispatched without data; the identifier is noted even so.
    public var data: String?
    /// How long a browser waits before it comes back, in milliseconds.
    public var retry: UInt32?
    /// What nobody hears: it keeps connections open, and finds those that are not.
    public var comment: String?

    public init(
        id: String? = nil, event: String? = nil, data: String? = nil, retry: UInt32? = nil, comment: String? = nil
    ) {
        (self.id, self.event, self.data) = (id, event, data)
        (self.retry, self.comment) = (retry, comment)
    }

    /// An event of the ledger: its cursor is the identifier, its type the name.
    public init(_ event: FeedEvent) {
        self.init(id: "\(event.cursor)", event: event.type.rawValue, data: event.json)
    }

    /// What a stream says while nothing happens: up to where everything is known.
    public init(quietUpTo cursor: EventCursor) {
        self.init(id: "\(cursor)", comment: "quiet")
    }

    /// An element of a stream.
    public init(_ element: EventStream.Element) {
        switch element {
        case .event(let event): self.init(event)
        case .quiet(let cursor): self.init(quietUpTo: cursor)
        }
    }

    /// The lines of the event with the empty one behind them, in UTF-8.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        func add(_ field: String, _ line: some Sequence<UInt8>) {
            bytes += field.utf8
            bytes += line
            bytes.append(10)
        }
        if let comment { for line in Self.lines(comment) { add(": ", line) } }
        if let retry { add("retry: ", "\(retry)".utf8) }
        if let id { add("id: ", Self.line(id)) }
        if let event { add("event: ", Self.line(event)) }
        if let data { for line in Self.lines(data) { add("data: ", line) } }
        bytes.append(10)
        return bytes
    }

    private static func line(_ text: String) -> [UInt8] { text.utf8.filter { ![0, 10, 13].contains($0) } }

    /// The lines of a text: CR, LF and both together end one.
    private static func lines(_ text: String) -> [[UInt8]] {
        var lines: [[UInt8]] = [[]]
        var isAfterReturn = false
        for byte in text.utf8 {
            switch byte {
            case 13: lines.append([])
            case 10 where isAfterReturn: break
            case 10: lines.append([])
            default: lines[lines.count - 1].append(byte)
            }
            isAfterReturn = byte == 13
        }
        return lines
    }
}
