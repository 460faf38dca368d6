import ArgumentParser

struct LicenceCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "licence",
        abstract: "Licences on the ledger (证照): their whole life, and what the ledger says of them.",
        subcommands: [
            LicenceIssue.self,
            LicenceChange.self,
            LicenceRenew.self,
            LicenceReplace.self,
            LicenceSuspend.self,
            LicenceResume.self,
            LicenceRevoke.self,
            LicenceWithdraw.self,
            LicenceTransfer.self,
            LicenceTransferIn.self,
            LicenceModify.self,
            LicenceTakeDown.self,
            LicenceShow.self,
            LicenceFind.self,
            LicenceVerify.self,
            LicenceReconcile.self,
            LicenceCodesCommands.self,
            LicenceImportCommand.self,
        ]
    )
}
