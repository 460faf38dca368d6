import Formats
import GatewayAccess
import HTTPTypes
import Identity
import Licences
import Nodes
import ZhenglianClient

extension Operation {
    /// Showing a licence, for the system that a holder's device speaks through: what the device says it has signed.
    static var presenting: [Operation] {
        [preparePresentation, presentLicence, checkPresentation, listScanners, answerScanner]
    }

    private static func relaying(
        _ name: String, _ path: String, _ summary: Summary, schema: Schema, answer: Answer,
        status: HTTPResponse.Status = .ok, run: @escaping @Sendable (OperationCall) async throws -> Reply
    ) -> Operation {
        Operation(
            name, .post, "/presentations\(path)", summary, entitlement: .writeUses, scope: .ownDepartment,
            body: Body(schema: schema, maximumByteCount: 16 << 10), answer: answer, status: status,
            problems: [.invalidValue, .refusedByLedger], run: run)
    }

    private static var preparePresentation: Operation {
        relaying(
            "preparePresentation", "/statements",
            Summary("what the holder's device signs to show a licence; nothing is written", "生成亮证待签声明；不写账本"),
            schema: .object(
                .required("licence", .licence), .required("purpose", .purpose), .required("fields", .columns),
                .optional("audience", Schema.department.described("the only department that may scan", "限定扫码部门")),
                .optional(
                    "seconds",
                    Schema.integer(
                        PresentationOrder.secondsRange.lowerBound...PresentationOrder.secondsRange.upperBound
                    ).described("how long the code lasts", "亮证码有效秒数")),
                .optional(
                    "maximumScans", Schema.integer(PresentUse.scans).described("how often it may be scanned", "可扫次数")),
                .optional("agent", Schema.digest.described("the holder's grant to the agent who shows", "代理授权")),
                HolderStatementBody.notAfter),
            answer: .json(
                .object(
                    HolderStatementBody.schema.properties + [
                        .required(
                            "order",
                            Schema.string(.base64, 4...4_096).described(
                                "DER of the PresentationOrder, which goes with the signature",
                                "亮证请求（DER，base64），与签名一并提交"))
                    ]))
        ) { call in
            let (body, services) = (call.body, call.services)
            var generator = SystemRandomNumberGenerator()
            let order = try PresentationOrder(
                licence: try body.value("licence"), purpose: try body.value("purpose"), fields: body.columns("fields"),
                audience: body.optionalLabel("audience"),
                seconds: body["seconds"]?.integer ?? PresentationOrder.standardSeconds,
                maximumScans: body["maximumScans"]?.integer ?? 1,
                nonce: PresentationIdentifier(using: &generator).digest(suite: services.suite),
                agent: body.record("agent"))
            let statement = order.statement(
                notAfter: HolderStatementBody.end(body, now: services.clock.now), genesis: services.genesis)
            return .json(PreparedPresentation(order, statement, suite: services.suite))
        }
    }

    private static var presentLicence: Operation {
        relaying(
            "presentLicence", "",
            Summary(
                "show a licence at the wish of its holder, or of the holder's agent: the text of the QR code; the "
                    + "ledger notes it", "亮证（本人或代理人，附设备签名）：返回二维码内容；账本登记"),
            schema: .object(
                .required("order", .string(.base64, 4...4_096)),
                .required(
                    "signature",
                    Schema.string(.base64, 4...512).described(
                        "DER of a HolderSignature by the device, in base64", "设备签名（DER，base64）"))),
            answer: .json(ShownFacts.schema), status: .created
        ) { call in
            let order: PresentationOrder = try call.body.structure("order", limit: 2 << 10)
            let proof: HolderSignature = try call.body.structure("signature", limit: 256)
            let relay = HolderRelay(genesis: call.services.genesis)
            let shown = try await call.services.withLicenceService(of: try call.services.owner(of: order.licence)) {
                try await relay.present(order, proof: proof, through: $0)
            }
            return .json(ShownFacts(shown))
        }
    }

    private static var checkPresentation: Operation {
        Operation(
            "checkPresentation", .post, "/presentations/check",
            Summary(
                "whether a code is a department's, unchanged and still good; nobody is asked, and nothing is written",
                "检验亮证码：来源、未改动、未过期、签发节点未吊销；不询问持证人，不写账本"),
            entitlement: .verify,
            body: Body(schema: .object(.required("code", .presentationCode)), maximumByteCount: 4 << 10),
            answer: .json(TokenFacts.schema), problems: [.invalidValue]
        ) { call in
            let code = try call.presentationCode()
            try await call.services.client.presentations.check(code, scanner: nil, at: call.services.clock.now)
            return .json(TokenFacts(code.token))
        }
    }

    private static var listScanners: Operation {
        relaying(
            "listScanners", "/scanners",
            Summary("who has scanned a code and waits for the holder's answer", "查看已扫码、待本人确认者"),
            schema: .object(.required("code", .presentationCode), HolderStatementBody.notAfter),
            answer: .json(.object(.required("scanners", .array(of: ScannerFacts.schema, 0...64))))
        ) { call in
            struct Scanners: Encodable, Sendable { let scanners: [ScannerFacts] }
            let services = call.services
            let token = try call.presentationCode().token
            let end = HolderStatementBody.end(call.body, now: services.clock.now)
            let waiting = try await services.withLicenceService(of: try services.owner(of: token.licence)) {
                try await HolderRelay(genesis: services.genesis).scanners(of: token, through: $0)
            }
            return .json(Scanners(scanners: waiting.map { ScannerFacts($0, notAfter: end, genesis: services.genesis) }))
        }
    }

    private static var answerScanner: Operation {
        relaying(
            "answerScanner", "/answers",
            Summary("take the holder's answer to a scanner to the owner's node", "提交本人对扫码者的答复"),
            schema: .object(
                .required("code", .presentationCode), .required("scan", .scan), .required("agrees", .boolean),
                .required(
                    "signature",
                    Schema.string(.base64, 4...512).described(
                        "DER of a HolderSignature by the device over what agrees or declines, in base64",
                        "设备对同意或拒绝声明的签名（DER，base64）"))),
            answer: .nothing, status: .noContent
        ) { call in
            let services = call.services
            let token = try call.presentationCode().token
            let proof: HolderSignature = try call.body.structure("signature", limit: 256)
            let (scan, agrees) = (try call.scanNumber(), call.body["agrees"]?.boolean ?? false)
            try await services.withLicenceService(of: try services.owner(of: token.licence)) {
                try await HolderRelay(genesis: services.genesis).answer(
                    scan, agrees: agrees, proof: proof, of: token, through: $0)
            }
            return .nothing
        }
    }
}

extension StringFormat {
    static let presentationCode = StringFormat(
        "^ZL1\\.[A-Za-z0-9_-]+$", example: "ZL1.MAA", meaning: "the text of a presentation's QR code",
        isStricter: true
    ) { (try? PresentationCode($0)) != nil }

    static let scan = StringFormat(
        "^[0-9a-f]{32}$", example: String(repeating: "0a", count: 16), meaning: "32 hexadecimal digits in small letters"
    ) { text in [UInt8](hexadecimal: text).map { $0.count == 16 && $0.hexadecimal == text } ?? false }
}

extension Schema {
    static let presentationCode = string(.presentationCode, 5...PresentationCode.maximumTextCount).described(
        "the text of the QR code", "二维码内容")
    static let scan = string(.scan, 32...32).described("the number of a scan", "扫码编号")
}

extension JSONValue {
    /// A structure in DER and base64 that has to be there.
    /// - Throws: ``Problem`` with code `invalidValue`, or `FormatError`.
    func structure<Value: DERSequence>(_ name: String, limit: Int, as _: Value.Type = Value.self) throws -> Value {
        try Value(derBytes: try bytes(name), limit: limit)
    }
}

extension OperationCall {
    /// The code in the body.
    /// - Throws: `PresentationFault`.
    func presentationCode() throws -> PresentationCode { try PresentationCode(try body.text("code")) }

    /// The number of the scan in the body.
    /// - Throws: ``Problem`` with code `invalidValue`.
    func scanNumber() throws(Problem) -> [UInt8] {
        guard let scan = [UInt8](hexadecimal: try body.text("scan")) else {
            throw Problem(.invalidValue, "/scan: has to be \(StringFormat.scan.meaning)")
        }
        return scan
    }
}

extension GatewayServices {
    /// The department whose node keeps a licence.
    /// - Throws: ``Problem`` with code `invalidValue`.
    func owner(of licence: LicenceIdentifier) throws(Problem) -> DepartmentName {
        guard let owner = genesis.department(issuingUnder: licence.issuerCode.text) else {
            throw Problem(.invalidValue, "no department of this consortium issues under \(licence.issuerCode.text)")
        }
        return owner
    }
}
