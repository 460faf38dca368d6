import ArgumentParser
import Formats
import Nodes

struct ReceiptVerify: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check receipts against the genesis file alone: no node, no network.",
        discussion: """
            Says of each receipt what it establishes and what it does not: nothing that happened after its height.
            Status 1 where one does not hold.

            Examples: zhenglian receipt verify receipts/*.receipt --genesis genesis.der
                      zhenglian receipt verify new.receipt --genesis genesis.der \\
                          --trusting validators.trusted --save-trusted validators.trusted
            """
    )

    @Argument(help: "The receipts.")
    var files: [String]

    @Option(help: "The genesis file.")
    var genesis: String

    @Option(help: "A validator set verified earlier: receipts may begin with it, and none may contradict it.")
    var trusting: String?

    @Option(help: "Where to keep the newest validator set that the receipts lead to, for --trusting another time.")
    var saveTrusted: String?

    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let genesis = try GenesisFile.read(genesis)
        let trusted = try trusting.map(TrustedValidatorsFile.read)
        var bar = ProgressBar(Phrase("verifying", "正在核验"), total: files.count, console: console)
        var results: [Result] = []
        for file in files {
            results.append(Self.verify(file, genesis, trusted))
            bar.update(results.count)
        }
        bar.finish()
        try keep(results.compactMap(\.trusted) + [trusted].compactMap { $0 })
        let report = Report(results)
        try console.present(report)
        if report.contradicted > 0 { throw ExitStatus.refused.code }
        if report.unreadable > 0 { throw ExitStatus.wrongUse.code }
    }

    private static func verify(_ path: String, _ genesis: Genesis, _ trusted: TrustedValidators?) -> Result {
        do {
            let receipt = try ReceiptFile.read(path)
            let findings = try receipt.verify(against: genesis, trusting: trusted)
            return .established(ReceiptReport(receipt, findings: findings, path: path), findings.trusted)
        } catch let error as FileError {
            return .unreadable(path: path, reason: "\(error)")
        } catch {
            return .contradicted(path: path, reason: "\(error)")
        }
    }

    private func keep(_ sets: [TrustedValidators]) throws {
        guard let saveTrusted, let newest = sets.max(by: { $0.header.height < $1.header.height }) else { return }
        try TrustedValidatorsFile.write(newest, to: saveTrusted)
    }

    private enum Result {
        case established(ReceiptReport, TrustedValidators)
        case contradicted(path: String, reason: String)
        case unreadable(path: String, reason: String)

        var trusted: TrustedValidators? {
            if case .established(_, let trusted) = self { trusted } else { nil }
        }
    }

    private struct Report: Presentable {
        struct Refusal: Encodable {
            let receipt: String
            /// `false` where the file could not be read at all, which says nothing of the receipt.
            let isContradicted: Bool
            let reason: String

            var phrase: Phrase {
                isContradicted
                    ? Phrase("\(receipt): does not hold: \(reason)", "\(receipt)：不成立：\(reason)")
                    : Phrase("\(receipt): could not be read: \(reason)", "\(receipt)：无法读取：\(reason)")
            }
        }

        let verified: Int
        let contradicted: Int
        let unreadable: Int
        let receipts: [ReceiptReport]
        let refusals: [Refusal]
        init(_ results: [Result]) {
            var receipts: [ReceiptReport] = []
            var refusals: [Refusal] = []
            for result in results {
                switch result {
                case .established(let report, _):
                    receipts.append(report)
                case .contradicted(let path, let reason):
                    refusals.append(Refusal(receipt: path, isContradicted: true, reason: reason))
                case .unreadable(let path, let reason):
                    refusals.append(Refusal(receipt: path, isContradicted: false, reason: reason))
                }
            }
            verified = receipts.count
            contradicted = refusals.count { $0.isContradicted }
            unreadable = refusals.count - contradicted
            self.receipts = receipts
            self.refusals = refusals
        }

        func lines(in language: Language) -> [String] {
            var lines = receipts.flatMap { $0.lines(in: language) }
            lines += refusals.map { $0.phrase.text(in: language) }
            lines.append(
                Phrase(
                    "\(verified) hold, \(contradicted) do not, \(unreadable) could not be read",
                    "\(verified) 份成立，\(contradicted) 份不成立，\(unreadable) 份无法读取"
                ).text(in: language)
            )
            return lines
        }
    }
}
