import Formats
import Identity
import Ledger
import Nodes
import ZhenglianClient

/// Which versions of contracts are in force, planned and proposed, as one node says.
struct ContractsReport: Presentable {
    private let report: ConsortiumContracts

    init(_ contracts: ConsortiumContracts) { report = contracts }

    func encode(to encoder: any Encoder) throws { try report.encode(to: encoder) }

    func lines(in language: Language) -> [String] {
        func names(_ departments: [DepartmentName]) -> String {
            departments.map(\.rawValue).joined(separator: ", ")
        }
        var phrases = [Phrase("contracts at height \(report.height)", "合约，高度 \(report.height)")]
        phrases += report.contracts.map { contract in
            let english =
                contract.inForce.map {
                    "version \($0.version)" + ($0.firstHeight > .zero ? " since \($0.firstHeight)" : "")
                }
                ?? "not yet in force"
            let chinese =
                contract.inForce.map {
                    "第 \($0.version) 版" + ($0.firstHeight > .zero ? "（自高度 \($0.firstHeight)）" : "")
                } ?? "尚未生效"
            let planned = contract.planned.map {
                (
                    "; planned: version \($0.version) from height \($0.firstHeight) on",
                    "；计划：第 \($0.version) 版自高度 \($0.firstHeight) 起"
                )
            }
            return Phrase(
                "  \(contract.name): \(english)\(planned?.0 ?? "")", "  \(contract.name)：\(chinese)\(planned?.1 ?? "")")
        }
        for proposal in report.proposals {
            let (change, approvals) = (proposal.change.phrase, names(proposal.approvals))
            phrases += [
                Phrase("proposed: \(change.english)", "提案：\(change.chinese)"),
                Phrase(
                    "  \(proposal.digest), by \(proposal.proposer), to be decided up to height \(proposal.lastHeight), "
                        + "approved by \(approvals)",
                    "  \(proposal.digest)，提出者 \(proposal.proposer)，须在高度 \(proposal.lastHeight) 之前决定，已批准：\(approvals)"),
            ]
        }
        phrases += report.decisions.map { decision in
            let (change, approvals) = (decision.change.phrase, names(decision.approvals))
            return Phrase(
                "decided at height \(decision.height): \(change.english), by \(approvals)",
                "高度 \(decision.height) 决定：\(change.chinese)，批准：\(approvals)")
        }
        phrases += (report.missing ?? []).map { ContractPhrases.missing($0) }
        return phrases.map { $0.text(in: language) }
    }
}

extension ConsortiumContracts.Change {
    var phrase: Phrase { ContractPhrases.change(kind, contract, version, firstHeight) }
}
