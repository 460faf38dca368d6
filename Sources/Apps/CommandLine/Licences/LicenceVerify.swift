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
        abstract: "Compare a licence's file, released fields, or a library's row with the ledger (核验比对).",
        discussion: """
            What receipts prove is established for everybody who has the genesis file: the issue, and that the licence
            is still in force, or that the ledger does not have it. What only the node states is said to be stated.
            With --receipt no node is asked. A row of --table is compared with all its fields, which needs the issuer's
            --salts; --field says what somebody claims instead of what the row has. --released is what an owner has
            released ('use release --content'): each field is compared by its salt, and the file by its digest. Status
            0: nothing contradicts; 1: something does; 3: nothing is proved.

            Examples: zhenglian licence verify deed.pdf
                      zhenglian licence verify deed.pdf --receipt deed.receipt --genesis genesis.der
                      zhenglian licence verify --released deed.released
                      zhenglian licence verify --table licences.csv --salts salts --field valid_until=20301231 \\
                          --identifier 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20220612000003.001.0
            """
    )

    @Argument(help: "The licence's file; only its digest leaves this machine.")
    var file: String?

    @Option(help: "What was released of a licence, with its proofs; a file beside it takes the place of the one in it.")
    var released: String?

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
        guard (file == nil && released == nil) != (table == nil) else {
            throw ValidationError("give either a file, --released or both, or --table")
        }
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
            let (shown, identifier) = try shown(genesis)
            let verification = LicenceVerification(
                shown,
                identifier: identifier,
                statement: nil,
                proof: .receipt(try ReceiptFile.read(receipt)),
                current: .missing(BilingualText("no node was asked", "未询问节点")),
                verifier: ReceiptVerifier(genesis: genesis)
            )
            return try present(verification, console)
        }
        try await connection.withClient(console) { client, identity in
            let licences = ZhenglianClient(ledger: client, identity: identity).licences
            let (shown, identifier) = try shown(client.genesis)
            try present(try await licences.verify(shown, identifier: identifier), console)
        }
    }

    /// What is compared, and the licence that it is said to be.
    private func shown(_ genesis: Genesis) throws -> (LicenceVerification.Shown, LicenceIdentifier?) {
        let digest = try file.map { try FileDigest.digest(of: URL(fileURLWithPath: $0), suite: genesis.suite) }
        if let released { return try shown(inReleaseAt: released, file: digest, genesis) }
        if let digest { return (.file(digest), identifier) }
        return (.row(try row(genesis)), identifier)
    }

    /// Released fields, and the licence that its owner has named.
    private func shown(
        inReleaseAt path: String, file: Digest?, _ genesis: Genesis
    ) throws -> (LicenceVerification.Shown, LicenceIdentifier?) {
        let bytes = try ProtectedFile.contents(of: path, limit: ReleasedContent.maximumByteCount)
        let content: ReleasedContent
        do throws(FormatError) {
            content = try ReleasedContent(derBytes: bytes, limit: ReleasedContent.maximumByteCount)
        } catch {
            throw CommandFailure(
                .wrongUse, Phrase("\(path) is not what was released: \(error)", "\(path) 不是释放内容：\(error)"))
        }
        guard identifier ?? content.note.licence == content.note.licence else {
            throw CommandFailure(
                .refused,
                Phrase("\(path) is of \(content.note.licence)", "\(path) 属于证照 \(content.note.licence)"))
        }
        let digest = file ?? content.file.map { genesis.suite.digest(of: $0) }
        return (.fields(content.disclosures, file: digest), content.note.licence)
    }

    /// The row as it is claimed.
    private func row(_ genesis: Genesis) throws -> CatalogueParticulars {
        guard let table, let identifier else {
            throw CommandFailure(.wrongUse, Phrase("give a file, --released or --table", "请给出文件、--released 或 --table"))
        }
        let rules = LicenceTableRules(strictness: .library)
        var rows = try LicenceTable(contentsOf: URL(fileURLWithPath: table), rules: rules)
        while let entry = try rows.next() {
            guard case .row(let row) = entry, row.identifier == identifier else { continue }
            let claimed = try row.claiming(field, rules: rules)
            let salts = try LicenceSaltsStore(URL(fileURLWithPath: salts), isMade: false).salts(of: identifier)
            let root = try LicenceMetadata(claimed).root(salts: salts, suite: genesis.suite)
            return CatalogueParticulars(
                identifier: identifier, holder: nil, validity: claimed.validity, issuedOn: claimed.issuedOn,
                region: claimed.region, metadataRoot: root)
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

    struct Field: Encodable {
        let name: String
        let value: String
        let verdict: LicenceCheck.Verdict
    }

    let fileDigest: Digest?
    let identifier: LicenceIdentifier?
    let issuer: MemberName?
    let outcome: LicenceVerification.Outcome
    let outcomeChinese: String
    let checks: [Check]
    /// The fields that were shown with their salts, each with what the ledger says of it.
    let fields: [Field]

    init(_ verification: LicenceVerification) {
        fileDigest = verification.shown.file
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
        fields = verification.fields.map {
            Field(name: $0.field.name.rawValue, value: $0.field.value, verdict: $0.verdict)
        }
    }

    func lines(in language: Language) -> [String] {
        let head = [
            Phrase("outcome      \(Self.phrase(outcome).english)", "比对结果   \(outcomeChinese)"),
            identifier.map { Phrase("licence      \($0)", "证照标识   \($0)") },
            fileDigest.map { Phrase("file         \($0)", "文件摘要   \($0)") },
        ]
        return head.compactMap { $0?.text(in: language) } + checks.map { line($0, in: language) }
            + fields.map { "    \($0.name) \(Self.phrase($0.verdict).text(in: language)): \($0.value)" }
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
