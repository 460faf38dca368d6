import ArgumentParser
import Identity
import Licences
import Nodes
import ZhenglianClient

struct UseRulesCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "The parameters of the access decision (访问控制规则参数), which departments vote on.",
        subcommands: [UseRulesShow.self, UseRulesPropose.self, UseRulesApprove.self]
    )
}

struct UseRulesShow: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the parameters in force, and those that are proposed, as a node states them.",
        discussion: """
            Examples: zhenglian use rules show
                      zhenglian use rules show --export next.json
            """
    )

    @Option(help: "Also write the parameters in force as the file of the next version, to be changed and proposed.")
    var export: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let answer = try await ZhenglianClient(ledger: client, identity: identity).uses.rules()
            if let export { try DecisionRulesFile(answer.table, version: answer.table.version + 1).write(to: export) }
            try console.present(TableReport<DecisionRulesFile>(answer, genesis: client.genesis))
        }
    }
}

struct UseRulesPropose: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "propose",
        abstract: "Propose the next parameters, as your department's administrator; that approves them as well.",
        discussion: """
            They have the next version's number, and every parameter. They take the place of
            a proposal that has not been adopted. 'use rules show --export' writes a file to start from.

            Example: zhenglian use rules propose next.json
            """
    )

    @Argument(help: "The parameters: JSON as docs/authorisations-and-uses.md describes it.")
    var file: String

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let rules = try DecisionRulesFile.read(file)
        try await connection.withClient(console) { client, identity in
            let uses = ZhenglianClient(ledger: client, identity: identity).uses
            try await uses.propose(rules)
            try console.present(TableReport<DecisionRulesFile>(try await uses.rules(), genesis: client.genesis))
        }
    }
}

struct UseRulesApprove: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve the proposed parameters, as your department's administrator.",
        discussion: """
            They are in force once administrators of more than half of the departments have approved them.

            Example: zhenglian use rules approve 6b2f…
            """
    )

    @Argument(help: "The digest of the proposed parameters, as 'use rules show' prints it.", transform: tableDigest)
    var rules: Digest

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let uses = ZhenglianClient(ledger: client, identity: identity).uses
            try await uses.approveRules(rules)
            try console.present(TableReport<DecisionRulesFile>(try await uses.rules(), genesis: client.genesis))
        }
    }
}
