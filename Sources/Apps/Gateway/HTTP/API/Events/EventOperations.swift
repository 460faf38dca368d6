import Formats
import GatewayAccess
import GatewayEvents
import HTTPTypes
import Identity
import Licences

extension Operation {
    /// What happens on the ledger, as it happens and from any place of it on.
    static var events: [Operation] { [listEvents, streamEvents] }

    private static let filters: [Parameter] = [
        .query(
            "type",
            Schema.string(.eventType, 1...130).described(
                "a type such as licence.issued, or a family such as licence.*", "事件类型，或以 .* 结尾的一类")),
        .query("licence", .licence), .query("case", .string(.caseCode, 19...19)),
    ]

    private static let rule =
        "; clients hear what concerns their department, auditors everything"

    private static var listEvents: Operation {
        Operation(
            "listEvents", .get, "/events/list",
            Summary("events after a place, in their order\(rule)", "某处之后的事件，按序；客户端仅见与本部门有关者，审计员可见全部"),
            entitlement: .readEvents, scope: .ownDepartment,
            parameters: filters + [
                .query(
                    "after",
                    Schema.string(.eventCursor, 1...42).described(
                        "the cursor of the last event that is known", "已知最后事件的游标")),
                .limit,
            ],
            answer: .json(.page(of: EventFacts.schema, cursor: .eventCursor)), problems: [.gone, .invalidValue]
        ) { call in
            let page = try await call.services.feed.page(
                after: try call.eventCursor(call.text("after")) ?? .before(Height(rawValue: 1)),
                matching: try call.eventFilter(), limit: call.limit)
            return .json(
                PageOf(
                    height: page.cursor.height, time: nil, elements: page.events.map(EventFacts.init),
                    next: page.hasMore ? "\(page.cursor)" : nil))
        }
    }

    private static var streamEvents: Operation {
        Operation(
            "streamEvents", .get, "/events",
            Summary(
                "events as they happen, as server-sent events; Last-Event-ID goes on after a break\(rule)",
                "事件流（SSE），以 Last-Event-ID 续接；客户端仅见与本部门有关者，审计员可见全部"),
            entitlement: .readEvents, scope: .ownDepartment,
            parameters: filters + [
                .query(
                    "after",
                    Schema.string(.eventCursor, 1...42).described(
                        "where the stream begins; by default with what comes", "起点，默认自此刻起"))
            ],
            answer: .events, problems: [.gone, .invalidValue]
        ) { call in
            let services = call.services
            let cursor =
                try call.eventCursor(call.lastEvent) ?? call.eventCursor(call.text("after")) ?? services.feed.now
            // Asked for once before the answer begins: what is wrong is an answer of its own.
            _ = try await services.feed.page(after: cursor, matching: .all, limit: 1)
            let seat = try services.streams.seat(for: "streams")
            let stream = services.feed.stream(after: cursor, matching: try call.eventFilter())
            return Reply(content: .events(SeatedStream(stream, seat: seat)))
        }
    }
}

/// A stream that has one of the places for streams while somebody listens.
private struct SeatedStream: AsyncSequence, Sendable {
    /// Between two attempts of a browser to come back, in milliseconds.
    private static let retry: UInt32 = 3_000

    private let stream: EventStream
    private let seat: Seats.Seat

    init(_ stream: EventStream, seat: Seats.Seat) { (self.stream, self.seat) = (stream, seat) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate var base: EventStream.Iterator
        fileprivate let seat: Seats.Seat
        fileprivate var isFirst = true

        mutating func next() async throws -> [UInt8]? {
            if isFirst {
                isFirst = false
                return ServerSentEvent(retry: SeatedStream.retry, comment: "zhenglian").bytes
            }
            return try await base.next().map { ServerSentEvent($0).bytes }
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(base: stream.makeAsyncIterator(), seat: seat) }
}

/// An event of the ledger.
struct EventFacts: Encodable, Sendable {
    let cursor: String
    let type: String
    let time: String
    let departments: [DepartmentName]
    let licences: [String]
    let oneThing: String?
    let data: JSONValue

    init(_ event: FeedEvent) {
        cursor = "\(event.cursor)"
        type = event.type.rawValue
        time = event.time.description
        departments = event.departments
        licences = event.licences.map(\.text)
        oneThing = event.oneThing?.text
        data = .object(event.data.mapValues(JSONValue.init))
    }

    static let schema = Schema.object(
        .required("cursor", .string(.eventCursor, 1...42)), .required("type", .text()), .required("time", .time),
        .required("departments", .array(of: .text())), .required("licences", .array(of: .text())),
        .optional("oneThing", .text()), .required("data", .anything)
    ).named("Event").described("an event of the ledger", "账本事件")
}

extension StringFormat {
    static let eventCursor = StringFormat(
        "^[1-9][0-9]{0,18}(\\.(0|[1-9][0-9]{0,9})\\.(0|[1-9][0-9]{0,9}))?$|^0$", example: "12.3.1",
        meaning: "a cursor: a height, or height, position and index with points between them"
    ) { (try? EventCursor($0)) != nil }

    static let eventType = StringFormat(
        "^[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*(\\.\\*)?$", example: "licence.*",
        meaning:
            "words of letters, digits, hyphens and underscores with points between them, perhaps with '.*' at the end"
    ) { (try? EventFilter(types: [$0])) != nil }
}

extension OperationCall {
    /// - Throws: ``Problem`` with code `invalidHeader` for a `Last-Event-ID` that is no cursor.
    func eventCursor(_ text: String?) throws(Problem) -> EventCursor? {
        guard let text else { return nil }
        do {
            return try EventCursor(text)
        } catch {
            throw Problem(.invalidHeader, error.message)
        }
    }

    /// What is asked for, and no more than the caller may hear.
    func eventFilter() throws -> EventFilter {
        let licence = try text("licence").map { LicenceKey(try LicenceIdentifier($0)) }
        return try EventFilter(
            types: [text("type")].compactMap(\.self), licences: [licence].compactMap(\.self),
            oneThings: [try value("case", as: OneThingCode.self)].compactMap(\.self), departments: audience)
    }

    /// The departments that the caller hears about; empty for all.
    var audience: [DepartmentName] { principal.audits(services.department) ? [] : [services.department] }
}

extension JSONValue {
    fileprivate init(_ value: EventValue) {
        switch value {
        case .text(let text): self = .string(text)
        case .number(let number): self = .integer(number)
        case .flag(let flag): self = .boolean(flag)
        case .list(let values): self = .array(values.map(JSONValue.init))
        case .object(let values): self = .object(values.mapValues(JSONValue.init))
        }
    }
}
