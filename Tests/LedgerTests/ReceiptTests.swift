import Formats
import Identity
import Ledger
import LedgerTestKit
import Testing

struct ReceiptTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func everyTransactionOfARandomChainHasAReceiptThatVerifiesOffline(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        var scene = try Scene()
        for _ in 0..<12 {
            let transactions = try (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                let method = ["put", "remove", "refuse", "append"].randomElement(using: &generator) ?? "put"
                return try scene.transaction([NotesContract.call(method, "k", generator.bytes(9))])
            }
            try scene.chain.append(transactions, isFinalized: Bool.random(using: &generator))
        }
        try scene.append()
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        let other = try TestConsortium()
        for block in scene.chain.blocks {
            for (index, transaction) in block.transactions.enumerated() {
                let receipt = try await disk.ledger.receipt(for: transaction.identifier)
                let bytes = receipt.derBytes
                let read = try Receipt(derBytes: bytes, limit: Receipt.maximumByteCount)
                let findings = try #require(try read.verify(against: scene.consortium.genesis).transaction)
                #expect(findings.identifier == transaction.identifier)
                #expect(findings.height == block.header.height)
                #expect(findings.submitter == scene.member.member)
                #expect(findings.outcome == scene.chain.executed[Int(block.header.height.rawValue) - 1].outcomes[index])
                let error = await failure(VerificationError.self) { try read.verify(against: other.genesis) }
                #expect(error?.code == .wrongConsortium)
            }
        }
    }
}
