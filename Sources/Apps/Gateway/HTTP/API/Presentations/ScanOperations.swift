import Formats
import GatewayAccess
import HTTPTypes
import Identity
import Licences
import Nodes
import ZhenglianClient

extension Operation {
    /// Scanning what a holder shows: the code is checked, the holder asked, then the ledger. What it allows is fetched
    /// as of every use.
    static var scanning: [Operation] { [scanPresentation, decideScan] }

    private static var scanPresentation: Operation {
        Operation(
            "scanPresentation", .post, "/presentations/scans",
            Summary(
                "scan a code: it is checked, and the holder is asked at the owner's node", "扫码：检验亮证码，并经证照部门节点请持证人确认"),
            entitlement: .writeUses, scope: .ownDepartment,
            body: Body(
                schema: .object(
                    [
                        .required("code", .presentationCode),
                        .optional(
                            "fields", Schema.columns.described("by default all that the code shows", "缺省为亮证码所示全部")),
                        .required(
                            "recipientKey",
                            Schema.string(.base64, 4...256).described(
                                "DER SubjectPublicKeyInfo of the caller's key, which alone opens what is released, in "
                                    + "base64",
                                "接收方公钥（SubjectPublicKeyInfo 的 DER，base64），释放内容仅此密钥可解")),
                        .optional("region", .region),
                    ] + UseContextBody.properties), maximumByteCount: 16 << 10),
            answer: .json(ScanFacts.schema), status: .created, problems: [.invalidValue, .refusedByLedger]
        ) { call in
            let (body, services) = (call.body, call.services)
            let code = try call.presentationCode()
            let purpose = Presentations.Purpose(
                application: try body.value("application"), context: try UseContextBody.context(body),
                channel: body.word("channel") ?? .app, fields: body["fields"] == nil ? nil : body.columns("fields"),
                region: try body.optional("region"))
            let presentations = call.client.presentations
            let request = try await presentations.request(
                code, for: purpose, recipientKey: try body.bytes("recipientKey"), at: services.clock.now)
            let scan = try await services.withLicenceService(of: code.token.owner) {
                try await presentations.ask(request, of: code, through: $0)
            }
            return .json(
                ScanFacts(
                    scan: scan.hexadecimal, presentation: TokenFacts(code.token),
                    request: Base64.encode(request.derBytes)))
        }
    }

    private static var decideScan: Operation {
        Operation(
            "decideScan", .post, "/presentations/scans/decisions",
            Summary(
                "ask the ledger with the holder's answer to a scan; while there is none, it is refused with ledgerCode "
                    + "notConfirmedYet, and may be asked again", "凭持证人确认申请用证；尚未确认时以 notConfirmedYet 拒绝，可再次请求"),
            entitlement: .writeUses, scope: .ownDepartment,
            body: Body(
                schema: .object(
                    .required("scan", .scan),
                    .required("owner", Schema.department.described("whose node was asked", "证照部门")),
                    .required(
                        "request",
                        Schema.string(.base64, 4...8_192).described("as the scan was answered with it", "扫码时返回的用证申请")),
                    .optional(
                        "wait",
                        Schema.integer(0...GatewayLimits.scanSeconds).described(
                            "how many seconds to wait for the holder at most", "最长等待持证人确认的秒数"))),
                maximumByteCount: 16 << 10),
            answer: .json(DecisionAnswer.schema), status: .created, isIdempotentByKey: true,
            problems: [.invalidValue, .refusedByLedger, .keyReused, .notFound]
        ) { call in
            let body = call.body
            let request: UseRequest = try body.structure("request", limit: 4 << 10)
            let scan = try call.scanNumber()
            let pace = Presentations.Pace(patience: .seconds(body["wait"]?.integer ?? 0))
            let decision = try await call.services.withLicenceService(of: try body.label("owner")) {
                try await call.client.presentations.decision(on: request, scan: scan, through: $0, pace: pace)
            }
            var reply = Reply.json(DecisionAnswer(decision), height: decision.height)
            reply.location = "/uses/\(decision.identifier)"
            return reply
        }
    }
}

/// A scan that waits for the holder.
struct ScanFacts: Encodable, Sendable {
    let scan: String
    let presentation: TokenFacts
    let request: String

    static let schema = Schema.object(
        .required("scan", .scan), .required("presentation", TokenFacts.schema),
        .required(
            "request",
            Schema.string(.base64, 4...8_192).described(
                "DER of the UseRequest that the ledger is to be asked with, in base64", "待提交账本的用证申请（DER，base64）"))
    ).named("Scan").described("a scan that waits for the holder", "待持证人确认的扫码")
}
