import ArgumentParser
import Formats
import Identity

struct ReceiptShow: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a receipt claims. 'receipt verify' says whether it holds.",
        discussion: """
            With --json the whole receipt, every field under its name in docs/zhenglian.asn1: see docs/receipt-json.md.

            Example: zhenglian receipt show deed.receipt
            """
    )

    @Argument(help: "The receipt.")
    var file: String

    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        console.note(Phrase("unchecked: this is what the file claims", "未经核验：以下为文件自称"))
        try console.present(Claim(receipt: try ReceiptFile.read(file), path: file))
    }

    private struct Claim: Presentable {
        let receipt: Receipt
        let path: String

        func encode(to encoder: any Encoder) throws {
            try receipt.jsonView.encode(to: encoder)
        }

        func lines(in language: Language) -> [String] {
            let header = receipt.sealingHeader
            let signers = receipt.finalization.signers.map { "\($0.rawValue)" }.joined(separator: ", ")
            let phrases =
                [Phrase("receipt \(path)", "回执 \(path)")]
                + ReceiptSubjectReport(claimedBy: receipt).phrases + [
                    Phrase(
                        "  as of        height \(header.executed.height)", "  截至       高度 \(header.executed.height)"),
                    Phrase(
                        "  sealed       at height \(header.height), \(header.timestamp), epoch \(header.epoch)",
                        "  见证       高度 \(header.height)，\(header.timestamp)，纪元 \(header.epoch)"),
                    Phrase("  signers      \(signers)", "  签名者     \(signers)"),
                    Phrase("  consortium   \(receipt.consortium)", "  联盟       \(receipt.consortium)"),
                ]
            return phrases.map { $0.text(in: language) }
        }
    }
}

extension ReceiptSubjectReport {
    /// What the receipt says of itself, unchecked.
    init(claimedBy receipt: Receipt) {
        switch receipt.subject {
        case .transaction(let subject):
            self = .transaction(
                Transaction(
                    subject.outcome, submitter: subject.transaction.body.submitter.description,
                    height: subject.header.height, time: subject.header.timestamp, calls: subject.transaction.body.calls
                ))
        case .entry(let subject):
            self = .entry(
                Entry(
                    contract: subject.name.contract, key: subject.name.key.hexadecimal,
                    value: subject.value.hexadecimal, since: subject.proof.leaf.height))
        case .absence(let subject):
            let isRemoved = subject.proof.leaf.key == subject.name.digest(suite: receipt.suite.suite)
            self = .absence(
                Absence(
                    contract: subject.name.contract, key: subject.name.key.hexadecimal,
                    reason: isRemoved ? .removed : .neverWritten, since: subject.proof.leaf.height))
        case .list(let subject):
            self = .list(
                List(
                    contract: subject.name.contract, key: subject.name.key.hexadecimal,
                    count: subject.preceding.count + UInt64(subject.elements.count), first: subject.preceding.count,
                    elements: subject.elements.map(\.hexadecimal), since: subject.proof.leaf.height))
        }
    }
}
