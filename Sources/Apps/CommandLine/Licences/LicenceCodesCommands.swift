import ArgumentParser

struct LicenceCodesCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codes",
        abstract: "The table of statuses and operations of licences (证照状态与操作代码表), which departments vote on.",
        subcommands: TableCommands<LicenceCodesFile>.all
    )
}
