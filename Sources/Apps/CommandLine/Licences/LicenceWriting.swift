import ArgumentParser
import Formats
import Foundation
import Identity
import Licences
import Nodes
import ZhenglianClient

/// What the commands that write a version have in common: one licence, prepared, brought on the ledger, and told.
struct LicenceWriting {
    /// 01 for a new licence; otherwise why there is a new version of one.
    let operation: LicenceOperation
    let fields: LicenceFieldOptions
    /// The rule or decision for a new version.
    var basis: String?

    func run(_ console: Console, _ client: any LedgerClient, _ identity: MemberIdentity) async throws {
        let licence = try fields.prepare(client.genesis, identity)
        // Told here already: what is in a transaction is on the ledger even where the contract refuses it.
        if let basis { try PersonalDataGuard().check(Array(basis.utf8)) }
        let ledger = ZhenglianClient(ledger: client, identity: identity).licences
        var batch = LicenceBatch([licence], operation: operation, basis: basis)
        batch.apply(try await ledger.licences(batch.identifiers))
        try checkKind(of: batch)
        while !batch.isSettled {
            batch.apply(try await ledger.outcome(of: batch.calls))
        }
        guard let settled = batch.settled.first, let transaction = settled.transaction else {
            throw CommandFailure(.refused, reason(of: batch))
        }
        try console.present(LicenceWritingReport(licence, LicenceResultName(settled.result), transaction))
    }

    /// A change that is called an issue, or the other way round, is more likely a mistake than meant.
    private func checkKind(of batch: LicenceBatch) throws {
        switch (operation, batch.entries.first ?? nil) {
        case (.issue, .supersede(let change)):
            throw CommandFailure(
                .refused,
                Phrase(
                    "the ledger has \(change.supersedes): use 'licence change', 'renew' or 'replace'",
                    "账本上已有 \(change.supersedes)：其后的版本请用 licence change、renew 或 replace"
                )
            )
        case (_, .issue(let issue)) where operation != .issue:
            throw CommandFailure(
                .refused,
                Phrase(
                    "the ledger has no version before \(issue.particulars.identifier): use 'licence issue'",
                    "账本上没有 \(issue.particulars.identifier) 之前的版本：请用 licence issue"
                )
            )
        default:
            return
        }
    }

    private func reason(of batch: LicenceBatch) -> Phrase {
        guard case .refused(let row)? = batch.settled.first?.result else {
            return Phrase("the licence was refused", "证照被拒绝")
        }
        return Phrase("refused: \(row.reason)", "被拒绝：\(row.reason)")
    }
}

extension LicenceFieldOptions {
    /// The licence as the caller's department brings it on the ledger; makes its salts where there are none.
    func prepare(_ genesis: Genesis, _ identity: MemberIdentity) throws -> PreparedLicence {
        let (row, files) = try row()
        let preparation = LicencePreparation(
            genesis: genesis,
            department: identity.member.department,
            files: files,
            salts: try LicenceSaltsStore(URL(fileURLWithPath: salts)),
            pseudonym: try holders.pseudonym(genesis)
        )
        var generator = SystemRandomNumberGenerator()
        return try preparation.prepare(row, using: &generator)
    }
}

/// What became of a licence that was brought on the ledger.
struct LicenceWritingReport: Presentable {
    let identifier: LicenceIdentifier
    let result: LicenceResultName
    let transaction: TransactionIdentifier
    let fileDigest: Digest?
    let metadataRoot: Digest

    init(_ licence: PreparedLicence, _ result: LicenceResultName, _ transaction: TransactionIdentifier) {
        identifier = licence.identifier
        self.result = result
        self.transaction = transaction
        fileDigest = licence.content.file
        metadataRoot = licence.content.metadataRoot
    }

    func lines(in language: Language) -> [String] {
        var phrases = [
            Phrase("\(identifier): \(result.phrase.english)", "\(identifier)：\(result.phrase.chinese)"),
            Phrase("  transaction  \(transaction)", "  交易       \(transaction)"),
        ]
        if let fileDigest {
            phrases.append(Phrase("  file         \(fileDigest)", "  文件摘要   \(fileDigest)"))
        }
        phrases.append(Phrase("  metadata     \(metadataRoot)", "  元数据根   \(metadataRoot)"))
        return phrases.map { $0.text(in: language) }
    }
}

/// What became of a licence, by the names that reports use.
enum LicenceResultName: String, Encodable {
    case issued
    case transferredIn
    case changed
    case unchanged
    case refused

    init(_ result: LicenceBatch.Result) {
        self =
            switch result {
            case .issued: .issued
            case .changed: .changed
            case .unchanged: .unchanged
            case .refused: .refused
            }
    }

    var phrase: Phrase {
        switch self {
        case .issued: Phrase("issued", "已上链")
        case .transferredIn: Phrase("transferred in", "已转入上链")
        case .changed: Phrase("changed, the version before is superseded", "已变更，前一版本被取代")
        case .unchanged: Phrase("on the ledger already, nothing changed", "此前已上链，无变化")
        case .refused: Phrase("refused", "被拒绝")
        }
    }
}
