import GatewayAccess
public import HTTPTypes

/// One operation of the interface: where it is, what it takes and gives, who may have it, and what it does.
///
/// The OpenAPI document is made of these values, and requests are held to them: there is no other list of routes.
public struct Operation: Sendable {
    /// A value in the path or the query.
    struct Parameter: Sendable {
        enum Place: String, Sendable {
            case path, query
        }

        let name: String
        let place: Place
        let schema: Schema
        let isRequired: Bool
    }

    /// What an operation takes in its body.
    struct Body: Sendable {
        let schema: Schema
        /// Longer bodies are refused before they are read to the end.
        var maximumByteCount = GatewayLimits.bodyByteCount
    }

    /// What an operation gives where all went well.
    enum Answer: Sendable {
        case json(Schema)
        /// Bytes of a media type.
        case bytes(String, Summary)
        /// One of both, as the caller accepts.
        case either(Schema, bytes: String)
        /// Server-sent events.
        case events
        case nothing
    }

    /// Whose business an operation is, and so who may have it besides being entitled to it.
    enum Scope: String, Sendable {
        /// What every department may know.
        case everyDepartment
        /// The business of the department whose node this is: what it alone writes, and what concerns it alone. Nobody
        /// of another department gets it, whatever they are entitled to.
        case ownDepartment
        /// What auditors of the department alone may see.
        case ownAuditors

        /// The rule as the description of the interface states it.
        var rule: Summary? {
            switch self {
            case .everyDepartment: nil
            case .ownDepartment: Summary("For callers of the node's own department alone.", "仅限本节点所属部门的调用方。")
            case .ownAuditors: Summary("For auditors of the node's own department alone.", "仅限本节点所属部门的审计员。")
            }
        }
    }

    /// The name by which clients and documents know it, unique.
    public let name: String
    public let method: HTTPRequest.Method
    /// Below `/api/v1`, with parameters in braces.
    public let path: String
    let summary: Summary
    /// What the caller has to be entitled to; `nil` where it is open to all.
    let entitlement: Entitlement?
    let scope: Scope
    let parameters: [Parameter]
    let body: Body?
    let answer: Answer
    /// Of what succeeded: 200, 201 or 204.
    let status: HTTPResponse.Status
    /// Whether the same request with the same `Idempotency-Key` takes effect once.
    let isIdempotentByKey: Bool
    /// Whether it makes proofs, for longer than others should wait whose connections share a thread with the caller's.
    let isLong: Bool
    /// The codes of problems of its own, besides those that every operation has.
    let problems: [Problem.Code]
    let run: @Sendable (OperationCall) async throws -> Reply

    init(
        _ name: String, _ method: HTTPRequest.Method, _ path: String, _ summary: Summary,
        entitlement: Entitlement?, scope: Scope = .everyDepartment, parameters: [Parameter] = [], body: Body? = nil,
        answer: Answer,
        status: HTTPResponse.Status = .ok, isIdempotentByKey: Bool = false, isLong: Bool = false,
        problems: [Problem.Code] = [],
        run: @escaping @Sendable (OperationCall) async throws -> Reply
    ) {
        self.name = name
        self.method = method
        self.path = path
        self.summary = summary
        self.entitlement = entitlement
        self.scope = scope
        self.parameters = parameters
        self.body = body
        self.answer = answer
        self.status = status
        self.isIdempotentByKey = isIdempotentByKey
        self.isLong = isLong
        self.problems = problems
        self.run = run
    }
}

extension Operation.Parameter {
    /// A part of the path.
    static func path(_ name: String, _ schema: Schema) -> Operation.Parameter {
        Operation.Parameter(name: name, place: .path, schema: schema, isRequired: true)
    }

    /// A value of the query that may be missing.
    static func query(_ name: String, _ schema: Schema) -> Operation.Parameter {
        Operation.Parameter(name: name, place: .query, schema: schema, isRequired: false)
    }

    /// A value of the query that has to be there.
    static func requiredQuery(_ name: String, _ schema: Schema) -> Operation.Parameter {
        Operation.Parameter(name: name, place: .query, schema: schema, isRequired: true)
    }

    /// Where a list goes on.
    static let cursor = query(
        "cursor",
        Schema.string(.cursor, 1...40).described("where the page begins, as the page before says", "本页起点，由上一页给出"))

    /// How many elements a page has at most.
    static let limit = query(
        "limit",
        Schema.integer(1...Int64(GatewayLimits.pageCount)).described("most elements of the page", "本页最多条数"))
}
