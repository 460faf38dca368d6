import Formats
import Foundation
import Identity
import Licences
import Nodes

/// What came from an owner's node, checked against the ledger, for people and machines.
struct ReleasedReport: Presentable {
    struct Field: Encodable {
        let name: String
        let value: String
    }

    let decision: DecisionIdentifier
    let licence: LicenceIdentifier
    let owner: String
    let kind: String
    let fields: [Field]
    let delivered: Digest
    /// Where the file was written.
    let file: String?
    /// Where the DER of all that came was written, with its proofs.
    let content: String?

    init(_ released: ReleasedContent, suite: any CryptoSuite, file: String?, content: String?) {
        decision = released.note.decision
        licence = released.note.licence
        owner = released.note.owner.rawValue
        kind = "\(released.kind)"
        fields = released.disclosures.map { Field(name: $0.field.name.rawValue, value: $0.field.value) }
        delivered = released.digest(suite: suite)
        self.file = file
        self.content = content
    }

    func lines(in language: Language) -> [String] {
        var lines = [Phrase("\(licence), released by \(owner)", "\(licence)，由 \(owner) 释放").text(in: language)]
        lines += fields.map { "  \($0.name): \($0.value)" }
        if let file { lines.append(Phrase("  file: \(file)", "  文件：\(file)").text(in: language)) }
        if let content {
            lines.append(Phrase("  with proofs: \(content)", "  附证明：\(content)").text(in: language))
        }
        lines.append(
            Phrase(
                "checked against the ledger: what came is what was released, and every part is the licence's",
                "已与账本核对：所收即所释放，各项均与存证一致"
            ).text(in: language))
        return lines
    }

    /// Writes what came to new files that their owner alone reads.
    /// - Throws: `FileError`.
    static func write(_ released: ReleasedContent, file: String?, content: String?) throws {
        if let file, let bytes = released.file {
            try ProtectedFile.create(at: file, with: bytes, access: .secret)
        }
        if let content { try ProtectedFile.create(at: content, with: released.derBytes, access: .secret) }
    }
}
