import ArgumentParser
import Formats
import Ledger
import Nodes

struct LedgerRestoreCommand: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup in the place of a lost ledger, verify it, compare it with the network.",
        discussion: """
            The directory has to be empty. The node listens before it votes again: it never contradicts a vote that went
            with the old ledger. With --identity the results are compared with a finalised header of each node named.

            Example: zhenglian ledger restore market.backup --data nodes/market/data --genesis genesis.der \\
                         --node 10.0.0.2:7101 --identity identities/operator
            """
    )

    @Argument(help: "The backup.")
    var backup: String

    @Option(help: "The node's data directory, empty or not there.")
    var data: String

    @Flag(help: "Do not check signatures of transactions and finalizations.")
    var skipSignatures = false

    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let genesis = try connection.readGenesis()
        var settings = LedgerVerification.Options()
        settings.checksSignatures = !skipSignatures
        var bar = WorkBar(Phrase("restoring", "正在恢复"), console: console)
        let report: LedgerVerificationReport
        do {
            report = try LedgerRestore(genesis: genesis, options: settings)
                .restore(backup, to: data) { try bar.update($0) }
        } catch let fault as LedgerFault {
            bar.finish()
            try console.present(FaultReport(fault))
            throw ExitStatus.refused.code
        } catch {
            bar.finish()
            throw error
        }
        bar.finish()
        let comparisons = try await compare(LedgerMaintenance(dataPath: data, genesis: genesis), console)
        try console.present(Report(LedgerReport(report), comparisons))
        if comparisons.contains(where: { $0.result == .different }) { throw ExitStatus.refused.code }
    }

    private func compare(_ maintenance: LedgerMaintenance, _ console: Console) async throws -> [NodeComparison] {
        guard connection.identity != nil || !connection.node.isEmpty else { return [] }
        let comparison = try LedgerComparison(maintenance)
        var results: [NodeComparison] = []
        try await connection.withClientOfEachNode { clients, _ in
            for (index, client) in clients.enumerated() {
                guard let witness = client as? any LedgerWitness else { continue }
                results.append(await NodeComparison(number: index + 1, of: comparison, with: witness))
            }
        }
        return results
    }

    private struct Report: Presentable {
        let isSound = true
        let verification: LedgerReport
        let comparisons: [NodeComparison]

        init(_ verification: LedgerReport, _ comparisons: [NodeComparison]) {
            self.verification = verification
            self.comparisons = comparisons
        }

        func lines(in language: Language) -> [String] {
            let isCompared = comparisons.contains { $0.result == .same }
            let note = Phrase(
                "not compared with the network: whether the consortium shares this past is not shown",
                "未与网络比对：尚未证明联盟认可这段历史"
            )
            return verification.lines(in: language) + comparisons.map { $0.phrase.text(in: language) }
                + (isCompared ? [] : [note.text(in: language)])
        }
    }
}

/// What a node said of a ledger.
private struct NodeComparison: Encodable {
    enum Result: String, Encodable {
        case same, different, notComparable, unreachable
    }

    /// In the order in which nodes were named.
    let node: Int
    let result: Result
    let height: Height?
    let reason: String?

    init(number: Int, of comparison: LedgerComparison, with witness: any LedgerWitness) async {
        node = number
        do {
            switch try await comparison.compare(with: witness) {
            case .same(let height): (result, self.height, reason) = (.same, height, nil)
            case .different(let height): (result, self.height, reason) = (.different, height, nil)
            case .notComparable: (result, height, reason) = (.notComparable, nil, nil)
            }
        } catch {
            (result, height, reason) = (.unreachable, nil, "\(error)")
        }
    }

    var phrase: Phrase {
        let place = height.map(\.description) ?? "–"
        return switch result {
        case .same:
            Phrase(
                "  node \(node): a finalised header states the same results at height \(place)",
                "  节点 \(node)：终局块头在块高 \(place) 载明相同结果")
        case .different:
            Phrase(
                "  node \(node): the consortium's results at height \(place) are OTHERS: do not run a node on this",
                "  节点 \(node)：联盟在块高 \(place) 的结果与此不同：请勿以此运行节点")
        case .notComparable:
            Phrase("  node \(node): has no results in common with this ledger", "  节点 \(node)：与本账本没有可比的结果")
        case .unreachable:
            Phrase("  node \(node): could not be asked: \(reason ?? "")", "  节点 \(node)：无法询问：\(reason ?? "")")
        }
    }
}
