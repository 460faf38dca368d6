import ArgumentParser

struct NodeCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "A department's node (节点): set it up, run it, ask how it is.",
        subcommands: [NodeInit.self, NodeRun.self, NodeShowStatus.self]
    )
}
