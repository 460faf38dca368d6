import ArgumentParser
import Nodes

struct NodeShowStatus: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract:
            "Ask a node how it is: height, head, view, peers, what its program lacks, and why there is no progress.",
        discussion: """
            Example: zhenglian node status --node 10.0.0.1:7101 --genesis genesis.der --identity identities/operator
            """
    )

    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, _ in
            try console.present(NodeReport(status: try await client.status()))
        }
    }
}

/// How a node is, for people; machines get the status itself.
private struct NodeReport: Presentable {
    let status: NodeStatus

    func encode(to encoder: any Encoder) throws {
        try status.encode(to: encoder)
    }

    func lines(in language: Language) -> [String] {
        let peers = status.peers.map { "\($0.member)\($0.isReachable ? "" : " ✗")" }.joined(separator: ", ")
        let uptime = Int(status.uptimeSeconds)
        let processor = Int(status.processorSeconds)
        let memory = status.residentBytes >> 20
        let phrases = [
            Phrase("node \(status.member), version \(status.version)", "节点 \(status.member)，版本 \(status.version)"),
            Phrase(
                "  height       \(status.height) at \(status.headTime)",
                "  块高     \(status.height)，时间 \(status.headTime)"
            ),
            Phrase("  head         \(status.head)", "  最新区块 \(status.head)"),
            Phrase("  state        \(status.stateRoot)", "  状态摘要 \(status.stateRoot)"),
            consensus,
            Phrase("  pending      \(status.pendingTransactions)", "  待处理   \(status.pendingTransactions)"),
            Phrase("  peers        \(peers)", "  对等节点 \(peers)"),
            Phrase(
                "  process      \(uptime) s up, \(processor) s of processor, \(memory) MiB",
                "  进程     已运行 \(uptime) 秒，处理器 \(processor) 秒，内存 \(memory) MiB"
            ),
        ]
        let missing = (status.missingContracts ?? []).map { "  " + ContractPhrases.missing($0).text(in: language) }
        return phrases.map { $0.text(in: language) } + missing + status.diagnosis.map { "  \($0)" }
    }

    private var consensus: Phrase {
        guard let view = status.view, let leader = status.leader else {
            return Phrase(
                "  epoch        \(status.epoch), in which this node follows without a vote",
                "  纪元     \(status.epoch)，本节点只跟随，不投票"
            )
        }
        return Phrase(
            "  view         \(view) of epoch \(status.epoch), leader \(leader), "
                + (status.isActive ? "active" : "at rest"),
            "  视图     \(view)（纪元 \(status.epoch)），主节点 \(leader)，\(status.isActive ? "进行中" : "静息")"
        )
    }
}
