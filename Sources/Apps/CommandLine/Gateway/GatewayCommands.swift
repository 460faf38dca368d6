import ArgumentParser

struct GatewayCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway",
        abstract: "Who may call your department's nodes over HTTP (应用接入): applications, people, platforms, accounts.",
        subcommands: [
            GatewayApplications.self, GatewayPeople.self, GatewayPlatforms.self, GatewayAccounts.self,
        ]
    )
}
