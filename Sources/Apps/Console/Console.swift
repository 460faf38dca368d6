import Foundation
import HTTPTypes
public import Hummingbird
import Logging
import NIOCore
import Nodes

/// The web console: what people see of the ledger in a browser, in Chinese and English.
///
/// Pages are rendered here out of what the ledger and the node's read model answer at that moment; nothing comes from
/// elsewhere, and nothing here can do what the command line cannot.
public struct Console: Sendable {
    let services: ConsoleServices
    let limits: ConsoleLimits
    private let parts: ConsoleParts

    /// Reads templates and files.
    /// - Throws: ``ConsoleStartError`` where the program was installed in part.
    public init(_ services: ConsoleServices, limits: ConsoleLimits = ConsoleLimits()) throws(ConsoleStartError) {
        (self.services, self.limits) = (services, limits)
        parts = try ConsoleParts(
            services: services, limits: limits, assets: try AssetCatalogue(folder: Self.resources(of: .module)))
    }

    /// The folder of the resources: bundles of some systems have a folder of that name of their own, and others do not.
    private static func resources(of bundle: Bundle) -> URL {
        let folders = [bundle.resourceURL, bundle.bundleURL].compactMap(\.self)
            .map { $0.appendingPathComponent("Resources") }
        let whole = folders.first {
            FileManager.default.fileExists(atPath: $0.appendingPathComponent("templates").path)
        }
        return whole ?? bundle.bundleURL
    }

    /// Adds the console's pages to a router.
    public func addRoutes<Context: ConsoleRequestContext>(to router: some RouterMethods<Context>) {
        for route in PageRoute.all {
            router.get(RouterPath(route.path)) { request, context in
                await respond(to: request, context, section: route.section, entitlement: route.entitlement) {
                    .page(try await route.page($0))
                }
            }
        }
        for route in FileRoute.all {
            router.get(RouterPath(route.path)) { request, context in
                await respond(to: request, context, section: route.section, entitlement: route.entitlement) { page in
                    // Proofs are made and checked here: not on the connection's thread, where others would wait for it.
                    try await withTaskExecutorPreference(globalConcurrentExecutor) {
                        .file(try await route.file(page))
                    }
                }
            }
        }
        router.get("assets/**") { request, context in
            asset(request, path: context.parameters.getCatchAll().joined(separator: "/"))
        }
        router.get("console/events") { request, context in
            await respond(to: request, context, section: nil, entitlement: nil) { page in
                .stream(try parts.feed.body(in: page.language))
            }
        }
        addPlatformRoutes(to: router)
        addAdministrationRoutes(to: router)
        router.post("login") { request, context in await logIn(request, context) }
        router.post("logout") { request, context in await logOut(request, context) }
    }

    /// The page that says why another is not shown, for the gateway's own refusals.
    public func failure<Context: ConsoleRequestContext>(
        _ status: HTTPResponse.Status, _ request: Request, _ context: Context
    ) async -> Response {
        let page = self.page(request, context)
        let error =
            status == .notFound
            ? ConsoleError.notFound(Phrase("there is no such page", "没有该页面"))
            : ConsoleError(
                .unavailable, Phrase("the request was refused: \(status.code)", "请求被拒绝：\(status.code)"),
                advice: Phrase("go back and try again", "请返回重试"))
        return await render(FailurePage.page(error, status: status), for: page, section: nil)
    }

    // MARK: Answers

    enum Reply: Sendable {
        case page(Page, cookie: String? = nil, retryAfterSeconds: Int? = nil)
        case file(ConsoleFile)
        case stream(ResponseBody)
        case redirect(String, cookie: String?)
    }

    func respond<Context: ConsoleRequestContext>(
        to request: Request, _ context: Context, section: ConsoleSection?, entitlement: ConsoleEntitlement?,
        _ reply: (PageRequest) async throws -> Reply
    ) async -> Response {
        let page = self.page(request, context)
        do {
            guard page.visitor.may(entitlement) else {
                guard page.visitor.name != nil else {
                    return redirect(Query.path("/login", [("next", page.path)]), cookie: nil)
                }
                throw ConsoleError.notEntitled(entitlement)
            }
            switch try await reply(page) {
            case .page(let content, let cookie, let seconds):
                var response = await render(content, for: page, section: section)
                if let cookie { response.headers[values: .setCookie].append(cookie) }
                if let seconds { response.headers[.retryAfter] = "\(seconds)" }
                if let asked = Query(request.uri.query ?? "").values["lang"], asked == page.language.rawValue {
                    response.headers[values: .setCookie].append(Self.languageCookie(page.language))
                }
                return response
            case .file(let file): return Protected.response(file.response)
            case .stream(let body):
                return Protected.response(
                    Response(
                        status: .ok, headers: [.contentType: ContentType.events, .cacheControl: "no-store"], body: body)
                )
            case .redirect(let path, let cookie): return redirect(path, cookie: cookie)
            }
        } catch {
            let failure = ConsoleError(error)
            if !(error is ConsoleError) {
                context.logger.info("a page of the console is not shown", metadata: ["error": "\(error)"])
            }
            return await render(FailurePage.page(failure, status: failure.code.status), for: page, section: section)
        }
    }

    private func redirect(_ path: String, cookie: String?) -> Response {
        var response = Response.redirect(to: path)
        response.headers[.cacheControl] = "no-store"
        if let cookie { response.headers[.setCookie] = cookie }
        return Protected.response(response)
    }

    private func render(_ page: Page, for request: PageRequest, section: ConsoleSection?) async -> Response {
        // Without a word of the node the page still comes, and says so.
        let state = try? await parts.state.state()
        let frame = FrameMaker(request: request, page: page, section: section, state: state).frame
        do throws(ConsoleError) {
            let html = try parts.renderer.render(page, in: frame, language: request.language)
            return Protected.response(
                Response(
                    status: page.status,
                    headers: [
                        .contentType: ContentType.html, .cacheControl: "private, no-cache",
                        .vary: "Accept-Language, Cookie",
                    ],
                    body: ResponseBody(byteBuffer: ByteBuffer(string: html))))
        } catch {
            return Protected.response(
                Response(
                    status: error.code.status, headers: [.contentType: "text/plain; charset=utf-8"],
                    body: ResponseBody(byteBuffer: ByteBuffer(string: error.statement.text(in: request.language)))))
        }
    }

    private func asset(_ request: Request, path: String) -> Response {
        guard let (asset, isOfEdition) = parts.assets.find(path) else {
            return Protected.response(Response(status: .notFound, headers: [.cacheControl: "no-store"]))
        }
        var headers: HTTPFields = [
            .contentType: asset.contentType, .eTag: asset.entityTag,
            .cacheControl: isOfEdition && !asset.isDownload ? "public, max-age=31536000, immutable" : "no-cache",
        ]
        if asset.isDownload { headers[.contentDisposition] = "attachment" }
        let known = request.headers[.ifNoneMatch]?.split(separator: ",").map(\.trimmed) ?? []
        if known.contains(asset.entityTag) || known.contains("*") {
            return Protected.response(Response(status: .notModified, headers: headers))
        }
        return Protected.response(
            Response(
                status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: asset.bytes))))
    }

    // MARK: Sessions

    private func logIn<Context: ConsoleRequestContext>(_ request: Request, _ context: Context) async -> Response {
        await respond(to: request, context, section: nil, entitlement: nil) { page in
            let form = try await form(request)
            try Protected.checkForm(request, token: form["token"], visitor: page.visitor)
            let next = Protected.localPath(form["next"])
            let outcome = await services.access.logIn(
                name: form["name"] ?? "", password: form["password"] ?? "", from: page.visitor.address)
            if case .accepted(let cookie) = outcome { return .redirect(next, cookie: cookie) }
            return .page(LoginPage.page(page, next: next, outcome: outcome))
        }
    }

    private func logOut<Context: ConsoleRequestContext>(_ request: Request, _ context: Context) async -> Response {
        await respond(to: request, context, section: nil, entitlement: nil) { page in
            try Protected.checkForm(request, token: try await form(request)["token"], visitor: page.visitor)
            let outcome = await services.access.logOut(page.visitor)
            guard let platform = outcome.platform else { return .redirect("/", cookie: outcome.cookie) }
            // Not a redirection: the policy lets no form lead to another server, and it should stay so.
            return .page(PassagePage.departing(to: platform), cookie: outcome.cookie)
        }
    }

    private func form(_ request: Request) async throws -> [String: String] {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: limits.formByteCount)
        } catch {
            throw ConsoleError.badQuestion("the form is too long", "表单过长")
        }
        return Query(String(buffer: body)).values
    }

    private static func languageCookie(_ language: ConsoleLanguage) -> String {
        "zhenglian-language=\(language.rawValue); Path=/; Max-Age=31536000; SameSite=Lax; Secure; HttpOnly"
    }

    func page<Context: ConsoleRequestContext>(_ request: Request, _ context: Context) -> PageRequest {
        var query = Query(request.uri.query ?? "").values
        let language = ConsoleLanguage.choose(
            asked: query.removeValue(forKey: "lang"), kept: request.cookies["zhenglian-language"]?.value,
            acceptLanguage: request.headers[.acceptLanguage])
        let path = Query.path(request.uri.path, query.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        var parameters = Dictionary(
            context.parameters.map { (String($0.key), Query.decoded(String($0.value)) ?? "") }, uniquingKeysWith: { $1 }
        )
        parameters["theme"] = request.cookies["zhenglian-theme"]?.value
        return PageRequest(
            language: language, visitor: context.visitor, path: path, parameters: parameters, query: query,
            services: services, limits: limits, parts: parts)
    }
}
