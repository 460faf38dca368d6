import ArgumentParser

struct UseCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "use",
        abstract: "Use licences (用证): ask, fetch what is allowed, show and scan, and say what was verified.",
        subcommands: [
            UseKey.self,
            UseAsk.self,
            UseRelease.self,
            UsePresent.self,
            UseScan.self,
            UseShow.self,
            UseVerify.self,
            UseRulesCommands.self,
        ]
    )
}
