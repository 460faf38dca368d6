import ArgumentParser
import Formats
import Identity
import Licences
import Nodes

struct ReceiptGet: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Fetch the receipt of a transaction, or of the one that put a licence on the ledger.",
        discussion: """
            Waits for the block that vouches for the outcome, and checks the receipt before it is written.

            Examples: zhenglian receipt get 5f0e…c2 --output deed.receipt
                      zhenglian receipt get \\
                          --licence 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20220612000003.001.0
            """
    )

    @Argument(help: "The transaction's identifier, 64 hexadecimal digits.")
    var transaction: TransactionIdentifier?

    @Option(help: "The licence whose issue is to be proved.", transform: { try LicenceIdentifier($0) })
    var licence: LicenceIdentifier?

    @Option(help: "Where the receipt goes; by default a file named by the transaction.")
    var output: String?

    @Option(help: "How long to wait, in seconds.")
    var wait = 60

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (transaction == nil) != (licence == nil) else {
            throw ValidationError("give either a transaction or --licence")
        }
        guard (0...3_600).contains(wait) else { throw ValidationError("--wait is 0 to 3600") }
    }

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let transaction = try await identifier(SubmitterLedger(client, identity))
            let retry = Retry(patience: .seconds(wait))
            let receipt = try await client.sealedReceipt(for: transaction, retry: retry)
            let findings = try receipt.verify(against: client.genesis)
            guard findings.transaction?.identifier == transaction else {
                throw CommandFailure(
                    .refused,
                    Phrase("the node gave the receipt of another transaction", "节点给出了另一笔交易的回执"))
            }
            let path = output ?? "\(transaction).\(ReceiptFile.suffix)"
            try ReceiptFile.write(receipt, to: path)
            try console.present(ReceiptReport(receipt, findings: findings, path: path))
        }
    }

    private func identifier(_ ledger: SubmitterLedger) async throws -> TransactionIdentifier {
        if let transaction { return transaction }
        guard let licence, let record = try await ledger.evidence(of: [licence])[licence] else {
            throw CommandFailure(
                .refused,
                Phrase(
                    "\(licence?.text ?? "the licence") is not on the ledger", "\(licence?.text ?? "该证照") 未上链")
            )
        }
        return record.transaction
    }
}
