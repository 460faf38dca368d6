import Formats
import GatewayAccess
import HTTPTypes
import Hummingbird
import Logging
import Metrics
import NIOCore
import Nodes
import Synchronization

/// Answers whatever goes wrong with problem details, to people with a page, and says so in the log.
struct ProblemMiddleware: RouterMiddleware {
    let pages: ConsolePages?

    func handle(
        _ request: Request, context: GatewayContext,
        next: @concurrent (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = (error as? HTTPError).map(Problem.init) ?? Problem.of(error)
            if problem.code == .internalError {
                context.logger.error(
                    "a request has failed",
                    metadata: ["method": "\(request.method)", "error": "\(error)", "request": "\(context.number)"])
            }
            if let pages, Self.isForPeople(request) {
                var response = await pages.failure(problem.code.status, request, context)
                if let seconds = problem.retryAfter { response.headers[.retryAfter] = "\(seconds)" }
                return response
            }
            return try Self.response(problem, to: request, number: context.number)
        }
    }

    private static func isForPeople(_ request: Request) -> Bool {
        !request.uri.path.hasPrefix(OpenAPIDocument.base) && request.headers[.accept]?.contains("text/html") == true
    }

    static func response(_ problem: Problem, to request: Request, number: String) throws -> Response {
        var headers: HTTPFields = [.contentType: ProblemDocument.mediaType, .cacheControl: "no-store"]
        if let seconds = problem.retryAfter { headers[.retryAfter] = "\(seconds)" }
        if problem.code == .notAuthenticated { headers[.wwwAuthenticate] = "Bearer realm=\"zhenglian\"" }
        if !problem.allow.isEmpty { headers[.allow] = problem.allow.joined(separator: ", ") }
        // What is left of a body that nobody wants is not waited for.
        if [.bodyTooLarge, .bodyTimeout].contains(problem.code) { headers[.connection] = "close" }
        return Response(
            status: problem.code.status, headers: headers,
            body: try .json(ProblemDocument(problem, request: number)))
    }
}

extension Problem {
    /// What hummingbird itself has refused.
    init(_ error: HTTPError) {
        switch error.status {
        case .notFound: self.init(.notFound, "there is nothing at this path: see /openapi.json")
        case .contentTooLarge: self.init(.bodyTooLarge, "the body is too large")
        case .badRequest: self.init(.invalidParameter, error.body ?? "the request is malformed")
        default: self.init(.internalError, "the request could not be carried out")
        }
    }
}

/// How much a gateway has to do.
final class GatewayLoad: Sendable {
    private let count = Mutex(0)

    /// Requests under way.
    var requests: Int { count.withLock(\.self) }

    /// - Returns: how many there are with this one.
    func begin() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }

    func end() { count.withLock { $0 -= 1 } }
}

/// Counts requests, how long they take, and how many are under way, of which there is a most.
struct AdmissionMiddleware: RouterMiddleware {
    let load: GatewayLoad
    var limit = GatewayLimits.requestCount
    private let gauge = Gauge(label: "zhenglian_gateway_requests_under_way")
    private let timers = RequestTimers()

    init(load: GatewayLoad) { self.load = load }

    func handle(
        _ request: Request, context: GatewayContext,
        next: @concurrent (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        let count = load.begin()
        gauge.record(count)
        defer { load.end() }
        guard count <= limit else {
            throw Problem(.overloaded, "\(limit) requests are under way: come again in a moment").with {
                $0.retryAfter = 1
            }
        }
        let start = ContinuousClock.now
        let response = try await next(request, context)
        timers.timer(of: request, context, response).record(duration: ContinuousClock.now - start)
        return response
    }
}

/// How long requests take, by operation, method and kind of answer: a timer each, made when the first one comes.
///
/// Bounded by what there is: operations and pages, methods, five kinds of answers.
private final class RequestTimers: Sendable {
    private struct Kind: Hashable {
        let operation: String?
        let method: HTTPRequest.Method
        let status: Int
    }

    /// What a caller may name besides goes by one name.
    private static let methods: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .patch, .delete, .options]
    private let timers = Mutex<[Kind: Metrics.Timer]>([:])

    func timer(of request: Request, _ context: GatewayContext, _ response: Response) -> Metrics.Timer {
        let kind = Kind(
            operation: context.endpointPath,
            method: Self.methods.contains(request.method) ? request.method : .other,
            status: response.status.code / 100)
        return timers.withLock { timers in
            if let timer = timers[kind] { return timer }
            let timer = Metrics.Timer(
                label: "zhenglian_gateway_request_seconds",
                dimensions: [
                    ("operation", kind.operation ?? "none"), ("method", kind.method.rawValue),
                    ("status", "\(kind.status)xx"),
                ])
            timers[kind] = timer
            return timer
        }
    }
}

extension HTTPRequest.Method {
    fileprivate static let other: HTTPRequest.Method = {
        guard let method = HTTPRequest.Method("OTHER") else { preconditionFailure("the name is a token") }
        return method
    }()
}

/// Finds out who calls, and holds everybody to their quota.
struct IdentityMiddleware: RouterMiddleware {
    let door: any Door
    let clock: any WallClock

    func handle(
        _ request: Request, context: GatewayContext,
        next: @concurrent (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let now = clock.now
        do {
            let cookie = request.cookies[SessionCookie.name]?.value
            let token = try Self.token(request)
            (context.principal, context.session) = try await door.admit(
                certificate: token == nil ? try await context.peerCertificate() : nil, token: token, session: cookie,
                at: now)
            if context.session != nil { context.sessionCookie = cookie }
        } catch let error as AccessError {
            throw Problem(error)
        }
        if let seconds = door.charge(context.principal, from: context.source, at: now) {
            throw Problem(.quotaExceeded, "this caller has come too often: come again in \(seconds) seconds").with {
                $0.retryAfter = seconds
            }
        }
        return try await next(request, context)
    }

    /// The token of the request.
    /// - Throws: ``Problem`` with code `notAuthenticated` for a way of showing who calls that there is not.
    private static func token(_ request: Request) throws(Problem) -> String? {
        guard let header = request.headers[.authorization] else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw Problem(.notAuthenticated, "the header Authorization has to be 'Bearer' and a token")
        }
        return String(parts[1])
    }
}

/// The cookie of a person's session in the console.
public enum SessionCookie {
    public static let name = "zhenglian-session"

    /// The value of `Set-Cookie` that begins a session; without a name, the one that has the browser forget it.
    /// - Parameter isSecure: whether it may only come back by TLS.
    static func field(_ session: String?, isSecure: Bool) -> String {
        let seconds = session == nil ? 0 : AccessLimits.sessionLifetime.components.seconds
        return "\(name)=\(session ?? ""); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict"
            + (isSecure ? "; Secure" : "")
    }
}

/// What every response says to browsers.
struct HardeningMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: GatewayContext,
        next: @concurrent (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.referrerPolicy] = "no-referrer"
        if response.headers[.contentSecurityPolicy] == nil {
            response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        }
        return response
    }
}

extension HTTPField.Name {
    static let referrerPolicy = HTTPField.Name.known("Referrer-Policy")
}
