import Formats
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Nodes
import OneThings

/// What the modules of the page Administration ask of the node: contracts' answers, a definition's octets, and to hand
/// in what an administrator has signed. All of it is JSON, refusals as well.
extension Console {
    static let administrationPath = "operations/administration"

    func addAdministrationRoutes<Context: ConsoleRequestContext>(to router: some RouterMethods<Context>) {
        router.get(RouterPath("\(Self.administrationPath)/answers")) { request, context in
            await administer(request, context) { try await AdministrationAnswer.answer($0) }
        }
        router.post(RouterPath("\(Self.administrationPath)/definitions")) { request, context in
            await administer(request, context) { page -> AdministrationDefinition in
                let file = try await octets(request, limit: DefinitionFile.maximumByteCount)
                return try AdministrationDefinition(file: file, in: page.language)
            }
        }
        router.post(RouterPath("\(Self.administrationPath)/transactions")) { request, context in
            await administer(request, context) { page -> AdministrationOutcome in
                let limit = page.services.genesis.limits.maximumTransactionBytes
                let submission = AdministrationSubmission(services: page.services)
                let outcome = try await submission.submit(try await octets(request, limit: limit))
                return AdministrationOutcome(outcome, in: page.language)
            }
        }
    }

    /// Answers whoever may, and takes what changes something from pages of this console alone.
    private func administer<Context: ConsoleRequestContext, Answer: Encodable>(
        _ request: Request, _ context: Context, _ work: (PageRequest) async throws -> Answer
    ) async -> Response {
        let page = self.page(request, context)
        do {
            let entitlement = ConsoleSection.operations.entitlement
            guard page.visitor.may(entitlement) else {
                guard page.visitor.name != nil else {
                    throw ConsoleError(
                        .notLoggedIn, Phrase("nobody is logged in", "尚未登录"), advice: Phrase("log in", "请登录"))
                }
                throw ConsoleError.notEntitled(entitlement)
            }
            if request.method != .get {
                let token = AdministrationSubmission.tokenField.flatMap { request.headers[$0] }
                try Protected.checkForm(request, token: token, visitor: page.visitor)
            }
            return Protected.response(try Self.response(.ok, await work(page)))
        } catch {
            if !(error is ConsoleError) {
                context.logger.info("an administrator's request is refused", metadata: ["error": "\(error)"])
            }
            return Self.refusal(error, page)
        }
    }

    private static func refusal(_ error: any Error, _ page: PageRequest) -> Response {
        let told = ConsoleError(error)
        let code = (error as? NodeError)?.code.rawValue ?? told.code.rawValue
        let refusal = AdministrationRefusal(
            code: code, statement: page.tell(told.statement), advice: page.tell(told.advice))
        do {
            return Protected.response(try response(told.code.status, refusal))
        } catch {
            return Protected.response(Response(status: .internalServerError))
        }
    }

    private static func response(_ status: HTTPResponse.Status, _ value: some Encodable) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Response(
            status: status, headers: [.contentType: ContentType.json, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: Array(try encoder.encode(value)))))
    }

    /// - Throws: ``ConsoleError`` where there are more octets than are taken.
    private func octets(_ request: Request, limit: Int) async throws -> [UInt8] {
        do {
            return Array(buffer: try await request.body.collect(upTo: limit))
        } catch {
            throw ConsoleError.badQuestion("it has more than \(limit) octets", "内容超过 \(limit) 字节")
        }
    }
}

/// Why nothing was answered or handed in, for whoever reads it in a module.
struct AdministrationRefusal: Encodable {
    let code: String
    let statement: String
    let advice: String
}
