import ArgumentParser

struct UseRulesCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "The parameters of the access decision (访问控制规则参数), which departments vote on.",
        subcommands: TableCommands<DecisionRulesFile>.all
    )
}
