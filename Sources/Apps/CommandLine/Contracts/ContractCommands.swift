import ArgumentParser
import Formats
import Identity
import Ledger
import Nodes
import ZhenglianClient

struct ContractCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contracts",
        abstract: "The contracts' versions (合约版本): show what is in force and planned, decide on others.",
        subcommands: [
            ContractShow.self, ContractPropose.self, ContractApprove.self, ContractCancel.self, ContractWithdraw.self,
        ]
    )
}

struct ContractShow: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show which versions are in force, planned and proposed, what was decided, and what the node lacks.",
        discussion: """
            The answer is the asked node's.

            Example: zhenglian consortium contracts show --genesis genesis.der --identity identities/admin
            """
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, _ in
            try console.present(ContractsReport(try await ConsortiumContracts(asking: client)))
        }
    }
}

struct ContractPropose: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "propose",
        abstract: "Propose that a version of a contract is in force from a height on; that approves it as well.",
        discussion: """
            Name a height, or how many blocks from now; 1000 blocks have to lie between the decision and the height,
            so leave days for the approvals. A proposal of your department about the same contract makes way.

            Example: zhenglian consortium contracts propose catalogue --version 2 --height 250000
            """
    )

    @Argument(help: "The contract's name, as 'contracts show' prints it.")
    var contract: String

    @Option(help: "The version, higher than the one in force.")
    var version: Int

    @Option(help: "The first height under the version.")
    var height: UInt64?

    @Option(help: "Blocks from now on, where no height is given.")
    var notice: UInt64 = 20_000

    @OptionGroup var knowledge: ContractKnowledge
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (1...Int(Int32.max)).contains(version) else { throw ValidationError("--version is 1 or more") }
        guard (height ?? notice) <= UInt64(Int64.max) else { throw ValidationError("a height is below 2^63") }
    }

    func run(_ console: Console) async throws {
        try knowledge.check(contract, version: version)
        try await connection.withClient(console) { client, identity in
            let first =
                if let height { Height(rawValue: height) } else {
                    try await client.status().height.advanced(by: notice)
                }
            let change = ContractChange(.activation, of: contract, version: version, at: first)
            try console.present(try await ContractSubmission(client: client, identity: identity).propose(change))
        }
    }
}

struct ContractApprove: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve a proposal about contracts, as an administrator of a department that has a validator.",
        discussion: """
            Update your department's nodes first: a node without the version stops before its height.

            Example: zhenglian consortium contracts approve 6b2f…
            """
    )

    @Argument(help: "The proposal's digest, as 'contracts show' prints it.", transform: ContractSubmission.digest)
    var proposal: Digest

    @OptionGroup var knowledge: ContractKnowledge
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let change = try await client.query(
                contract: ContractLifecycleContract.name, name: ContractLifecycleContract.proposalQuery,
                arguments: ContractProposalReference(proposal), as: ContractProposal.self
            ).result.change
            if change.kind == .activation { try knowledge.check(change.contract, version: change.version) }
            try console.present(
                try await ContractSubmission(client: client, identity: identity).approve(change))
        }
    }
}

struct ContractCancel: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Propose that a planned version does not come into force; that approves it as well.",
        discussion: """
            It is decided like an activation, with 'contracts approve', and has to be before the planned height.

            Example: zhenglian consortium contracts cancel catalogue
            """
    )

    @Argument(help: "The contract's name.")
    var contract: String

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let versions = try await client.query(
                contract: ContractLifecycleContract.name, name: ContractLifecycleContract.versionsQuery,
                arguments: NoResult(), as: ContractVersions.self
            ).result
            guard let planned = versions[contract]?.planned else {
                throw CommandFailure(
                    .refused,
                    Phrase("no version of '\(contract)' is planned", "合约 '\(contract)' 没有已计划的版本"))
            }
            let change = ContractChange(.cancellation, of: contract, version: planned.version, at: planned.height)
            try console.present(try await ContractSubmission(client: client, identity: identity).propose(change))
        }
    }
}

struct ContractWithdraw: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Withdraw a proposal of your department about contracts.",
        discussion: "Example: zhenglian consortium contracts withdraw 6b2f…"
    )

    @Argument(help: "The proposal's digest, as 'contracts show' prints it.", transform: ContractSubmission.digest)
    var proposal: Digest

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let outcome = try await ContractSubmission(client: client, identity: identity)
                .submit(ContractLifecycleContract.withdrawal(of: proposal))
            try console.present(
                Report(proposal: proposal, transaction: outcome.transaction, height: outcome.height))
        }
    }

    private struct Report: Presentable {
        let proposal: Digest
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

/// Keeps an administrator from deciding on what the program at hand does not have.
struct ContractKnowledge: ParsableArguments {
    @Flag(help: "Decide on a version that this program does not have: a slip stops every node before its height.")
    var acceptUnknownVersion = false

    func check(_ contract: String, version: Int) throws {
        guard !acceptUnknownVersion, try !Contracts(NodeRun.contracts).contains(contract, version: version) else {
            return
        }
        throw CommandFailure(
            .refused,
            Phrase(
                "this program has no version \(version) of a contract '\(contract)': update it first, and your nodes. "
                    + "Nodes without the version stop before its height (--accept-unknown-version decides anyway)",
                "本程序没有合约 '\(contract)' 的第 \(version) 版：请先更新本程序和本部门的节点。"
                    + "没有该版本的节点会在生效高度之前停止（确要表决请加 --accept-unknown-version）"))
    }
}
