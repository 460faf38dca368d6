import Formats
import Ledger

/// Checks the signatures of many transactions on all cores.
enum TransactionVerification {
    /// How many signatures one task checks: 50 take about 3 ms, long against starting a task.
    private static let chunkCount = 50

    /// Checks transactions that came in a block. Each is checked once here, and never again.
    /// - Throws: ``AdmissionError`` for the first that does not hold.
    static func verify(
        _ transactions: [EncodedTransaction],
        ledger: ChannelLedger
    ) async throws -> [TransactionIdentifier: VerifiedTransaction] {
        guard !transactions.isEmpty else { return [:] }
        let signers = try await ledger.signers(of: transactions)
        let admission = TransactionAdmission(genesis: ledger.genesis)
        return try await withThrowingTaskGroup(of: [VerifiedTransaction].self) { group in
            for start in stride(from: 0, to: transactions.count, by: chunkCount) {
                let range = start..<min(start + chunkCount, transactions.count)
                group.addTask {
                    try range.map { try admission.verify(transactions[$0], by: signers[$0]) }
                }
            }
            var verified: [TransactionIdentifier: VerifiedTransaction] = [:]
            for try await chunk in group {
                for transaction in chunk {
                    verified[transaction.identifier] = transaction
                }
            }
            return verified
        }
    }
}
