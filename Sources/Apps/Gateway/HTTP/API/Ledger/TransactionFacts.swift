import Formats
import Identity
import Licences

/// A transaction that the chain has: where it stands, who signed it, what it calls, what became of it.
struct TransactionFacts: Encodable, Sendable {
    struct Call: Encodable, Sendable {
        let contract: String
        let method: String
        let argumentBytes: Int
        /// The licence that it is about, where it is about one.
        let licence: String?
    }

    let transaction: TransactionIdentifier
    let height: Height
    let index: Int
    let time: String
    let submitter: String
    let status: String
    let rejection: RejectionFacts?
    let calls: [Call]
    let sealedAt: Height

    /// - Throws: `VerificationError` where the receipt does not hold.
    init(_ receipt: Receipt, of services: GatewayServices) throws {
        let findings = try receipt.verify(against: services.genesis)
        guard let found = findings.transaction else {
            throw Problem(.internalError, "the node has given the receipt of something else")
        }
        transaction = found.outcome.transaction
        height = found.height
        index = found.outcome.index
        time = found.time.description
        submitter = found.submitter.description
        status = found.outcome.word
        rejection = RejectionFacts(found.outcome)
        calls = (receipt.subject.transaction?.transaction.body.calls ?? []).map { call in
            Call(
                contract: call.contract, method: call.method, argumentBytes: call.arguments.count,
                licence: LicenceCall(call)?.identifier.text)
        }
        sealedAt = findings.seal.height
    }

    static let schema = Schema.object(
        .required("transaction", .digest), .required("height", .height), .required("index", .integer()),
        .required("time", .time), .required("submitter", .text()),
        .required("status", .choice(["applied", "rejected"])),
        .optional("rejection", RejectionFacts.schema),
        .required(
            "calls",
            .array(
                of: .object(
                    .required("contract", .text()), .required("method", .text()),
                    .required("argumentBytes", .integer()),
                    .optional("licence", .text())))),
        .required("sealedAt", .height)
    ).named("Transaction").described("a transaction and its outcome", "交易及其结果")
}

/// Why a transaction took no effect.
struct RejectionFacts: Encodable, Sendable {
    let code: String
    let message: String
    let call: Int

    init?(_ outcome: Outcome) {
        guard case .rejected(let rejection) = outcome.status else { return nil }
        (code, message, call) = (rejection.code, rejection.message, rejection.call)
    }

    static let schema = Schema.object(
        .required("code", .text()), .required("message", .text()), .required("call", .integer()))
}

/// What became of a transaction that was handed in.
struct SubmittedTransaction: Encodable, Sendable {
    let transaction: TransactionIdentifier
    let height: Height
    let index: Int
    let status: String
    let rejection: RejectionFacts?

    init(_ outcome: Outcome) {
        transaction = outcome.transaction
        height = outcome.height
        index = outcome.index
        status = outcome.word
        rejection = RejectionFacts(outcome)
    }

    static let schema = Schema.object(
        .required("transaction", .digest), .required("height", .height), .required("index", .integer()),
        .required("status", .choice(["applied", "rejected"])), .optional("rejection", RejectionFacts.schema)
    ).named("Outcome").described("what became of a transaction", "交易结果")
}
