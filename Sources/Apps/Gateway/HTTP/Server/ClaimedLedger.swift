import Formats
import GatewayAccess
import Identity
import Nodes
import Synchronization

/// The ledger for a request that was carried out before, as its claim there says: what is handed in again comes to what
/// it came to then, and takes effect no second time.
final class ClaimedLedger: LedgerClient {
    private let ledger: any LedgerClient
    private let key: RequestKey
    private let request: Digest
    private let department: DepartmentName
    private let hasAnswered = Mutex(false)

    /// - Parameters:
    ///   - ledger: the node's.
    ///   - key: caller and idempotency key.
    ///   - request: the digest of what is asked.
    ///   - department: in whose name the request was claimed.
    init(_ ledger: any LedgerClient, key: RequestKey, request: Digest, department: DepartmentName) {
        (self.ledger, self.key, self.request, self.department) = (ledger, key, request, department)
    }

    var genesis: Genesis { ledger.genesis }
    /// Whether the outcome of then was given.
    var isAnswered: Bool { hasAnswered.withLock(\.self) }

    func submit(_ transaction: Transaction) async throws -> Outcome {
        guard transaction.body.calls.contains(key.claim(request)) else { return try await ledger.submit(transaction) }
        let claim = try await ApplicationsClient(reading: ledger).claim(key, of: department)
        let receipt = try await ledger.sealedReceipt(
            for: claim.transaction, retry: Retry(patience: GatewayLimits.receiptPatience))
        guard claim.request == request, case .transaction(let subject) = receipt.subject else {
            throw Problem(.keyReused, "take another Idempotency-Key: this one was used for another request")
        }
        hasAnswered.withLock { $0 = true }
        return subject.outcome
    }

    func query(contract: String, name: String, arguments: [UInt8]) async throws -> Nodes.QueryAnswer {
        try await ledger.query(contract: contract, name: name, arguments: arguments)
    }

    func receipt(answering question: ReceiptQuestion) async throws -> Receipt {
        try await ledger.receipt(answering: question)
    }

    func lightClientStep(from known: Height?) async throws -> LightClientStep {
        try await ledger.lightClientStep(from: known)
    }

    func status() async throws -> NodeStatus { try await ledger.status() }
}
