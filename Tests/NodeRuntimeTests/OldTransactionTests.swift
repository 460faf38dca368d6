import Formats
import LedgerTestKit
import Nodes
import Testing

extension NodeRuntimeTests {
    /// Transactions that are older than any that may still come.
    @Suite struct OldTransactionTests {
        @Test func theReceiptOfAnOldTransactionIsStillGiven() async throws {
            try await TestNetwork.with(transactionLifetime: 16) { network in
                try await network.start()
                let submitter = try network.submitter()
                let old = try await submitter.submit([NotesContract.call("put", "old", [1])])
                var last = old
                while last.height.rawValue < old.height.rawValue + 40 {
                    last = try await submitter.submit([NotesContract.call("put", "\(last.height)", [2])])
                }
                let client = submitter.client
                try await eventually("the read model has the transaction") {
                    (try? await client.receipt(for: old.transaction)) != nil
                }
                let receipt = try await client.receipt(for: old.transaction)
                let findings = try receipt.verify(against: network.genesis)
                #expect(findings.transaction?.identifier == old.transaction)
                #expect(findings.transaction?.height == old.height)
                // Also after a start, which remembers only the last heights.
                try await network.stop(0)
                try await network.start([0])
                #expect(try await client.receipt(for: old.transaction).subject == receipt.subject)
            }
        }
    }
}
