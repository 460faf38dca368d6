import ArgumentParser

struct OneThingCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "onething",
        abstract: "One-things (一件事): their definitions, their cases, and the statutory calendar that clocks run on.",
        subcommands: [DefineCommands.self, CalendarCommands.self, OneThingStatisticsCommand.self]
    )
}
