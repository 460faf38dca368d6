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

    /// Where the receipt is.
    let receipt: String
    let subject: ReceiptSubjectReport
    /// The height as of which it is so.
    let asOf: Height
    let sealedAt: Height
    let sealTime: String
    let epoch: Epoch
    let signers: [String]
    let consortium: Digest
    let established: [EstablishedFact]
    let notEstablished: [OpenQuestion]

    /// A receipt that holds.
    init(_ receipt: Receipt, findings: ReceiptFindings, path: String) {
        self.receipt = path
        subject = ReceiptSubjectReport(findings.subject, receipt: receipt)
        asOf = findings.asOf
        sealedAt = findings.seal.height
        sealTime = findings.seal.time.description
        epoch = findings.seal.epoch
        signers = findings.seal.signers.map(\.description)
        consortium = receipt.consortium
        established = findings.established
        notEstablished = findings.notEstablished
    }

    func lines(in language: Language) -> [String] {
        let signed = signers.joined(separator: ", ")
        let facts = established.map { $0.phrase }
        let questions = notEstablished.map { $0.phrase }
        let phrases =
            [Phrase("receipt \(receipt)", "回执 \(receipt)")] + subject.phrases + [
                Phrase("  as of        height \(asOf)", "  截至       高度 \(asOf)"),
                Phrase("  sealed       at height \(sealedAt), \(sealTime)", "  见证       高度 \(sealedAt)，\(sealTime)"),
                Phrase("  signers      \(signed)", "  签名者     \(signed)"),
                Phrase(
                    "  established  \(facts.map(\.english).joined(separator: "; "))",
                    "  已证实     \(facts.map(\.chinese).joined(separator: "；"))"),
                Phrase(
                    "  not          \(questions.map(\.english).joined(separator: "; "))",
                    "  未证实     \(questions.map(\.chinese).joined(separator: "；"))"),
            ]
        return phrases.map { $0.text(in: language) }
    }
}
