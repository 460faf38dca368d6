import Formats
import Identity
import Licences

/// A table that departments vote on: the one in force, and the one that is proposed.
struct TableReport<File: TableFile>: Presentable {
    struct Proposal: Encodable {
        /// What an approval names.
        let digest: Digest
        /// The departments whose administrators have approved it.
        let approvals: [String]
        /// How many have to.
        let needed: Int
        let table: File
    }

    let inForce: File
    let version: UInt64
    let digest: Digest
    let proposal: Proposal?

    init(_ answer: TableAnswer<File.Table>, genesis: Genesis) {
        inForce = File(answer.table, version: answer.table.version)
        version = answer.table.version
        digest = genesis.suite.digest(of: answer.table.derBytes)
        proposal = answer.proposal.map {
            Proposal(
                digest: genesis.suite.digest(of: $0.table.derBytes), approvals: $0.approvals.map(\.rawValue),
                needed: genesis.document.departments.count / 2 + 1, table: File($0.table, version: $0.table.version))
        }
    }

    func lines(in language: Language) -> [String] {
        var lines = [Phrase("in force: version \(version), \(digest)", "现行版本 \(version)，\(digest)").text(in: language)]
        lines += inForce.lines(in: language).map { "  \($0)" }
        guard let proposal else {
            return lines + [Phrase("nothing is proposed", "没有待批准的提案").text(in: language)]
        }
        let approvals = proposal.approvals.joined(separator: ", ")
        lines.append(
            Phrase(
                "proposed: \(proposal.digest), approved by \(approvals); \(proposal.needed) are needed",
                "提案 \(proposal.digest)，已批准：\(approvals)；需 \(proposal.needed) 个部门批准"
            ).text(in: language))
        return lines + proposal.table.lines(in: language).map { "  \($0)" }
    }
}
