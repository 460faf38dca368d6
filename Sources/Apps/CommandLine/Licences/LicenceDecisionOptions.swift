import ArgumentParser
import Formats
import Licences
import Nodes
import ZhenglianClient

/// What every decision about a licence names.
struct LicenceDecisionOptions: ParsableArguments {
    @Option(help: "The licence's identifier (证照标识), of the version in force.", transform: { try LicenceIdentifier($0) })
    var identifier: LicenceIdentifier

    @Option(help: "The rule or decision, at most 256 bytes; never a name or a number of a person.")
    var basis: String

    func validate() throws {
        guard (1...CatalogueRecord.maximumBasisByteCount).contains(basis.utf8.count) else {
            throw ValidationError("--basis has 1 to \(CatalogueRecord.maximumBasisByteCount) bytes")
        }
    }

    /// Changes the licence's status, and tells.
    func decide(
        _ operation: LicenceOperation, _ status: LicenceStatus, _ connection: ConnectionOptions, _ console: Console
    ) async throws {
        try await connection.withClient(console) { client, identity in
            let outcome = try await ZhenglianClient(ledger: client, identity: identity).licences.changeStatus(
                of: identifier, to: status, by: operation, basis: basis)
            try console.present(LicenceDecisionReport(identifier, operation, status, outcome))
        }
    }
}

/// What was done to a licence.
struct LicenceDecisionReport: Presentable {
    let identifier: LicenceIdentifier
    let operation: String
    let operationName: String
    /// `nil` where the licence was taken down.
    let status: String?
    let statusName: String?
    let transaction: TransactionIdentifier
    let height: Height

    init(
        _ identifier: LicenceIdentifier, _ operation: LicenceOperation, _ status: LicenceStatus?, _ outcome: Outcome
    ) {
        self.identifier = identifier
        self.operation = operation.text
        operationName = operation.name
        self.status = status?.text
        statusName = status?.name
        transaction = outcome.transaction
        height = outcome.height
    }

    func lines(in language: Language) -> [String] {
        let now = status.flatMap { code in statusName.map { "\(code) \($0)" } }
        let result =
            operation == LicenceOperation.modify.text
            ? Phrase("modified at height \(height)", "已于高度 \(height) 修改")
            : Phrase(
                "\(now.map { "status \($0)" } ?? "taken down") since height \(height)",
                "\(now.map { "状态 \($0)" } ?? "已下链")，自高度 \(height) 起")
        return [
            Phrase("\(identifier): \(result.english)", "\(identifier)：\(result.chinese)"),
            Phrase("  transaction  \(transaction)", "  交易  \(transaction)"),
        ].map { $0.text(in: language) }
    }
}
