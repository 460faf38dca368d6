import ArgumentParser
import Formats
import Identity
import Ledger
import Nodes

struct LedgerVerify: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a whole ledger offline: every digest, link, signature, root; the state from its changes.",
        discussion: """
            Nothing is written, and nothing but the genesis file is trusted. Names the first row that does not hold,
            with what was expected and what is there, and ends with status 1.

            Example: zhenglian ledger verify --data nodes/market/data --genesis genesis.der
            Example: zhenglian ledger verify --file backup.sqlite --genesis genesis.der --skip-signatures
            """
    )

    @Option(help: "A node's data directory. The node must not run.")
    var data: String?

    @Option(help: "A backup, instead of a data directory.")
    var file: String?

    @Option(help: "The genesis file.")
    var genesis: String

    @Flag(help: "Do not check signatures of transactions and finalizations: several times as fast.")
    var skipSignatures = false

    @Flag(help: "Execute every block again as well, with the contracts; the ledger has to be whole.")
    var replay = false

    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let genesis = try GenesisFile.read(genesis)
        var settings = LedgerVerification.Options()
        settings.checksSignatures = !skipSignatures
        var bar = WorkBar(Phrase("verifying", "正在核验"), console: console)
        do {
            let report: LedgerVerificationReport
            switch (data, file) {
            case (let data?, nil):
                let maintenance = LedgerMaintenance(dataPath: data, genesis: genesis)
                report = try maintenance.verify(options: settings) { try bar.update($0) }
                if replay { try await maintenance.replay(NodeRun.contracts) { try bar.update($0) } }
            case (nil, let file?) where !replay:
                report = try LedgerVerification(genesis: genesis, options: settings)
                    .verify(file) { try bar.update($0) }
            default:
                throw CommandFailure(
                    .wrongUse,
                    Phrase(
                        "give either --data or --file; --replay goes with --data",
                        "请给出 --data 或 --file 之一；--replay 须与 --data 同用"))
            }
            bar.finish()
            try console.present(LedgerReport(report))
        } catch let fault as LedgerFault {
            bar.finish()
            try console.present(FaultReport(fault))
            throw ExitStatus.refused.code
        }
    }
}

/// The progress of work that tells how much there is as it goes.
struct WorkBar {
    private let title: Phrase
    private let console: Console
    private var bar: ProgressBar?
    private var total: UInt64 = 0

    init(_ title: Phrase, console: Console) {
        self.title = title
        self.console = console
    }

    /// - Throws: `CancellationError` where the command was interrupted.
    mutating func update(_ progress: WorkProgress) throws {
        try Task.checkCancellation()
        if bar == nil || total != progress.total {
            total = progress.total
            bar = bar ?? ProgressBar(title, total: Int(clamping: progress.total), console: console)
        }
        bar?.update(Int(clamping: progress.done))
    }

    mutating func finish() { bar?.finish() }
}

/// What a ledger that holds was found to be.
struct LedgerReport: Presentable {
    let isSound = true
    let ledger: LedgerVerificationReport

    init(_ ledger: LedgerVerificationReport) { self.ledger = ledger }

    func lines(in language: Language) -> [String] {
        let pruned = ledger.prunedTransactions
        var phrases = [
            Phrase(
                "the ledger holds: \(ledger.blocks) blocks, \(ledger.transactions) transactions, "
                    + "\(ledger.stateEntries) entries of the state, \(ledger.signatures) signatures",
                "账本成立：\(ledger.blocks) 个区块，\(ledger.transactions) 笔交易，"
                    + "\(ledger.stateEntries) 条状态记录，\(ledger.signatures) 个签名"
            ),
            Phrase("  height        \(ledger.height)", "  块高       \(ledger.height)"),
            Phrase("  head          \(ledger.head)", "  最新区块   \(ledger.head)"),
            Phrase("  state root    \(ledger.stateRoot)", "  状态根     \(ledger.stateRoot)"),
            Phrase("  journal root  \(ledger.journalRoot)", "  日志根     \(ledger.journalRoot)"),
            Phrase(
                "  proved final up to height \(ledger.finalHeight), results sealed up to \(ledger.sealedHeight)",
                "  已证实终局至块高 \(ledger.finalHeight)，结果封存至 \(ledger.sealedHeight)"
            ),
        ]
        if ledger.snapshotHeight > .zero {
            phrases.append(
                Phrase(
                    "  begins with the snapshot of height \(ledger.snapshotHeight)",
                    "  始于块高 \(ledger.snapshotHeight) 的快照"
                ))
        }
        if ledger.stateHorizon > .zero || pruned > 0 {
            phrases.append(
                Phrase(
                    "  the state is proved from height \(ledger.stateHorizon) on; \(pruned) transactions are pruned",
                    "  状态自块高 \(ledger.stateHorizon) 起可证；\(pruned) 笔交易已裁剪"
                ))
        }
        return phrases.map { $0.text(in: language) }
    }
}

/// The first row that does not hold.
struct FaultReport: Presentable {
    let isSound = false
    let fault: LedgerFault

    init(_ fault: LedgerFault) { self.fault = fault }

    func lines(in language: Language) -> [String] {
        [
            Phrase(
                "the ledger does not hold: table \(fault.table), row \(fault.key), column \(fault.column)",
                "账本不成立：表 \(fault.table)，行 \(fault.key)，列 \(fault.column)"
            ),
            Phrase("  expected  \(fault.expected)", "  应为  \(fault.expected)"),
            Phrase("  found     \(fault.found)", "  实为  \(fault.found)"),
            Phrase(
                "restore a backup (zhenglian ledger restore), or let the node join by a snapshot",
                "请恢复备份（zhenglian ledger restore），或让节点通过快照加入"
            ),
        ].map { $0.text(in: language) }
    }
}
