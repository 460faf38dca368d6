import ArgumentParser
import Formats
import Identity
import Ledger
import Nodes
import ZhenglianClient

struct ConsortiumMembers: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "members",
        abstract: "Show who belongs to the consortium now, what is announced, and what is proposed.",
        discussion: """
            The answer is the asked node's; receipts and 'consortium follow' prove who validates.

            Example: zhenglian consortium members --node 10.0.0.1:7101 --genesis genesis.der --identity identities/admin
            """
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, _ in
            try console.present(MembersReport(try await ConsortiumMembership(asking: client)))
        }
    }
}

/// Who belongs to the consortium, as one node says.
struct MembersReport: Presentable {
    private let members: ConsortiumMembership

    init(_ members: ConsortiumMembership) { self.members = members }

    func encode(to encoder: any Encoder) throws { try members.encode(to: encoder) }

    func lines(in language: Language) -> [String] {
        var phrases = [Phrase("members at height \(members.height)", "成员（高度 \(members.height)）")]
        phrases += members.current.phrases
        if let announced = members.announced {
            phrases.append(
                Phrase(
                    "announced, in force from height \(announced.firstHeight) on",
                    "已公布，自高度 \(announced.firstHeight) 起生效"))
            phrases += announced.phrases
        }
        for proposal in members.proposals {
            let approvals = proposal.approvals.map(\.rawValue).joined(separator: ", ")
            phrases.append(
                Phrase(
                    "proposal \(proposal.number) by \(proposal.proposer), open up to height \(proposal.lastHeight), "
                        + "approved by \(approvals)",
                    "提案 \(proposal.number)，提出者 \(proposal.proposer)，有效至高度 \(proposal.lastHeight)，"
                        + "已批准：\(approvals)"))
            phrases += proposal.operations.map { Phrase("  \($0)", "  \($0)") }
        }
        return phrases.map { $0.text(in: language) }
    }
}

extension ConsortiumMembership.Term {
    fileprivate var phrases: [Phrase] {
        var phrases = [
            Phrase(
                "  epoch \(epoch): \(quorum) of \(validators.count) validators decide; "
                    + "\(toleratedFaults) may fail or lie",
                "  纪元 \(epoch)：\(validators.count) 个验证节点中 \(quorum) 个决定；容忍 \(toleratedFaults) 个失效或作恶")
        ]
        phrases += validators.map {
            Phrase(
                "  validator    \($0.member) at \($0.address), certificate up to \($0.validUntil)",
                "  验证节点 \($0.member) \($0.address)，证书有效至 \($0.validUntil)")
        }
        phrases += observers.map {
            Phrase(
                "  observer     \($0.member) at \($0.address), certificate up to \($0.validUntil)",
                "  观察节点 \($0.member) \($0.address)，证书有效至 \($0.validUntil)")
        }
        return phrases
    }
}
