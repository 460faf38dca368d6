import ArgumentParser

struct ReceiptShow: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a receipt claims. 'receipt verify' says whether it holds.",
        discussion: "Example: zhenglian receipt show deed.receipt"
    )

    @Argument(help: "The receipt.")
    var file: String

    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        console.note(Phrase("unchecked: this is what the file claims", "未经核验：以下为文件自称"))
        try console.present(ReceiptReport(claimedBy: try ReceiptFile.read(file), path: file))
    }
}
