import Formats
import Identity
import Licences

/// What a receipt was found to prove of its subject.
enum ReceiptSubjectReport: Encodable {
    case transaction(Transaction)
    case entry(Entry)
    case absence(Absence)
    case list(List)

    struct Transaction: Encodable {
        let kind = "transaction"
        let transaction: TransactionIdentifier
        let submitter: String
        let calls: Int
        let licences: [ReceiptReport.Licence]
        let outcome: String
        let height: Height
        let index: Int
        let time: String
    }

    struct Entry: Encodable {
        let kind = "entry"
        let contract: String
        let key: String
        let value: String
        let since: Height
    }

    struct Absence: Encodable {
        let kind = "absence"
        let contract: String
        let key: String
        let reason: AbsenceFindings.Reason
        let since: Height
    }

    struct List: Encodable {
        let kind = "list"
        let contract: String
        let key: String
        let count: UInt64
        let first: UInt64
        let elements: [String]
        let since: Height
    }

    init(_ findings: ReceiptFindings.Subject, receipt: Receipt) {
        switch findings {
        case .transaction(let found):
            self = .transaction(
                Transaction(
                    found.outcome, submitter: found.submitter.description, height: found.height, time: found.time,
                    calls: receipt.subject.transaction?.transaction.body.calls ?? []))
        case .entry(let found):
            self = .entry(
                Entry(
                    contract: found.name.contract, key: found.name.key.hexadecimal, value: found.value.hexadecimal,
                    since: found.since))
        case .absence(let found):
            self = .absence(
                Absence(
                    contract: found.name.contract, key: found.name.key.hexadecimal, reason: found.reason,
                    since: found.since))
        case .list(let found):
            self = .list(
                List(
                    contract: found.name.contract, key: found.name.key.hexadecimal, count: found.count,
                    first: found.first, elements: found.elements.map(\.hexadecimal), since: found.since))
        }
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .transaction(let report): try report.encode(to: encoder)
        case .entry(let report): try report.encode(to: encoder)
        case .absence(let report): try report.encode(to: encoder)
        case .list(let report): try report.encode(to: encoder)
        }
    }

    var phrases: [Phrase] {
        switch self {
        case .transaction(let report): report.phrases
        case .entry(let report):
            Self.place(report.contract, report.key) + [
                Phrase("  value        \(Self.short(report.value))", "  值         \(Self.short(report.value))"),
                Phrase("  since        height \(report.since)", "  起始       高度 \(report.since)"),
            ]
        case .absence(let report):
            Self.place(report.contract, report.key) + [
                report.reason == .removed
                    ? Phrase("  value        none: removed", "  值         无：已删除")
                    : Phrase("  value        none: never written", "  值         无：从未写入"),
                Phrase("  since        height \(report.since)", "  起始       高度 \(report.since)"),
            ]
        case .list(let report): report.phrases
        }
    }

    fileprivate static func place(_ contract: String, _ key: String) -> [Phrase] {
        [
            Phrase("  contract     \(contract)", "  合约       \(contract)"),
            Phrase("  key          \(key)", "  键         \(key)"),
        ]
    }

    /// A value can have 64 KiB; the JSON has it whole.
    fileprivate static func short(_ hexadecimal: String) -> String {
        guard hexadecimal.count > shownDigits else { return hexadecimal }
        return "\(hexadecimal.prefix(shownDigits))… (\(hexadecimal.count / 2))"
    }

    /// A batch may hold hundreds; the JSON has them all.
    fileprivate static let shownCount = 10
    private static let shownDigits = 96
}

extension ReceiptSubjectReport.Transaction {
    init(_ result: Outcome, submitter: String, height: Height, time: Timestamp, calls: [Call]) {
        transaction = result.transaction
        self.submitter = submitter
        self.calls = calls.count
        licences = calls.compactMap { call in
            LicenceCall(call).map { licence in
                let content: EvidenceContent? =
                    if case .record(let evidence) = licence { evidence.content } else { nil }
                return ReceiptReport.Licence(
                    method: "\(call.contract).\(call.method)", identifier: licence.identifier,
                    fileDigest: content?.file, metadataRoot: content?.metadataRoot)
            }
        }
        outcome =
            switch result.status {
            case .applied: "applied"
            case .rejected(let rejection): "rejected: \(rejection.code)"
            }
        self.height = height
        index = result.index
        self.time = time.description
    }

    fileprivate var phrases: [Phrase] {
        var phrases = [
            Phrase("  transaction  \(transaction)", "  交易       \(transaction)"),
            Phrase("  submitter    \(submitter)", "  提交者     \(submitter)"),
            Phrase("  outcome      \(outcome)", "  执行结果   \(outcome)"),
            Phrase("  order        height \(height), index \(index)", "  次序       高度 \(height)，序号 \(index)"),
            Phrase("  time         \(time)", "  账本时间   \(time)"),
            Phrase("  content      \(calls) calls", "  内容       \(calls) 项调用"),
        ]
        phrases += licences.prefix(ReceiptSubjectReport.shownCount).map {
            Phrase("    \($0.method) \($0.identifier)", "    \($0.method) \($0.identifier)")
        }
        if licences.count > ReceiptSubjectReport.shownCount {
            let more = licences.count - ReceiptSubjectReport.shownCount
            phrases.append(Phrase("    and \(more) more", "    另有 \(more) 项"))
        }
        return phrases
    }
}

extension ReceiptSubjectReport.List {
    fileprivate var phrases: [Phrase] {
        var phrases = ReceiptSubjectReport.place(contract, key)
        phrases.append(
            first == 0
                ? Phrase("  list         \(count) elements, all of them here", "  列表       \(count) 项，全部在此")
                : Phrase(
                    "  list         \(count) elements, from number \(first) on all of them here",
                    "  列表       \(count) 项，自第 \(first) 项起全部在此"))
        phrases += elements.prefix(ReceiptSubjectReport.shownCount).enumerated().map { index, element in
            let line = "    \(first + UInt64(index)) \(ReceiptSubjectReport.short(element))"
            return Phrase(line, line)
        }
        if elements.count > ReceiptSubjectReport.shownCount {
            let more = elements.count - ReceiptSubjectReport.shownCount
            phrases.append(Phrase("    and \(more) more", "    另有 \(more) 项"))
        }
        phrases.append(Phrase("  since        height \(since)", "  起始       高度 \(since)"))
        return phrases
    }
}
