import ArgumentParser

struct NodeCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "A department's node (节点): set it up, run it, ask how it is, have it join or leave.",
        subcommands: [
            NodeInit.self, NodeRun.self, NodeShowStatus.self, NodeDoctor.self, NodeJoin.self, NodeLeave.self,
            NodeRotate.self, NodeMove.self, NodeReplace.self,
        ]
    )
}
