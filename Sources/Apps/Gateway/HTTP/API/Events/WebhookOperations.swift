import Formats
import GatewayAccess
import GatewayEvents
import HTTPTypes
import Identity
import Licences
import Nodes

extension Operation {
    /// Webhooks of the own department: events sent to an address, signed, in order, at least once.
    static var webhooks: [Operation] {
        [
            listWebhooks, makeWebhook, showWebhook, deleteWebhook, pauseWebhook, resumeWebhook, rotateSecret,
            deadLetters,
            resendDeadLetter, discardDeadLetter,
        ]
    }

    private static let identifier = Parameter.path("identifier", .string(.webhook, 32...32))
    private static let number = Parameter.path("number", .integer(1...Int64.max))

    private static func webhook(
        _ name: String, _ method: HTTPRequest.Method, _ path: String, _ summary: Summary, parameters: [Parameter] = [],
        body: Body? = nil, answer: Answer, status: HTTPResponse.Status = .ok,
        run: @escaping @Sendable (OperationCall) async throws -> Reply
    ) -> Operation {
        Operation(
            name, method, "/webhooks\(path)", summary, entitlement: .writeWebhooks, scope: .ownDepartment,
            parameters: parameters, body: body, answer: answer, status: status,
            problems: [.notFound, .invalidValue, .refusedByLedger], run: run)
    }

    private static var listWebhooks: Operation {
        webhook(
            "listWebhooks", .get, "", Summary("the department's webhooks", "本部门的事件推送"),
            answer: .json(.object(.required("webhooks", .array(of: WebhookFacts.schema))))
        ) { call in
            struct Webhooks: Encodable, Sendable { let webhooks: [WebhookFacts] }
            let found = try await call.services.webhooks.subscriptions(of: call.services.department)
            return .json(Webhooks(webhooks: found.map(WebhookFacts.init)))
        }
    }

    private static var makeWebhook: Operation {
        webhook(
            "makeWebhook", .post, "",
            Summary("have events sent to an address; the secret is shown this once", "新建事件推送；密钥仅此一次显示"),
            body: Body(
                schema: .object(
                    .required("address", Schema.text(1...2_048).described("an absolute https URL", "https 绝对地址")),
                    .optional("types", .array(of: .string(.eventType, 1...130), 0...32)),
                    .optional("licences", .array(of: .licence, 0...32)),
                    .optional("cases", .array(of: .string(.caseCode, 19...19), 0...32)),
                    .optional(
                        "after",
                        Schema.string(.eventCursor, 1...42).described(
                            "what comes after it is sent; by default what comes from now on", "起点，默认自此刻起")))),
            answer: .json(
                .object(.required("webhook", WebhookFacts.schema), .required("secret", .text(1...128)))),
            status: .created
        ) { call in
            struct Made: Encodable, Sendable {
                let webhook: WebhookFacts
                let secret: String
            }
            let services = call.services
            let body = call.body
            let filter = try EventFilter(
                types: (body["types"]?.array ?? []).compactMap(\.string),
                licences: try (body["licences"]?.array ?? []).compactMap(\.string).map {
                    LicenceKey(try LicenceIdentifier($0))
                },
                oneThings: try (body["cases"]?.array ?? []).compactMap(\.string).map { try OneThingCode($0) },
                departments: call.audience)
            let made = try await services.webhooks.subscribe(
                try WebhookAddress(try body.text("address")), to: filter,
                for: try WebhookOwner(call.principal.identifier, of: services.department),
                after: try call.eventCursor(body["after"]?.string) ?? services.feed.now, at: services.clock.now)
            var reply = Reply.json(Made(webhook: WebhookFacts(made.subscription), secret: made.secret.text))
            reply.location = "/webhooks/\(made.subscription.identifier)"
            return reply
        }
    }

    private static var showWebhook: Operation {
        webhook(
            "getWebhook", .get, "/{identifier}", Summary("a webhook and how its deliveries go", "事件推送及其投递情况"),
            parameters: [identifier], answer: .json(WebhookFacts.schema)
        ) { call in
            let found = try await call.services.webhooks.subscription(
                try call.webhook(), of: call.services.department)
            return .json(WebhookFacts(found))
        }
    }

    private static var deleteWebhook: Operation {
        webhook(
            "deleteWebhook", .delete, "/{identifier}", Summary("end a webhook", "删除事件推送"), parameters: [identifier],
            answer: .nothing, status: .noContent
        ) { call in
            try await call.services.webhooks.delete(try call.webhook(), of: call.services.department)
            return .nothing
        }
    }

    private static var pauseWebhook: Operation {
        webhook(
            "pauseWebhook", .post, "/{identifier}/pause", Summary("stop deliveries for a while", "暂停投递"),
            parameters: [identifier], answer: .nothing, status: .noContent
        ) { call in
            try await call.services.webhooks.pause(try call.webhook(), of: call.services.department)
            return .nothing
        }
    }

    private static var resumeWebhook: Operation {
        webhook(
            "resumeWebhook", .post, "/{identifier}/resume",
            Summary("have deliveries made again, where they stopped or after a place", "恢复投递，可指定起点"),
            parameters: [identifier, .query("after", .string(.eventCursor, 1...42))], answer: .nothing,
            status: .noContent
        ) { call in
            try await call.services.webhooks.resume(
                try call.webhook(), of: call.services.department, after: try call.eventCursor(call.text("after")))
            return .nothing
        }
    }

    private static var rotateSecret: Operation {
        webhook(
            "rotateWebhookSecret", .post, "/{identifier}/secret",
            Summary(
                "another secret, shown this once; the one before signs beside it for a day", "更换密钥，仅此一次显示；旧密钥并行一日"),
            parameters: [identifier], answer: .json(.object(.required("secret", .text(1...128))))
        ) { call in
            struct Secret: Encodable, Sendable { let secret: String }
            let secret = try await call.services.webhooks.rotateSecret(
                try call.webhook(), of: call.services.department, at: call.services.clock.now)
            return .json(Secret(secret: secret.text))
        }
    }

    private static var deadLetters: Operation {
        webhook(
            "listDeadLetters", .get, "/{identifier}/dead-letters",
            Summary("what could not be delivered", "未能投递的事件"), parameters: [identifier, .cursor, .limit],
            answer: .json(.object(.required("deadLetters", .array(of: DeadLetterFacts.schema))))
        ) { call in
            struct Letters: Encodable, Sendable { let deadLetters: [DeadLetterFacts] }
            let found = try await call.services.webhooks.deadLetters(
                of: try call.webhook(), in: call.services.department, after: try call.start(), limit: call.limit)
            return .json(Letters(deadLetters: found.map(DeadLetterFacts.init)))
        }
    }

    private static var resendDeadLetter: Operation {
        webhook(
            "resendDeadLetter", .post, "/{identifier}/dead-letters/{number}/resend",
            Summary("send again what could not be delivered", "重新投递"), parameters: [identifier, number],
            answer: .nothing, status: .noContent
        ) { call in
            try await call.services.webhooks.resend(
                call.number("number") ?? 0, of: try call.webhook(), in: call.services.department)
            return .nothing
        }
    }

    private static var discardDeadLetter: Operation {
        webhook(
            "discardDeadLetter", .delete, "/{identifier}/dead-letters/{number}",
            Summary("give up what could not be delivered", "放弃投递"), parameters: [identifier, number], answer: .nothing,
            status: .noContent
        ) { call in
            try await call.services.webhooks.discard(
                call.number("number") ?? 0, of: try call.webhook(), in: call.services.department)
            return .nothing
        }
    }
}

/// A webhook and how its deliveries go.
struct WebhookFacts: Encodable, Sendable {
    let identifier: String
    let address: String
    let owner: String
    let types: [String]
    let state: String
    /// Why the node has stopped deliveries; nothing where it has not.
    let reason: String?
    let cursor: String
    let attempts: Int
    let nextAttempt: String?
    let lastFailure: String?
    let createdAt: String
    let deliveredAt: String?
    let deadLetterCount: Int

    init(_ webhook: WebhookSubscription) {
        identifier = webhook.identifier.text
        address = webhook.address.text
        owner = webhook.owner.principal
        types = webhook.filter.types
        state = webhook.state.rawValue
        reason = webhook.reason?.rawValue
        cursor = "\(webhook.cursor)"
        attempts = webhook.schedule.attempts
        nextAttempt = webhook.schedule.nextAttempt?.description
        lastFailure = webhook.lastFailure
        createdAt = webhook.createdAt.description
        deliveredAt = webhook.deliveredAt?.description
        deadLetterCount = webhook.deadLetterCount
    }

    static let schema = Schema.object(
        .required("identifier", .string(.webhook, 32...32)), .required("address", .text(1...2_048)),
        .required("owner", .text()), .required("types", .array(of: .text(), 0...32)),
        .required("state", .choice(["active", "paused", "disabled"])),
        .optional("reason", .choice(WebhookDisabling.allCases.map(\.rawValue))),
        .required("cursor", .string(.eventCursor, 1...42)), .required("attempts", .integer()),
        .optional("nextAttempt", .time), .optional("lastFailure", .text(0...4_096)), .required("createdAt", .time),
        .optional("deliveredAt", .time), .required("deadLetterCount", .integer())
    ).named("Webhook").described("a webhook and how its deliveries go", "事件推送")
}

/// An event that could not be delivered.
struct DeadLetterFacts: Encodable, Sendable {
    let number: Int64
    let cursor: String
    let type: String
    let failure: String
    let putAsideAt: String
    let isQueued: Bool

    init(_ letter: DeadLetter) {
        number = letter.number
        cursor = "\(letter.cursor)"
        type = letter.type.rawValue
        failure = letter.failure
        putAsideAt = letter.putAsideAt.description
        isQueued = letter.isQueued
    }

    static let schema = Schema.object(
        .required("number", .integer()), .required("cursor", .string(.eventCursor, 1...42)), .required("type", .text()),
        .required("failure", .text(0...4_096)), .required("putAsideAt", .time), .required("isQueued", .boolean))
}

extension StringFormat {
    static let webhook = StringFormat(
        "^[0-9a-f]{32}$", example: String(repeating: "0a", count: 16), meaning: "32 hexadecimal digits in small letters"
    ) { WebhookIdentifier($0) != nil }
}

extension OperationCall {
    /// - Throws: ``Problem`` with code `invalidParameter`.
    fileprivate func webhook() throws(Problem) -> WebhookIdentifier {
        guard let identifier = text("identifier").flatMap({ WebhookIdentifier($0) }) else {
            throw Problem(.invalidParameter, "identifier: has to be \(StringFormat.webhook.meaning)")
        }
        return identifier
    }
}
