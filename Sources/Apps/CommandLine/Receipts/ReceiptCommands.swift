import ArgumentParser

struct ReceiptCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt",
        abstract: "Receipts (回执): proofs that stand on their own. Get, show, verify.",
        subcommands: [ReceiptGet.self, ReceiptShow.self, ReceiptVerify.self]
    )
}
