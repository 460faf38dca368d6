import ArgumentParser

struct OneThingCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "onething",
        abstract: "One-things (一件事): the statutory calendar that their clocks run on.",
        subcommands: [CalendarCommands.self, OneThingStatisticsCommand.self]
    )
}
