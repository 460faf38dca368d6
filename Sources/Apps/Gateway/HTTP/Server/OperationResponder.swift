import Formats
import Foundation
import GatewayAccess
import HTTPTypes
import Hummingbird
import Identity
import Logging
import NIOCore
import Nodes

/// Carries out requests for one operation: the same steps for every operation, each with a name.
struct OperationResponder: Sendable {
    let operation: Operation
    let services: GatewayServices
    let door: any Door
    let deadlines: Deadlines

    func respond(to request: Request, context: GatewayContext) async throws -> Response {
        let principal = context.principal
        if let entitlement = operation.entitlement {
            do {
                try principal.require(entitlement)
            } catch {
                throw Problem(error)
            }
        }
        try checkScope(principal)
        let accept = Self.accepted(request)
        let values = try RequestReading.values(
            of: request, captured: context.parameters, for: operation)
        var body = JSONValue.null
        var bodyBytes: [UInt8] = []
        if let description = operation.body {
            bodyBytes = try await RequestReading.bytes(
                of: request, limit: description.maximumByteCount, deadlines: deadlines, on: context.executor)
            body = try RequestReading.value(of: bodyBytes, for: description)
        }
        let key = try idempotencyKey(request, of: principal, content: bodyBytes)
        let call = OperationCall(
            principal: principal, services: services, values: values, body: body,
            client: key.map { services.client(claiming: $0.key, request: $0.request) } ?? services.client,
            accept: accept, lastEvent: request.headers[.lastEventID])
        guard let key else { return try response(to: request, with: try await run(call, on: context.executor)) }
        return try await once(key, of: request, call, on: context.executor)
    }

    /// The one place that keeps a department's business its own, and writes to those who may write in its name.
    /// - Throws: ``Problem`` with code `notEntitled`; `unavailable` where the gateway has no identity to write with.
    private func checkScope(_ principal: Principal) throws(Problem) {
        switch operation.scope {
        case .everyDepartment: break
        case .ownDepartment:
            guard principal.department == services.department else {
                throw Problem(
                    .notEntitled,
                    "this is the business of \(services.department), whose node this is: ask one of your own department"
                )
            }
        case .ownAuditors:
            guard principal.audits(services.department) else {
                throw Problem(.notEntitled, "this is for auditors of \(services.department), by their certificates")
            }
        }
        guard !operation.isIdempotentByKey || services.acts else {
            throw Problem(
                .unavailable,
                "this gateway writes nothing: name the directory of a client's identity in its configuration, as "
                    + "'gateway.identity'")
        }
    }

    private func run(_ call: OperationCall, on executor: any TaskExecutor) async throws -> Reply {
        if case .events = operation.answer { return try await operation.run(call) }
        let late = Problem(.notInTime, "what was handed in may still take effect: ask for it, or send the same again")
        let operation = operation
        return try await deadlines.within(
            GatewayLimits.operationTime, expired: late, on: operation.isLong ? nil : executor
        ) {
            try await operation.run(call)
        }
    }

    /// Carries a request out that has an idempotency key, or answers as it was answered before.
    private func once(
        _ key: (key: RequestKey, request: Digest), of request: Request, _ call: OperationCall,
        on executor: any TaskExecutor
    ) async throws -> Response {
        switch door.begin(key.key, request: key.request, at: services.clock.now) {
        case .proceed: break
        case .replay(let known): return try Self.response(again: known)
        case .underWay:
            throw Problem(.underWay, "the same request is being carried out: come again in a moment").with {
                $0.retryAfter = 1
            }
        case .reused:
            throw Problem(.keyReused, "take another Idempotency-Key: this one was used for another request")
        case .full:
            throw Problem(.overloaded, "too many requests are under way: come again in a moment").with {
                $0.retryAfter = 1
            }
        }
        do {
            let reply = try await run(call, on: executor)
            let response = try response(to: request, with: reply)
            if case .json(let value) = reply.content {
                door.finish(
                    key.key,
                    with: IdempotencyRecords.Response(
                        status: operation.status.code, contentType: Self.jsonType,
                        location: response.headers[.location], body: try ResponseBody.bytes(of: value)))
            } else {
                door.abandon(key.key)
            }
            return response
        } catch {
            // Whatever it was, the ledger knows whether it took effect: asked again, the claim finds that out.
            door.abandon(key.key)
            throw error
        }
    }

    private static func response(again known: IdempotencyRecords.Response) throws -> Response {
        guard let body = known.body else {
            throw Problem(.gone, "this request was carried out; its answer was too long to be kept")
        }
        var headers: HTTPFields = [
            .contentType: known.contentType, .cacheControl: "no-cache", .idempotencyReplayed: "true",
        ]
        if let location = known.location { headers[.location] = location }
        return Response(
            status: HTTPResponse.Status(code: known.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    /// The key by which the same request is known again, and the digest of what is asked.
    /// - Throws: ``Problem`` with code `invalidHeader`.
    private func idempotencyKey(
        _ request: Request, of principal: Principal, content: [UInt8]
    ) throws(Problem) -> (key: RequestKey, request: Digest)? {
        guard operation.isIdempotentByKey, let key = request.headers[.idempotencyKey] else { return nil }
        guard StringFormat.word.accepts(key) else {
            throw Problem(.invalidHeader, "Idempotency-Key: has to be \(StringFormat.word.meaning), such as a UUID")
        }
        do {
            return (
                try RequestKey(key, of: principal, suite: services.suite),
                RequestKey.digest(
                    method: operation.method.rawValue, path: request.uri.description, body: content,
                    suite: services.suite)
            )
        } catch {
            throw Problem(error)
        }
    }

    /// The media types that the caller takes, without their parameters; nothing for whatever there is.
    private static func accepted(_ request: Request) -> [String] {
        (request.headers[.accept] ?? "").split(separator: ",").prefix(16).compactMap { part in
            part.split(separator: ";").first?.trimmingCharacters(in: .whitespaces).lowercased()
        }
    }

    private static let jsonType = "application/json; charset=utf-8"

    private func response(to request: Request, with reply: Reply) throws -> Response {
        var headers = HTTPFields()
        headers[.cacheControl] = "no-cache"
        if let height = reply.height {
            let tag = "W/\"\(height)\""
            headers[.eTag] = tag
            if request.method == .get, request.headers[.ifNoneMatch]?.contains(tag) == true {
                return Response(status: .notModified, headers: headers)
            }
        }
        if let seal = reply.seal { headers[.zhenglianSeal] = Base64.encode(seal) }
        if let location = reply.location { headers[.location] = OpenAPIDocument.base + location }
        switch reply.content {
        case .json(let value):
            headers[.contentType] = Self.jsonType
            return Response(
                status: operation.status, headers: headers,
                body: .bytes(try ResponseBody.bytes(of: value), holding: reply.seat))
        case .bytes(let bytes, let mediaType, let fileName):
            headers[.contentType] = mediaType
            if let fileName { headers[.contentDisposition] = "attachment; filename=\"\(fileName)\"" }
            return Response(
                status: operation.status, headers: headers, body: .bytes(bytes, holding: reply.seat))
        case .events(let events):
            headers[.contentType] = "text/event-stream; charset=utf-8"
            return Response(status: operation.status, headers: headers, body: .events(events))
        case .nothing:
            return Response(status: operation.status, headers: headers)
        }
    }
}

extension Principal {
    /// Whether this is an auditor of `department`, by a certificate.
    func audits(_ department: DepartmentName) -> Bool {
        guard case .member(let member) = kind else { return false }
        return member.role == .auditor && member.department == department
    }
}

extension ResponseBody {
    /// A value in JSON, its members in the order of their names.
    static func json(_ value: any Encodable) throws -> ResponseBody {
        ResponseBody(byteBuffer: ByteBuffer(bytes: try bytes(of: value)))
    }

    static func bytes(of value: any Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// Bytes, and a place that is free again once they were sent.
    static func bytes(_ bytes: [UInt8], holding seat: Seats.Seat?) -> ResponseBody {
        guard let seat else { return ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)) }
        return ResponseBody(contentLength: bytes.count) { writer in
            try await writer.write(ByteBuffer(bytes: bytes))
            try await writer.finish(nil)
            withExtendedLifetime(seat) {}
        }
    }

    /// Events as they come, for as long as the caller listens.
    static func events(_ events: some AsyncSequence<[UInt8], any Error> & Sendable) -> ResponseBody {
        ResponseBody { writer in
            for try await event in events { try await writer.write(ByteBuffer(bytes: event)) }
            try await writer.finish(nil)
        }
    }
}

extension HTTPField.Name {
    static let idempotencyKey = HTTPField.Name.known("Idempotency-Key")
    /// Says that an answer is one that was given before.
    static let idempotencyReplayed = HTTPField.Name.known("Idempotency-Replayed")
    /// The seal of an export: who has made it, when, as of which height.
    static let zhenglianSeal = HTTPField.Name.known("Zhenglian-Seal")
    static let lastEventID = HTTPField.Name.known("Last-Event-ID")

    static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("the name is a token, as a line above shows") }
        return name
    }
}
