import Formats
import Identity
import Licences

/// A receipt, and what it was found to prove.
struct ReceiptReport: Presentable {
    struct Licence: Encodable {
        let method: String
        let identifier: LicenceIdentifier
        let fileDigest: Digest?
        let metadataRoot: Digest?
    }

    let receipt: String
    /// `nil` where the receipt was only looked at.
    let isVerified: Bool?
    let consortium: Digest
    let transaction: TransactionIdentifier
    let submitter: String
    let calls: Int
    let licences: [Licence]
    let outcome: String
    let height: Height
    let time: String
    let sealedAt: Height
    let signers: [String]

    /// A receipt that holds.
    init(_ receipt: Receipt, findings: ReceiptFindings, path: String) {
        self.init(
            receipt,
            path: path,
            submitter: findings.submitter.description,
            signers: findings.signers.map(\.description),
            isVerified: true
        )
    }

    /// What a receipt claims, unchecked.
    init(claimedBy receipt: Receipt, path: String) {
        self.init(
            receipt,
            path: path,
            submitter: receipt.transaction.body.submitter.description,
            signers: receipt.finalization.signers.map { "\($0.rawValue)" },
            isVerified: nil
        )
    }

    private init(_ receipt: Receipt, path: String, submitter: String, signers: [String], isVerified: Bool?) {
        self.receipt = path
        self.isVerified = isVerified
        self.submitter = submitter
        self.signers = signers
        consortium = receipt.consortium
        transaction = receipt.outcome.transaction
        calls = receipt.transaction.body.calls.count
        licences = zip(receipt.transaction.body.calls, receipt.transaction.body.calls.map(EvidenceCall.init)).compactMap
        {
            call, evidence in
            evidence.map {
                Licence(
                    method: call.method, identifier: $0.identifier, fileDigest: $0.content?.file,
                    metadataRoot: $0.content?.metadataRoot)
            }
        }
        outcome =
            switch receipt.outcome.status {
            case .applied: "applied"
            case .rejected(let rejection): "rejected: \(rejection.code)"
            }
        height = receipt.header.height
        time = receipt.header.timestamp.description
        sealedAt = receipt.sealingHeader.height
    }

    func lines(in language: Language) -> [String] {
        let signed = signers.joined(separator: ", ")
        var phrases = [
            Phrase("receipt \(receipt)", "回执 \(receipt)"),
            Phrase("  transaction  \(transaction)", "  交易       \(transaction)"),
            Phrase("  submitter    \(submitter)", "  提交者     \(submitter)"),
            Phrase("  outcome      \(outcome)", "  执行结果   \(outcome)"),
            Phrase("  order        height \(height)", "  次序       高度 \(height)"),
            Phrase("  time         \(time)", "  账本时间   \(time)"),
            Phrase("  sealed       at height \(sealedAt)", "  见证       高度 \(sealedAt)"),
            Phrase("  signers      \(signed)", "  签名者     \(signed)"),
            Phrase("  content      \(calls) calls", "  内容       \(calls) 项调用"),
        ]
        phrases += licences.prefix(Self.shownCount).map {
            Phrase("    \($0.method) \($0.identifier)", "    \($0.method) \($0.identifier)")
        }
        if licences.count > Self.shownCount {
            let more = licences.count - Self.shownCount
            phrases.append(Phrase("    and \(more) more", "    另有 \(more) 项"))
        }
        return phrases.map { $0.text(in: language) }
    }

    /// A batch may hold hundreds; the JSON has them all.
    private static let shownCount = 10
}
