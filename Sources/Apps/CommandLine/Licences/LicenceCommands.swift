import ArgumentParser

struct LicenceCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "licence",
        abstract: "Licences on the ledger (证照): issue, change, revoke, show, verify, import.",
        subcommands: [
            LicenceIssue.self,
            LicenceChange.self,
            LicenceRevoke.self,
            LicenceShow.self,
            LicenceVerify.self,
            LicenceImportCommand.self,
        ]
    )
}
