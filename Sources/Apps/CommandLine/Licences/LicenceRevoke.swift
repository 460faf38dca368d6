import ArgumentParser
import Formats
import Licences
import Nodes

struct LicenceRevoke: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End a licence (撤销、注销、吊销): with the status that it ends in and the legal basis.",
        discussion: """
            The status is 03 撤销, 04 注销, 05 失效, 06 办理转出 or 07 吊销. The basis names a rule or decision, never a person.

            Example: zhenglian licence revoke --status 04 --basis 行政许可法第七十条 \\
                         --identifier 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20220612000003.001.0
            """
    )

    @Option(help: "The licence's identifier (证照标识).", transform: { try LicenceIdentifier($0) })
    var identifier: LicenceIdentifier

    @Option(help: "The status that the licence ends in: 03, 04, 05, 06 or 07.")
    var status: LicenceStatus

    @Option(help: "The legal basis, at most 256 bytes.")
    var basis: String

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard LicenceStatus.endings.contains(status) else {
            throw ValidationError("a licence does not end with status \(status.text)")
        }
        guard (1...RevokeEvidence.maximumBasisByteCount).contains(basis.utf8.count) else {
            throw ValidationError("--basis has 1 to \(RevokeEvidence.maximumBasisByteCount) bytes")
        }
    }

    func run(_ console: Console) async throws {
        // Told here already: what is in a transaction is on the ledger even where the contract refuses it.
        try PersonalDataGuard().check(Array(basis.utf8))
        try await connection.withClient(console) { client, identity in
            let call = EvidenceCall.revoke(RevokeEvidence(identifier: identifier, status: status, basis: basis)).call
            let outcome = try await Submitter(client: client, identity: identity).submit([call])
            try console.present(
                Report(
                    identifier: identifier, status: status.text, statusName: status.name,
                    transaction: outcome.transaction, height: outcome.height)
            )
        }
    }

    private struct Report: Presentable {
        let identifier: LicenceIdentifier
        let status: String
        let statusName: String
        let transaction: TransactionIdentifier
        let height: Height

        func lines(in language: Language) -> [String] {
            [
                Phrase(
                    "\(identifier): ended with status \(status) \(statusName) at height \(height)",
                    "\(identifier)：已终止，状态 \(status) \(statusName)，高度 \(height)"
                ),
                Phrase("  transaction  \(transaction)", "  交易  \(transaction)"),
            ].map { $0.text(in: language) }
        }
    }
}
