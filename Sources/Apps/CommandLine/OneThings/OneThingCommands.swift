import ArgumentParser

struct OneThingCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "onething",
        abstract: "One-things (一件事): their definitions, their cases, and the statutory calendar that clocks run on.",
        subcommands: [
            DefineCommands.self, CaseOpen.self, CaseHandoffs.self, CaseActOnStep.self, CaseFetch.self, CaseShow.self,
            CaseTimelineCommand.self, CaseEventsCommand.self, CaseFollow.self, CaseWithdraw.self, CaseAnnul.self,
            CaseRate.self, CaseArchive.self, CaseDestroy.self, OneThingStatisticsCommand.self, CalendarCommands.self,
        ]
    )
}
