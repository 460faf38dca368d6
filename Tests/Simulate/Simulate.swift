import ArgumentParser

/// Runs simulated histories: one with what happened in it, or as many as time allows.
@main
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run histories of a simulated channel, each from its seed.",
        subcommands: [Replay.self, Search.self, Seeds.self, LedgerRun.self, Curves.self]
    )
}
