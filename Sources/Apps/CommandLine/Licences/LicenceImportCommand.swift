import ArgumentParser
import Formats
import Foundation
import Identity
import Licences
import Nodes
import ZhenglianClient

struct LicenceImportCommand: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Bring a table of licences on the ledger (批量上链); a broken row is named, the others go on.",
        discussion: """
            Every broken row is named by line and reason and written to the file of refused rows, which can be
            corrected and imported again. Importing a table again changes nothing; an import that was interrupted goes
            on where it stopped, by the file of its progress, which is gone once it is through. One receipt covers all
            licences of its transaction. Status 1 where rows were refused.

            Example: zhenglian licence import licences.csv --receipts receipts
            """
    )

    @Argument(help: "The table: CSV or JSON lines, UTF-8 or GB 18030, one licence on each line.")
    var table: String

    @Option(help: "The folder that the table names files in; by default the table's own.")
    var files: String?

    @Option(help: "The folder that keeps the salts of the licences' fields; by default 'salts' beside the table.")
    var salts: String?

    @Option(help: "Licences per transaction, 1 to 500; never more than one transaction of the channel holds.")
    var batch = 50

    @Option(help: "Transactions under way at a time, 1 to 64.")
    var concurrency = 4

    @Option(help: "Where refused rows go; by default TABLE.refused.csv.")
    var refused: String?

    @Option(help: "Where the progress is kept; by default TABLE.import.")
    var progress: String?

    @Option(help: "A folder for the receipts of all the licences' transactions.")
    var receipts: String?

    @Flag(help: "The table is of an existing library: known deviations from the standards are noted, not refused.")
    var library = false

    @OptionGroup var holders: PseudonymOption
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (1...LicenceImportPlan.maximumBatchCount).contains(batch) else {
            throw ValidationError("--batch is 1 to \(LicenceImportPlan.maximumBatchCount)")
        }
        guard (1...64).contains(concurrency) else { throw ValidationError("--concurrency is 1 to 64") }
    }

    func run(_ console: Console) async throws {
        let url = URL(fileURLWithPath: table)
        let rules = LicenceTableRules(strictness: library ? .library : .issue)
        let rows = try LicenceTable(contentsOf: url, rules: rules)
        try await connection.withClient(console) { client, identity in
            let importing = try importing(of: url, client, identity)
            var bar = ProgressBar(Phrase("importing", "正在上链"), total: rows.lineCount, console: console)
            let start = ContinuousClock.now
            var generator = SystemRandomNumberGenerator()
            let report = await importing.run(rows, using: &generator) { bar.update($0.rowCount) }
            bar.finish()
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            let refusedPath = try writeRefused(report, columnNames: rows.columnNames)
            let saved = try await saveReceipts(of: report, client, console)
            try console.present(
                ImportReport(report, seconds: seconds, refusedPath: refusedPath, receipts: saved, directory: receipts))
            if let failure = report.failure { throw stopped(by: failure) }
            if !report.refused.isEmpty { throw ExitStatus.refused.code }
        }
    }

    private func importing(
        of url: URL, _ client: any LedgerClient, _ identity: MemberIdentity
    ) throws -> LicenceImport<LicenceRegister> {
        let folder = url.deletingLastPathComponent()
        let salts = salts.map { URL(fileURLWithPath: $0) } ?? folder.appending(path: "salts")
        let preparation = LicencePreparation(
            genesis: client.genesis,
            department: identity.member.department,
            files: files.map { URL(fileURLWithPath: $0) } ?? folder,
            salts: try LicenceSaltsStore(salts),
            pseudonym: try holders.pseudonym(client.genesis)
        )
        let subject = LicenceImportProgress.Subject(
            table: try FileDigest.digest(of: url, suite: client.genesis.suite), genesis: client.genesis,
            department: identity.member.department, strictness: library ? .library : .issue,
            hasPseudonyms: holders.pseudonymKeys != nil)
        return LicenceImport(
            ledger: ZhenglianClient(ledger: client, identity: identity).licences,
            preparation: preparation,
            limits: client.genesis.limits,
            batchCount: batch,
            concurrency: concurrency,
            progressFile: try LicenceImportProgressFile(
                URL(fileURLWithPath: progress ?? "\(table).import"), of: subject)
        )
    }

    /// Where the refused rows were written; `nil` where there are none.
    private func writeRefused(_ report: LicenceImportReport, columnNames: [String]) throws -> String? {
        guard !report.refused.isEmpty else { return nil }
        let path = refused ?? "\(table).refused.csv"
        try RefusedRowsFile(columnNames: columnNames, rows: report.refusedInOrder).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func saveReceipts(
        of report: LicenceImportReport, _ client: any LedgerClient, _ console: Console
    ) async throws -> Int? {
        guard let receipts, report.failure == nil else { return nil }
        try ProtectedFile.createDirectory(receipts)
        var bar = ProgressBar(
            Phrase("receipts", "正在保存回执"), total: report.transactions.count, console: console)
        for (count, transaction) in report.transactions.enumerated() {
            let path = "\(receipts)/\(transaction).\(ReceiptFile.suffix)"
            if !ProtectedFile.exists(path) {
                try ReceiptFile.write(try await client.sealedReceipt(for: transaction), to: path)
            }
            bar.update(count + 1)
        }
        bar.finish()
        return report.transactions.count
    }

    private func stopped(by failure: any Error) -> CommandFailure {
        let inner = CommandFailure(failure)
        return CommandFailure(
            inner.status,
            Phrase(
                "the import stopped: \(inner.phrase.english). Run it again: it goes on where it stopped",
                "导入中断：\(inner.phrase.chinese)。再次运行即从中断处继续"
            )
        )
    }
}

/// What an import has come to, for people and machines.
struct ImportReport: Presentable {
    struct Row: Encodable {
        let line: Int
        let reason: String
    }

    /// More than a person reads; the file of refused rows and the JSON have all.
    private static let shownCount = 50

    let rows: Int
    let issued: Int
    let changed: Int
    let unchanged: Int
    /// Rows that the ledger has confirmed to an earlier run, which was interrupted.
    let confirmedBefore: Int
    let refused: [Row]
    let notes: [Row]
    let refusedFile: String?
    let transactions: [TransactionIdentifier]
    let receipts: Int?
    let receiptsDirectory: String?
    let isComplete: Bool
    let seconds: Double

    init(
        _ report: LicenceImportReport, seconds: Double, refusedPath: String?, receipts: Int?, directory: String?
    ) {
        rows = report.rowCount
        issued = report.issuedCount
        changed = report.changedCount
        unchanged = report.unchangedCount
        confirmedBefore = report.confirmedBeforeCount
        refused = report.refusedInOrder.map { Row(line: $0.line, reason: $0.reason) }
        notes = report.notes.map { Row(line: $0.line, reason: $0.message) }.sorted { $0.line < $1.line }
        refusedFile = refusedPath
        transactions = report.transactions
        self.receipts = receipts
        receiptsDirectory = receipts == nil ? nil : directory
        isComplete = report.failure == nil
        self.seconds = (seconds * 1_000).rounded() / 1_000
    }

    func lines(in language: Language) -> [String] {
        var phrases = shown(refused, Phrase("refused", "被拒绝")) + shown(notes, Phrase("note", "提示"))
        phrases.append(
            Phrase(
                "\(rows) rows: \(issued) issued, \(changed) changed, \(unchanged) unchanged, \(refused.count) refused, "
                    + "in \(seconds) s",
                "共 \(rows) 行：新上链 \(issued)，变更 \(changed)，无变化 \(unchanged)，拒绝 \(refused.count)，用时 \(seconds) 秒"
            )
        )
        if confirmedBefore > 0 {
            phrases.append(
                Phrase(
                    "  \(confirmedBefore) of them were confirmed to the run that was interrupted",
                    "  其中 \(confirmedBefore) 行已在中断前确认上链"))
        }
        if let refusedFile {
            phrases.append(Phrase("  refused rows: \(refusedFile)", "  被拒绝的行：\(refusedFile)"))
        }
        if let receipts, let receiptsDirectory {
            phrases.append(
                Phrase("  \(receipts) receipts: \(receiptsDirectory)", "  \(receipts) 份回执：\(receiptsDirectory)"))
        }
        return phrases.map { $0.text(in: language) }
    }

    private func shown(_ rows: [Row], _ title: Phrase) -> [Phrase] {
        var phrases = rows.prefix(Self.shownCount).map { row in
            Phrase(
                "\(title.english), line \(row.line): \(row.reason)", "\(title.chinese)，第 \(row.line) 行：\(row.reason)")
        }
        if rows.count > Self.shownCount {
            let more = rows.count - Self.shownCount
            phrases.append(Phrase("\(title.english): \(more) more", "\(title.chinese)：另有 \(more) 行"))
        }
        return phrases
    }
}
