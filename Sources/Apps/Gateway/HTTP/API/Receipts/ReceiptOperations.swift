import Formats
import GatewayAccess
import HTTPTypes
import Identity
import Ledger
import Licences
import Nodes
import ZhenglianClient

extension Operation {
    /// Receipts: what anybody can check for ever with the genesis file.
    static var receipts: [Operation] {
        [transactionReceipt, stateReceipt, licenceReceipt, makeReceipts, verifyReceipt, lightClientStep]
    }

    private static let receiptType = "application/vnd.zhenglian.receipt"
    private static let receiptAnswer = Answer.either(.anything, bytes: receiptType)

    private static var transactionReceipt: Operation {
        Operation(
            "getTransactionReceipt", .get, "/transactions/{identifier}/receipt",
            Summary(
                "the receipt of a transaction; waits for the header that vouches for it", "交易回执；等待见证其结果的区块头"),
            entitlement: .readLedger, parameters: [.path("identifier", .digest)], answer: receiptAnswer,
            problems: [.notFound, .gone]
        ) { call in
            let identifier = try call.transactionIdentifier("identifier")
            return try await call.receiptReply(
                .transaction(identifier), fileName: "\("\(identifier)".prefix(16)).receipt")
        }
    }

    private static var stateReceipt: Operation {
        Operation(
            "getStateReceipt", .get, "/state/{contract}/{key}/receipt",
            Summary(
                "the receipt of what the state holds under a name, or that it holds nothing", "状态条目或其不存在的回执"),
            entitlement: .readLedger,
            parameters: [
                .path("contract", .string(.word, 1...64)),
                .path("key", Schema.string(.hexadecimal, 2...512).described("the key in hexadecimal", "键，十六进制")),
                .query("asOf", .integer(1...Int64.max)),
            ],
            answer: receiptAnswer, problems: [.notFound, .gone, .invalidValue]
        ) { call in
            guard let contract = call.text("contract"), let key = call.text("key").flatMap({ [UInt8](hexadecimal: $0) })
            else { throw Problem(.invalidParameter, "key: has to be \(StringFormat.hexadecimal.meaning)") }
            let asOf = call.number("asOf").map { Height(rawValue: UInt64($0)) }
            return try await call.receiptReply(
                .state(StateName(contract: contract, key: key), asOf: asOf), fileName: "state.receipt")
        }
    }

    private static var licenceReceipt: Operation {
        Operation(
            "getLicenceReceipt", .get, "/licences/{identifier}/receipt",
            Summary("the receipt of what the catalogue holds of a licence now", "证照目录现状的回执"),
            entitlement: .readLicences,
            parameters: [.path("identifier", .licence)], answer: receiptAnswer, problems: [.notFound, .gone]
        ) { call in
            let identifier: LicenceIdentifier = try call.required("identifier")
            return try await call.receiptReply(
                .state(CatalogueContract.stateName(of: identifier), asOf: nil), fileName: "licence.receipt")
        }
    }

    private static var verifyReceipt: Operation {
        Operation(
            "verifyReceipt", .post, "/receipts/verify",
            Summary(
                "check a receipt against the genesis file: what it establishes and what not",
                "依创世文件核验回执：已证实与未证实的内容"),
            entitlement: .verify,
            body: Body(
                schema: .object(
                    .required(
                        "receipt",
                        Schema.string(.base64, 4...2_000_000).described("the receipt in base64", "回执的 base64")))),
            answer: .json(ReceiptVerdict.schema)
        ) { call in
            .json(ReceiptVerdict(of: try call.bytes("receipt"), genesis: call.services.genesis))
        }
    }

    private static var lightClientStep: Operation {
        Operation(
            "getLightClientStep", .get, "/ledger/light-client-step",
            Summary("what takes a light client to the newest final header", "轻客户端到最新最终区块头的一步"), entitlement: nil,
            parameters: [
                .query("from", Schema.integer(1...Int64.max).described("the height that the client knows", "客户端已知高度"))
            ],
            answer: .bytes("application/octet-stream", Summary("DER of a LightClientStep", "LightClientStep 的 DER")),
            problems: [.notFound]
        ) { call in
            let step = try await call.services.client.ledger.lightClientStep(
                from: call.number("from").map { Height(rawValue: UInt64($0)) })
            return .bytes(step.derBytes, "application/octet-stream", fileName: "step.der")
        }
    }
}

extension StringFormat {
    static let hexadecimal = StringFormat(
        "^([0-9a-f]{2})+$", example: "0a0b", meaning: "bytes in hexadecimal, two small digits each"
    ) { text in [UInt8](hexadecimal: text).map { !$0.isEmpty && $0.hexadecimal == text } ?? false }
}

extension Schema {
    static let licence = Schema.string(.licence, 40...126)
}

extension OperationCall {
    /// A value that the description says is there.
    /// - Throws: `LicenceError` where it is none of its domain.
    func required<Value: DomainText>(_ name: String) throws -> Value {
        guard let text = text(name) else { throw Problem(.invalidParameter, "\(name): is missing") }
        return try Value(text)
    }

    /// A receipt in the form that the caller accepts: its DER where that is asked for, its members otherwise.
    func receiptReply(_ question: ReceiptQuestion, fileName: String) async throws -> Reply {
        let receipt = try await services.receipt(of: question)
        let type = "application/vnd.zhenglian.receipt"
        guard accept.contains(type) || accept.contains("application/octet-stream") else {
            return .json(receipt.jsonView)
        }
        return .bytes(receipt.derBytes, type, fileName: fileName)
    }
}

extension GatewayServices {
    /// A receipt, waiting for the header that vouches for what it proves.
    /// - Throws: `NodeError`.
    func receipt(of question: ReceiptQuestion) async throws -> Receipt {
        try await client.ledger.sealedReceipt(
            answering: question, retry: Retry(patience: GatewayLimits.receiptPatience))
    }
}
