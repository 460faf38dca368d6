import ArgumentParser
import Formats
import Identity
import Ledger
import Nodes

struct LedgerPrune: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Let go of old transactions and replaced values; receipts of one's own are still given.",
        discussion: """
            Headers, finalizations, the journal and the present state stay. Of a transaction that goes, its digest
            stays, so that the receipts of its neighbours still prove themselves. The node must not run; one that runs
            prunes by its configuration (pruning.heights, pruning.days, pruning.departments).

            Example: zhenglian ledger prune --data data --genesis genesis.der --keep-heights 100000 \\
                         --keep-department tax
            """
    )

    @Option(help: "A node's data directory. The node must not run.")
    var data: String

    @Option(help: "The genesis file.")
    var genesis: String

    @Option(help: "How many heights back everything is kept.")
    var keepHeights: UInt64

    @Option(help: "For how many days everything is kept as well.")
    var keepDays: Int?

    @Option(help: "A department whose transactions are never pruned. Repeat for each.")
    var keepDepartment: [Label]

    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard keepDays.map({ (1...36_500).contains($0) }) ?? true else {
            throw ValidationError("--keep-days is 1 to 36500")
        }
    }

    func run(_ console: Console) async throws {
        let maintenance = LedgerMaintenance(dataPath: data, genesis: try GenesisFile.read(genesis))
        let policy = PruningPolicy(
            heights: keepHeights,
            duration: keepDays.map { .seconds(86_400 * $0) },
            departments: Set(keepDepartment)
        )
        let result = try await maintenance.prune(policy, now: SystemWallClock().now)
        try console.present(
            Report(horizon: result.horizon, transactions: result.transactions, entries: result.entries))
    }

    private struct Report: Presentable {
        let horizon: UInt64
        let transactions: Int
        let entries: Int

        func lines(in language: Language) -> [String] {
            [
                Phrase(
                    "pruned up to height \(horizon): \(transactions) transactions, \(entries) entries of the state",
                    "已裁剪至块高 \(horizon)：\(transactions) 笔交易，\(entries) 条状态记录"
                ).text(in: language)
            ]
        }
    }
}
