import Formats
import GatewayAccess
import HTTPTypes
import Identity
import Licences
import Nodes
import ZhenglianClient

extension Operation {
    /// Many receipts in one answer: what a department files with the cases of a day.
    static var makeReceipts: Operation {
        Operation(
            "makeReceipts", .post, "/receipts",
            Summary(
                "receipts of up to \(GatewayLimits.receiptCount) things at once, in the order in which they are asked "
                    + "for; what cannot be proved says why, and the others are there all the same",
                "批量出具回执，一次最多 \(GatewayLimits.receiptCount) 项，按请求顺序返回；不能出具的逐项说明原因，不影响其余"),
            entitlement: .readLedger,
            body: Body(
                schema: .object(
                    .required("of", .array(of: ReceiptWish.schema, 1...GatewayLimits.receiptCount))),
                maximumByteCount: 128 << 10),
            answer: .json(ReceiptBatch.schema), isLong: true, problems: [.invalidValue]
        ) { call in
            let wishes = try (call.body["of"]?.array ?? []).enumerated().map { place, body in
                try ReceiptWish(body, at: "/of/\(place)")
            }
            let seat = try call.services.proofs.seat(for: "proofs")
            var reply = Reply.json(await ReceiptBatch(of: wishes, from: call.services))
            reply.seat = seat
            return reply
        }
    }
}

/// What a receipt is asked for of, as a body says it.
enum ReceiptWish: Sendable {
    case question(ReceiptQuestion)
    /// The transaction that has brought this version of a licence on the ledger.
    case issue(LicenceIdentifier)

    private static let name: [Schema.Property] = [
        .required("contract", .string(.word, 1...64)),
        .required(
            "key",
            Schema.string(.hexadecimal, 2...(2 * StateName.maximumKeyByteCount)).described(
                "the key in hexadecimal", "键，十六进制")),
    ]

    static let schema = Schema.object(
        .optional("transaction", Schema.digest.described("what became of a transaction", "交易的执行结果")),
        .optional("licence", Schema.licence.described("what the catalogue holds of a licence now", "证照目录现状")),
        .optional("issue", Schema.licence.described("the issue of this version of a licence", "证照某版本的签发")),
        .optional(
            "entry",
            Schema.object(name + [.optional("asOf", .integer(1...Int64.max))]).described(
                "what the state holds under a name, or that it holds nothing", "状态条目或其不存在")),
        .optional(
            "list",
            Schema.object(
                name + [
                    .optional(
                        "after",
                        .object(.required("count", .integer(0...(Int64.max - 1))), .required("chain", .digest)))
                ]
            ).described(
                "all elements of a list, after the head that an earlier receipt of it ends with",
                "列表的全部元素，可自此前回执的末位起"))
    ).named("ReceiptWish").described("one of these: what a receipt is asked for of", "任选其一：请求何种回执")

    /// - Throws: ``Problem`` with code `invalidValue`; `LicenceError`.
    init(_ body: JSONValue, at place: String) throws {
        let named = ["transaction", "licence", "issue", "entry", "list"].filter { body[$0] != nil }
        guard named.count == 1, let kind = named.first, let wish = body[kind] else {
            throw Problem(.invalidValue, "\(place): names one thing that a receipt is asked for of")
        }
        switch kind {
        case "transaction":
            self = .question(.transaction(TransactionIdentifier(try body.requiredDigest("transaction"))))
        case "licence":
            self = .question(
                .state(CatalogueContract.stateName(of: try body.value("licence")), asOf: nil))
        case "issue": self = .issue(try body.value("issue"))
        case "entry":
            let asOf = wish["asOf"]?.integer.map { Height(rawValue: UInt64($0)) }
            self = .question(.state(try Self.name(wish), asOf: asOf))
        default:
            let head = try wish["after"].map { head in
                TrailHead(
                    count: UInt64(head["count"]?.integer ?? 0), chain: try head.requiredDigest("chain"))
            }
            self = .question(.trail(try Self.name(wish), after: head ?? .empty))
        }
    }

    private static func name(_ body: JSONValue) throws(Problem) -> StateName {
        guard let key = [UInt8](hexadecimal: try body.text("key")) else {
            throw Problem(.invalidValue, "/key: has to be \(StringFormat.hexadecimal.meaning)")
        }
        return StateName(contract: try body.text("contract"), key: key)
    }
}

/// Receipts of many things.
struct ReceiptBatch: Encodable, Sendable {
    struct Failure: Encodable, Sendable {
        let code: String
        let detail: String
        let ledgerCode: String?

        init(_ problem: Problem) {
            (code, detail, ledgerCode) = (problem.code.rawValue, problem.detail, problem.ledgerCode)
        }
    }

    struct Element: Encodable, Sendable {
        /// DER in base64; `nil` where there is none, for the reason beside it.
        let receipt: String?
        let problem: Failure?
    }

    let elements: [Element]

    static let schema = Schema.object(
        .required(
            "elements",
            .array(
                of: .object(
                    .optional(
                        "receipt",
                        Schema.string(.base64, 4...(4 * Receipt.maximumByteCount / 3 + 4)).described(
                            "DER of the receipt, in base64", "回执（DER，base64）")),
                    .optional(
                        "problem",
                        .object(
                            .required("code", .string(.word, 1...64)), .required("detail", .text(0...8_192)),
                            .optional("ledgerCode", .text())))), 1...GatewayLimits.receiptCount))
    ).named("Receipts").described("receipts in the order of what was asked for", "回执，按请求顺序")

    private static let tooMuch = Problem(
        .invalidValue,
        "the receipts before it fill the answer, which has at most \(GatewayLimits.receiptByteCount >> 20) MiB: ask "
            + "for it in another request")

    /// Asks for one after the other: they wait for the same headers.
    init(of wishes: [ReceiptWish], from services: GatewayServices) async {
        let deadline = ContinuousClock.now.advanced(by: GatewayLimits.receiptPatience)
        var elements: [Element] = []
        var byteCount = 0
        for wish in wishes {
            do {
                guard byteCount < GatewayLimits.receiptByteCount else { throw Self.tooMuch }
                let patience = max(.zero, ContinuousClock.now.duration(to: deadline))
                let bytes = try await services.receipt(of: wish, patience: patience).derBytes
                guard byteCount + bytes.count <= GatewayLimits.receiptByteCount || elements.isEmpty else {
                    throw Self.tooMuch
                }
                byteCount += bytes.count
                elements.append(Element(receipt: Base64.encode(bytes), problem: nil))
            } catch {
                elements.append(Element(receipt: nil, problem: Failure(Problem.of(error))))
            }
        }
        self.elements = elements
    }
}

extension GatewayServices {
    fileprivate func receipt(of wish: ReceiptWish, patience: Duration) async throws -> Receipt {
        let question: ReceiptQuestion
        switch wish {
        case .question(let asked): question = asked
        case .issue(let identifier):
            guard let record = try await client.licences.licences([identifier]).evidence(of: identifier) else {
                throw Problem(.notFound, "the ledger has no licence \(identifier)")
            }
            question = .transaction(record.transaction)
        }
        return try await client.ledger.sealedReceipt(answering: question, retry: Retry(patience: patience))
    }
}
