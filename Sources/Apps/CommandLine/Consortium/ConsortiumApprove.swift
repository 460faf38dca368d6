import ArgumentParser
import Formats
import Identity
import Ledger
import Nodes

struct ConsortiumApprove: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve a proposal about members, as an administrator of a department that has a validator.",
        discussion: """
            'zhenglian consortium members' shows what is proposed. Where another change was announced meanwhile, approve
            again when it is in force.

            Example: zhenglian consortium approve 3 --genesis genesis.der --identity identities/admin
            """
    )

    @Argument(help: "The proposal's number.")
    var number: UInt64

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws { try ProposalNumber.check(number) }

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            try console.present(
                try await MembershipSubmission(client: client, identity: identity)
                    .decide(MembershipContract.approval(of: number)))
        }
    }
}

struct ConsortiumWithdraw: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Withdraw a proposal of your department about members.",
        discussion: "Example: zhenglian consortium withdraw 3 --genesis genesis.der --identity identities/admin"
    )

    @Argument(help: "The proposal's number.")
    var number: UInt64

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws { try ProposalNumber.check(number) }

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let outcome = try await MembershipSubmission(client: client, identity: identity)
                .submit(MembershipContract.withdrawal(of: number))
            try console.present(
                Report(proposal: number, transaction: outcome.transaction, height: outcome.height))
        }
    }

    private struct Report: Presentable {
        let proposal: UInt64
        let transaction: TransactionIdentifier
        let height: Height

        func lines(in language: Language) -> [String] {
            [
                Phrase("proposal \(proposal): withdrawn at height \(height)", "提案 \(proposal)：已撤回，高度 \(height)"),
                Phrase("  transaction  \(transaction)", "  交易 \(transaction)"),
            ].map { $0.text(in: language) }
        }
    }
}

private enum ProposalNumber {
    static func check(_ number: UInt64) throws {
        guard (1...UInt64(Int64.max)).contains(number) else {
            throw ValidationError("a proposal's number is 1 or more")
        }
    }
}
