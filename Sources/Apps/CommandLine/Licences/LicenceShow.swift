import ArgumentParser
import Formats
import Foundation
import Identity
import Licences
import Nodes

struct LicenceShow: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what the ledger holds of a licence, as a node states it.",
        discussion: """
            'licence verify' says which of it is proved.

            Examples: zhenglian licence show --file deed.pdf
                      zhenglian licence show \\
                          --identifier 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20220612000003.001.0
            """
    )

    @Option(help: "The licence's identifier (证照标识).", transform: { try LicenceIdentifier($0) })
    var identifier: LicenceIdentifier?

    @Option(help: "The licence's file; only its digest leaves this machine.")
    var file: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (identifier == nil) != (file == nil) else {
            throw ValidationError("give either --identifier or --file")
        }
    }

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let ledger = SubmitterLedger(client, identity)
            let answer: EvidenceAnswer
            if let identifier {
                answer = try await ledger.evidence(of: [identifier])
            } else {
                let url = URL(fileURLWithPath: file ?? "")
                answer = try await ledger.evidence(
                    ofFile: try FileDigest.digest(of: url, suite: client.genesis.suite))
            }
            try console.present(EvidenceReport(answer))
            if answer.records.isEmpty { throw ExitStatus.refused.code }
        }
    }
}

/// What a node states about licences.
struct EvidenceReport: Presentable {
    struct Record: Encodable {
        let identifier: LicenceIdentifier
        let kind: String
        let department: Label
        let status: String
        let fileDigest: Digest?
        let metadataRoot: Digest
        let issuedAt: String
        let issuedHeight: Height
        let transaction: TransactionIdentifier
        let issuerKey: KeyIdentifier
        let supersedes: LicenceIdentifier?
        let supersededBy: LicenceIdentifier?
        let endStatus: String?
        let endBasis: String?
        let endedAt: String?
    }

    let asOfHeight: Height
    let asOfTime: String
    let records: [Record]

    init(_ answer: EvidenceAnswer) {
        asOfHeight = answer.height
        asOfTime = answer.time.description
        let registry = LicenceTypeRegistry()
        records = answer.records.map { record in
            Record(
                identifier: record.identifier,
                kind: registry.title(of: record.identifier.typeCode),
                department: record.department,
                status: "\(record.status)",
                fileDigest: record.content.file,
                metadataRoot: record.content.metadataRoot,
                issuedAt: record.issuedAt.description,
                issuedHeight: record.issuedHeight,
                transaction: record.transaction,
                issuerKey: record.issuerKey,
                supersedes: record.supersedes,
                supersededBy: record.supersededBy,
                endStatus: record.revocation.map { "\($0.status.text) \($0.status.name)" },
                endBasis: record.revocation?.basis,
                endedAt: record.revocation?.revokedAt.description
            )
        }
    }

    func lines(in language: Language) -> [String] {
        let asOf = Phrase("as of height \(asOfHeight), \(asOfTime)", "截至高度 \(asOfHeight)，\(asOfTime)")
        guard !records.isEmpty else {
            let absence = Phrase("not on the ledger", "未上链")
            return ["\(absence.text(in: language)) (\(asOf.text(in: language)))"]
        }
        return records.flatMap { Self.phrases($0).map { $0.text(in: language) } } + [asOf.text(in: language)]
    }

    private static func phrases(_ record: Record) -> [Phrase] {
        var phrases = [
            Phrase("\(record.identifier)", "\(record.identifier)"),
            Phrase("  kind         \(record.kind)", "  类型       \(record.kind)"),
            Phrase("  status       \(record.status)", "  状态       \(statusName(record.status))"),
            Phrase(
                "  issued       \(record.issuedAt) by \(record.department), height \(record.issuedHeight)",
                "  签发       \(record.issuedAt)，\(record.department)，高度 \(record.issuedHeight)"
            ),
            Phrase("  transaction  \(record.transaction)", "  交易       \(record.transaction)"),
            Phrase("  metadata     \(record.metadataRoot)", "  元数据根   \(record.metadataRoot)"),
        ]
        if let file = record.fileDigest {
            phrases.append(Phrase("  file         \(file)", "  文件摘要   \(file)"))
        }
        if let before = record.supersedes {
            phrases.append(Phrase("  supersedes   \(before)", "  取代       \(before)"))
        }
        if let after = record.supersededBy {
            phrases.append(Phrase("  superseded   by \(after)", "  被取代     \(after)"))
        }
        if let status = record.endStatus, let basis = record.endBasis, let time = record.endedAt {
            phrases.append(
                Phrase("  ended        \(time), \(status): \(basis)", "  终止       \(time)，\(status)：\(basis)"))
        }
        return phrases
    }

    private static func statusName(_ status: String) -> String {
        switch status {
        case "valid": "有效"
        case "superseded": "已被取代"
        default: "已终止"
        }
    }
}
