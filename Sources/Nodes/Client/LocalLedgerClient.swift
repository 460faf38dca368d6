import Formats
import Identity

/// The ledger of the node in this process, as its other parts reach it.
struct LocalLedgerClient: LedgerClient {
    let service: NodeService

    var genesis: Genesis { service.genesis }

    func submit(_ transaction: Transaction) async throws -> Outcome {
        let reply = try await service.submit(SubmitRequest(transaction: transaction.derBytes))
        return try Outcome(derBytes: reply.outcome, limit: Outcome.maximumByteCount)
    }

    func query(contract: String, name: String, arguments: [UInt8]) async throws -> QueryAnswer {
        try await service.query(QueryRequest(contract: contract, name: name, arguments: arguments))
    }

    func receipt(answering question: ReceiptQuestion) async throws -> Receipt {
        try await service.receipt(answering: question)
    }

    func lightClientStep(from known: Height?) async throws -> LightClientStep {
        let reply = try await service.step(LightClientStepRequest(known: known))
        return try LightClientStep(derBytes: reply.step, limit: LightClientStep.maximumByteCount)
    }

    func status() async throws -> NodeStatus { try await service.status() }

    func respondent() async throws -> MemberName { service.member }
}
