import Formats
public import GatewayAccess
import Licences
import ZhenglianClient

/// A request that has passed the door: who asks, and values that are what the operation's description says.
public struct OperationCall: Sendable {
    public let principal: Principal
    public let services: GatewayServices
    /// Values of the path and the query by name.
    let values: [String: JSONValue]
    let body: JSONValue
    /// Acts as the node; what a request with an idempotency key has it submit takes effect once, on the ledger.
    let client: ZhenglianClient
    /// What the caller wants to get, in its own order: the media types of `Accept`.
    let accept: [String]
    /// Where an event stream goes on: `Last-Event-ID`.
    let lastEvent: String?

    /// A string of the path or query.
    func text(_ name: String) -> String? { values[name]?.string }

    func number(_ name: String) -> Int64? { values[name]?.integer }

    /// How many elements the page has at most.
    var limit: Int { Int(number("limit") ?? Int64(GatewayLimits.defaultPageCount)) }

    /// Where the page begins, for lists whose cursor is one number.
    /// - Throws: ``Problem`` with code `invalidParameter`.
    func start() throws(Problem) -> Int64 {
        guard let cursor = text("cursor") else { return 0 }
        guard let start = Int64(cursor) else {
            throw Problem(.invalidParameter, "cursor: this list's cursors are single numbers")
        }
        return start
    }

    /// A value of the domain out of a string that the schema has let through.
    func value<Value: DomainText>(_ name: String, as _: Value.Type = Value.self) throws -> Value? {
        try text(name).map { try Value($0) }
    }
}

/// What an operation answers.
public struct Reply: Sendable {
    enum Content: Sendable {
        case json(any Encodable & Sendable)
        case bytes([UInt8], mediaType: String, fileName: String?)
        case events(any AsyncSequence<[UInt8], any Error> & Sendable)
        case nothing
    }

    let content: Content
    /// The answer is as of this height, which is its `ETag`.
    var height: Height?
    /// Where what was made is, as a path below `/api/v1`.
    var location: String?
    /// DER of the seal of what is given, for those who keep it: a header of its own, in base64.
    var seal: [UInt8]?
    /// Is given up once the last byte was sent, or nobody waits for it any more.
    var seat: Seats.Seat?

    static func json(_ value: some Encodable & Sendable, height: Height? = nil) -> Reply {
        Reply(content: .json(value), height: height)
    }

    static func bytes(
        _ bytes: [UInt8], _ mediaType: String, fileName: String? = nil, height: Height? = nil
    ) -> Reply {
        Reply(content: .bytes(bytes, mediaType: mediaType, fileName: fileName), height: height)
    }

    static let nothing = Reply(content: .nothing)
}

/// A page of a list.
struct PageOf<Element: Encodable & Sendable>: Encodable, Sendable {
    let height: Height
    let time: String?
    let elements: [Element]
    /// Where the next page begins; nothing after the last.
    let next: String?
}

extension Schema {
    /// A page of a list.
    static func page(of element: Schema, cursor: StringFormat = .cursor) -> Schema {
        .object(
            .required("height", .height), .optional("time", .time),
            .required("elements", .array(of: element)),
            .optional(
                "next", Schema.string(cursor, 1...42).described("where the next page begins", "下一页起点，末页没有")))
    }

    static let height = Schema.integer().described("height of the chain", "区块高度")
    static let time = Schema.text(1...40).described("ledger time, RFC 3339", "账本时间")
    static let digest = Schema.string(.digest, 64...64)
}
