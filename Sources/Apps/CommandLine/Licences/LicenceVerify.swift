import ArgumentParser
import Formats
import Foundation
import Identity
import Licences
import Nodes
import ZhenglianClient

struct LicenceVerify: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compare a licence's file, or a library's row, with the ledger: each check apart (核验比对).",
        discussion: """
            What receipts prove is established for everybody who has the genesis file: the issue, and that the licence
            is still in force, or that the ledger does not have it. What only the node states is said to be stated.
            With --receipt no node is asked. A row of --table is compared with all its fields, which needs the issuer's
            --salts; --field says what somebody claims instead of what the row has. Status 0: nothing contradicts;
            1: something does; 3: nothing is proved.

            Examples: zhenglian licence verify deed.pdf
                      zhenglian licence verify deed.pdf --receipt deed.receipt --genesis genesis.der
                      zhenglian licence verify --table licences.csv --salts salts --field valid_until=20301231 \\
                          --identifier 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20220612000003.001.0
            """
    )

    @Argument(help: "The licence's file; only its digest leaves this machine.")
    var file: String?

    @Option(help: "A library's table, whose row with --identifier is compared.")
    var table: String?

    @Option(help: "With --table: the folder that keeps the salts of the licences' fields.")
    var salts = "salts"

    @Option(help: "With --table: a field as NAME=VALUE that is claimed in the place of the row's; may be repeated.")
    var field: [String] = []

    @Option(help: "The licence that the file is said to be.", transform: { try LicenceIdentifier($0) })
    var identifier: LicenceIdentifier?

    @Option(help: "The receipt of the licence's issue, instead of asking a node.")
    var receipt: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (file == nil) != (table == nil) else { throw ValidationError("give either a file or --table") }
        guard table == nil || identifier != nil else { throw ValidationError("--table goes with --identifier") }
        guard field.isEmpty || table != nil else { throw ValidationError("--field goes with --table") }
        for claim in field {
            let name = claim.prefix { $0 != "=" }
            guard claim.contains("="), let column = LicenceColumn(rawValue: String(name)),
                LicenceMetadata.names.contains(column), column != .certificateIdentifier
            else { throw ValidationError("--field is NAME=VALUE, where NAME is a column of a table") }
        }
    }

    func run(_ console: Console) async throws {
        if let receipt {
            let genesis = try connection.readGenesis()
            let verification = LicenceVerification(
                try shown(genesis),
                identifier: identifier,
                statement: nil,
                proof: .receipt(try ReceiptFile.read(receipt)),
                current: .missing(BilingualText("no node was asked", "未询问节点")),
                genesis: genesis
            )
            return try present(verification, console)
        }
        try await connection.withClient(console) { client, identity in
            let licences = ZhenglianClient(ledger: client, identity: identity).licences
            try present(try await licences.verify(try shown(client.genesis), identifier: identifier), console)
        }
    }

    /// What is compared: the file, or the row as it is claimed.
    private func shown(_ genesis: Genesis) throws -> LicenceVerification.Shown {
        guard let table, let identifier else {
            return .file(try FileDigest.digest(of: URL(fileURLWithPath: file ?? ""), suite: genesis.suite))
        }
        let rules = LicenceTableRules(strictness: .library)
        var rows = try LicenceTable(contentsOf: URL(fileURLWithPath: table), rules: rules)
        while let entry = try rows.next() {
            guard case .row(let row) = entry, row.identifier == identifier else { continue }
            let claimed = try row.claiming(field, rules: rules)
            let salts = try LicenceSaltsStore(URL(fileURLWithPath: salts), isMade: false).salts(of: identifier)
            let root = try LicenceMetadata(claimed).root(salts: salts, suite: genesis.suite)
            return .row(
                CatalogueParticulars(
                    identifier: identifier, holder: nil, validity: claimed.validity, issuedOn: claimed.issuedOn,
                    region: claimed.region, metadataRoot: root))
        }
        throw CommandFailure(
            .wrongUse, Phrase("\(table) has no licence \(identifier)", "\(table) 中没有证照 \(identifier)"))
    }

    private func present(_ verification: LicenceVerification, _ console: Console) throws {
        try console.present(VerificationReport(verification))
        let verdicts = verification.checks.map(\.verdict)
        if verdicts.contains(.contradicted) { throw ExitStatus.refused.code }
        if !verdicts.contains(.established) { throw ExitStatus.unreachable.code }
    }
}

extension LicenceRow {
    /// The row with other values in some fields, each `NAME=VALUE`, read as the row was.
    fileprivate func claiming(_ claims: [String], rules: LicenceTableRules) throws -> LicenceRow {
        var values: [LicenceColumn: String] = [:]
        for claim in claims {
            let name = claim.prefix { $0 != "=" }
            guard let column = LicenceColumn(rawValue: String(name)) else { continue }
            values[column] = String(claim.dropFirst(name.count + 1))
        }
        let metadata = LicenceMetadata(self)
        let line = CSVLine.text(
            of: LicenceColumn.allCases.map { column in
                values[column] ?? metadata.fields.first { $0.name == column }?.value ?? ""
            })
        let header = CSVLine.text(of: LicenceColumn.allCases.map(\.rawValue))
        var table = try LicenceTable(bytes: Array("\(header)\n\(line)\n".utf8), rules: rules)
        switch try table.next() {
        case .row(let row): return row
        case .refused(let refused): throw CommandFailure(.wrongUse, Phrase(refused.reason, refused.reason))
        case nil: return self
        }
    }
}

/// The comparison of a file with the ledger, for people and machines.
struct VerificationReport: Presentable {
    struct Check: Encodable {
        let subject: LicenceCheck.Subject
        let verdict: LicenceCheck.Verdict
        let explanation: String
        let explanationChinese: String
        let asOfHeight: Height?
        let asOfTime: String?
    }

    let fileDigest: Digest?
    let identifier: LicenceIdentifier?
    let issuer: MemberName?
    let outcome: LicenceVerification.Outcome
    let outcomeChinese: String
    let checks: [Check]

    init(_ verification: LicenceVerification) {
        fileDigest = if case .file(let digest) = verification.shown { digest } else { nil }
        identifier = verification.identifier
        issuer = verification.issuer
        outcome = verification.outcome
        outcomeChinese = Self.phrase(verification.outcome).chinese
        checks = verification.checks.map { check in
            Check(
                subject: check.subject,
                verdict: check.verdict,
                explanation: check.explanation.english,
                explanationChinese: check.explanation.chinese,
                asOfHeight: check.asOf?.height,
                asOfTime: check.asOf?.time.description
            )
        }
    }

    func lines(in language: Language) -> [String] {
        let head = [
            Phrase("outcome      \(Self.phrase(outcome).english)", "比对结果   \(outcomeChinese)"),
            identifier.map { Phrase("licence      \($0)", "证照标识   \($0)") },
            fileDigest.map { Phrase("file         \($0)", "文件摘要   \($0)") },
        ]
        return head.compactMap { $0?.text(in: language) } + checks.map { line($0, in: language) }
    }

    private func line(_ check: Check, in language: Language) -> String {
        let subject = Self.phrase(check.subject).text(in: language)
        let verdict = Self.phrase(check.verdict).text(in: language)
        var text = "  \(subject) \(verdict): "
        text += language == .chinese ? check.explanationChinese : check.explanation
        if let height = check.asOfHeight, let time = check.asOfTime {
            text += Phrase(" (as of height \(height), \(time))", "（截至高度 \(height)，\(time)）").text(in: language)
        }
        return text
    }

    private static func phrase(_ outcome: LicenceVerification.Outcome) -> Phrase {
        switch outcome {
        case .consistent: Phrase("consistent", "一致")
        case .fileDiffers: Phrase("the file differs", "文件不一致")
        case .catalogueDiffers: Phrase("the catalogue differs", "目录不一致")
        case .statusDiffers: Phrase("the status differs", "状态不一致")
        case .notOnLedger: Phrase("not on the ledger", "未上链")
        case .takenDown: Phrase("taken down from the ledger", "已下链")
        case .evidenceRefuted: Phrase("the evidence does not hold", "存证不成立")
        case .undetermined: Phrase("could not be determined", "无法核验")
        }
    }

    private static func phrase(_ subject: LicenceCheck.Subject) -> Phrase {
        switch subject {
        case .receipt: Phrase("receipt", "上链凭证")
        case .content: Phrase("content", "内容")
        case .catalogue: Phrase("catalogue", "目录")
        case .issuer: Phrase("issuer ", "签发者")
        case .status: Phrase("status ", "状态")
        }
    }

    private static func phrase(_ verdict: LicenceCheck.Verdict) -> Phrase {
        switch verdict {
        case .established: Phrase("established", "已证实")
        case .contradicted: Phrase("contradicted", "不符")
        case .couldNotBeChecked: Phrase("could not be checked", "未能核验")
        }
    }
}
