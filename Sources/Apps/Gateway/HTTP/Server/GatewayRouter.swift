import HTTPTypes
import Hummingbird
import NIOCore

/// The routes of a gateway: operations, their description, and pages.
struct GatewayRouter: Sendable {
    let table: OperationTable
    let services: GatewayServices
    let door: any Door
    let pages: ConsolePages
    let load: GatewayLoad
    let deadlines: Deadlines

    /// - Throws: what encoding the description throws.
    func build() throws -> Router<GatewayContext> {
        let router = Router(context: GatewayContext.self, options: .autoGenerateHeadEndpoints)
        router.addMiddleware {
            HardeningMiddleware()
            MissingRouteMiddleware(table: table)
            AdmissionMiddleware(load: load)
            ProblemMiddleware(pages: pages)
            IdentityMiddleware(door: door, clock: services.clock)
        }
        for operation in table.operations {
            let responder = OperationResponder(
                operation: operation, services: services, door: door, deadlines: deadlines)
            router.on(RouterPath(OpenAPIDocument.base + operation.path), method: operation.method) { request, context in
                try await responder.respond(to: request, context: context)
            }
        }
        let document = ByteBuffer(bytes: try OpenAPIDocument(of: table.operations).json)
        router.get("/openapi.json") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-cache"],
                body: ResponseBody(byteBuffer: document))
        }
        pages.addRoutes(to: router)
        return router
    }
}

/// Says which methods a path has, where it has others than the one that was asked for (RFC 9110, section 15.5.6).
struct MissingRouteMiddleware: RouterMiddleware {
    let table: OperationTable

    func handle(
        _ request: Request, context: GatewayContext,
        next: @concurrent (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        guard context.endpointPath == nil, path.hasPrefix(OpenAPIDocument.base + "/") else {
            return try await next(request, context)
        }
        let methods = table.methods(of: path.dropFirst(OpenAPIDocument.base.count))
        guard methods.isEmpty || methods.contains(request.method.rawValue) else {
            let problem = Problem(.methodNotAllowed, "methods of this path are: \(methods.joined(separator: ", "))")
            return try ProblemMiddleware.response(
                problem.with { $0.allow = methods }, to: request, number: context.number)
        }
        return try await next(request, context)
    }
}
