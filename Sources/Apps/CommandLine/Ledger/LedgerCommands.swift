import ArgumentParser

struct LedgerCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract:
            "A node's own ledger (账本), on its machine: verify, back up, restore, export, prune, questions in SQL.",
        subcommands: [
            LedgerVerify.self,
            LedgerBackup.self,
            LedgerRestoreCommand.self,
            LedgerExportCommand.self,
            LedgerSnapshot.self,
            LedgerPrune.self,
            LedgerSQL.self,
        ]
    )
}
