import ArgumentParser
import Foundation
import Identity
import Licences
import ZhenglianClient

struct LicenceReconcile: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Compare a whole library with the ledger, or with another library (批量比对).",
        discussion: """
            Both sides are digested by type, region and day of issue; only where they differ, rows are compared. With
            --data, the catalogue of a node's read model is the other side; with --other, a second table is. What was
            interrupted goes on with the same --progress. Status 1 where something differs.

            Examples: zhenglian licence reconcile --table library.csv --data nodes/market/data --department market
                      zhenglian licence reconcile --table library.csv --other copy.csv
            """
    )

    @Option(help: "The library: CSV or JSON lines, UTF-8 or GB 18030.")
    var table: String

    @Option(help: "The data directory of a node, whose catalogue is the other side.")
    var data: String?

    @Option(help: "Another table, which is the other side; then all columns are compared.")
    var other: String?

    @Option(help: "With --data: only the licences of this department.")
    var department: String?

    @Option(help: "Where the progress is kept; by default TABLE.reconcile.")
    var progress: String?

    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (data == nil) != (other == nil) else { throw ValidationError("give either --data or --other") }
        guard department == nil || data != nil else { throw ValidationError("--department goes with --data") }
    }

    func run(_ console: Console) async throws {
        let library = TableSide(URL(fileURLWithPath: table), comparesAll: other != nil)
        let report: ReconciliationReport
        if let other {
            report = try await compare(library, TableSide(URL(fileURLWithPath: other), comparesAll: true), console)
        } else {
            report = try await compare(library, CatalogueSide(dataPath: data ?? "", department: department), console)
        }
        try console.present(report)
        if !report.differences.isEmpty || !report.unreadable.isEmpty { throw ExitStatus.refused.code }
    }

    private func compare(
        _ library: TableSide, _ other: some ReconciliationSide, _ console: Console
    ) async throws -> ReconciliationReport {
        let start = ContinuousClock.now
        // Any digest does: nothing of it leaves this machine.
        let reconciliation = Reconciliation(
            library, other, suite: CryptoSuiteIdentifier.p256.suite,
            progressFile: URL(fileURLWithPath: progress ?? "\(table).reconcile"))
        let report = try await reconciliation.run { state in
            console.note(
                Phrase(
                    "\(state.countHere) rows here, \(state.countThere) there; "
                        + "\(state.differingCount) of \(state.bucketCount) buckets differ",
                    "本方 \(state.countHere) 行，对方 \(state.countThere) 行；"
                        + "\(state.bucketCount) 个桶中 \(state.differingCount) 个不同"))
        }
        let unreadable = try library.unreadableLines(limit: ReconciliationReport.unreadableLimit)
        return ReconciliationReport(
            report, unreadable: unreadable, seconds: (ContinuousClock.now - start) / .seconds(1))
    }
}

/// What a reconciliation has come to, for people and machines.
struct ReconciliationReport: Presentable {
    struct Difference: Encodable {
        let licence: String
        let kind: ReconciliationDifference.Kind
        let columns: [ReconciliationColumn]
        let countHere: Int
        let countThere: Int
    }

    struct Line: Encodable {
        let line: Int
        let reason: String
    }

    static let unreadableLimit = 1_000
    /// More than a person reads; the JSON has all.
    private static let shownCount = 100

    let rowsHere: Int
    let rowsThere: Int
    let buckets: Int
    let differingBuckets: Int
    let differences: [Difference]
    let isTruncated: Bool
    /// Lines of the library that are no licence.
    let unreadable: [Line]
    let seconds: Double

    init(
        _ report: Reconciliation<TableSide, some ReconciliationSide>.Report, unreadable: [RefusedRow], seconds: Double
    ) {
        rowsHere = report.countHere
        rowsThere = report.countThere
        buckets = report.bucketCount
        differingBuckets = report.differingBucketCount
        differences = report.differences.map {
            Difference(
                licence: $0.licence, kind: $0.kind, columns: $0.columns, countHere: $0.countHere,
                countThere: $0.countThere)
        }
        isTruncated = report.isTruncated
        self.unreadable = unreadable.map { Line(line: $0.line, reason: $0.reason) }
        self.seconds = (seconds * 1_000).rounded() / 1_000
    }

    func lines(in language: Language) -> [String] {
        var phrases = differences.prefix(Self.shownCount).map(Self.phrase)
        phrases += unreadable.prefix(Self.shownCount).map {
            Phrase("line \($0.line): \($0.reason)", "第 \($0.line) 行：\($0.reason)")
        }
        let more = max(0, differences.count - Self.shownCount) + max(0, unreadable.count - Self.shownCount)
        if more > 0 { phrases.append(Phrase("and \(more) more", "另有 \(more) 项")) }
        if isTruncated { phrases.append(Phrase("there are more differences than that", "差异不止于此")) }
        phrases.append(
            Phrase(
                "\(rowsHere) rows here, \(rowsThere) there, \(differences.count) licences differ, in \(seconds) s",
                "本方 \(rowsHere) 行，对方 \(rowsThere) 行，\(differences.count) 张证照有差异，用时 \(seconds) 秒"))
        return phrases.map { $0.text(in: language) }
    }

    private static func phrase(_ difference: Difference) -> Phrase {
        let licence = difference.licence
        switch difference.kind {
        case .missingHere: return Phrase("\(licence): not here", "\(licence)：本方缺失")
        case .missingThere: return Phrase("\(licence): not there", "\(licence)：对方缺失")
        case .duplicated:
            return Phrase(
                "\(licence): \(difference.countHere) times here, \(difference.countThere) times there",
                "\(licence)：本方 \(difference.countHere) 次，对方 \(difference.countThere) 次")
        case .differs:
            let columns = difference.columns.map(\.rawValue).joined(separator: ", ")
            return Phrase("\(licence): differs in \(columns)", "\(licence)：不同之处 \(columns)")
        }
    }
}
