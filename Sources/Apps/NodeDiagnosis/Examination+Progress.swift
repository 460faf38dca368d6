import Formats
import Identity
import Nodes

/// Why there is no progress.
extension Examination {
    /// Whether a quorum can be there at all, as far as this node sees.
    var quorumFindings: [Finding] {
        let unreachable = node.peers.filter { !$0.isReachable }
        guard !unreachable.isEmpty else { return [] }
        let members = unreachable.map(\.member)
        let (count, missing, quorum) = (node.validatorCount, members.count, node.quorum)
        let present = count - missing
        let longest = span(unreachable.map(\.seconds).max() ?? 0)
        if present < quorum {
            let needed = quorum - present
            return [
                Finding(
                    .error, "noQuorum",
                    .init(
                        "\(missing) of \(count) validators are unreachable: \(names(members)), for up to \(longest); "
                            + "\(quorum) are needed, so nothing can become final",
                        "\(count) 个验证节点中有 \(missing) 个无法连接：\(names(members))，最长已 \(longest)；"
                            + "需要 \(quorum) 个，因此无法确认任何区块"),
                    advice: .init(
                        "start \(needed) of them, or restore the network between them and this node: the chain goes on "
                            + "by itself as soon as \(quorum) are together",
                        "请启动其中 \(needed) 个，或恢复它们与本节点之间的网络：\(quorum) 个节点连通后，账本会自动继续"))
            ]
        }
        return [
            Finding(
                .warning, "validatorsUnreachable",
                .init(
                    "\(missing) of \(count) validators are unreachable: \(names(members)), for up to \(longest); the "
                        + "chain goes on with \(present), and needs \(quorum)",
                    "\(count) 个验证节点中有 \(missing) 个无法连接：\(names(members))，最长已 \(longest)；"
                        + "现有 \(present) 个，需要 \(quorum) 个，账本仍在继续"),
                advice: .init(
                    "ask whoever runs them: is the process up, does \(node.member) reach its address and port",
                    "请联系其运维人员：进程是否在运行，\(node.member) 能否连到它的地址和端口"))
        ]
    }

    /// Whether blocks are made while there is something to put into them.
    var progressFindings: [Finding] {
        guard let consensus = node.consensus else {
            return node.pendingTransactions > 0 && node.secondsSinceCommit > DiagnosisLimits.stallSeconds
                ? [stalledObserver] : []
        }
        let isWaiting = consensus.isActive || node.pendingTransactions > 0
        guard isWaiting, node.secondsSinceCommit > DiagnosisLimits.stallSeconds else { return [] }
        let leader = "\(consensus.leader)"
        let absent = (consensus.isLeaderAbsent ? " (absent)" : "", consensus.isLeaderAbsent ? "（不在线）" : "")
        let votes = consensus.votes.map { votes in
            "\(votes.kind) \(votes.present.count)/\(consensus.quorum)"
                + (votes.missing.isEmpty ? "" : " (– \(names(votes.missing)))")
        }.joined(separator: "; ")
        let timers = consensus.armedTimers.isEmpty ? "–" : consensus.armedTimers.joined(separator: ", ")
        let duration = span(node.secondsSinceCommit)
        let view = "\(consensus.view)"
        return [
            Finding(
                .error, "noProgress",
                .init(
                    "no block for \(duration), while \(node.pendingTransactions) transactions wait: view \(view) for "
                        + "\(span(consensus.viewSeconds)), leader \(leader)\(absent.0), "
                        + "proposal \(consensus.proposal), "
                        + "\(consensus.consecutiveNullifications) views in a row given up; votes: \(votes); "
                        + "timers: \(timers)",
                    "已 \(duration) 没有新区块，有 \(node.pendingTransactions) 笔交易等待：视图 \(view) 已 "
                        + "\(span(consensus.viewSeconds))，主节点 \(leader)\(absent.1)，提案 \(consensus.proposal)，"
                        + "连续放弃 \(consensus.consecutiveNullifications) 个视图；投票：\(votes)；定时器：\(timers)"),
                advice: noProgressAdvice(consensus))
        ]
    }

    /// The most likely cause that the facts leave.
    private func noProgressAdvice(_ consensus: NodeHealth.Consensus) -> Finding.Words {
        if node.peers.contains(where: { !$0.isReachable }) {
            return .init(
                "begin with the unreachable validators above", "请先处理上面列出的无法连接的验证节点")
        }
        if consensus.proposal == "invalid" {
            return .init(
                "the leader's block is refused here: compare versions and clocks of \(consensus.leader) and "
                    + "\(node.member), and read this node's log",
                "主节点的区块在本节点被拒绝：请比较 \(consensus.leader) 与 \(node.member) 的版本和时钟，并查看本节点日志")
        }
        let silent = consensus.votes.filter { $0.kind != "finalize" }.map { Set($0.missing) }
        let mute = silent.first.map { first in silent.dropFirst().reduce(first) { $0.intersection($1) } } ?? []
        let others = mute.filter { $0 != node.member }.sorted { $0.description < $1.description }
        guard !others.isEmpty else {
            return .init(
                "run this command on the other validators too: they may wait for something that this one has",
                "请在其他验证节点上也运行本命令：它们可能在等待本节点已有的内容")
        }
        return .init(
            "connected, but without a vote in this view: \(names(others)); run this command there",
            "已连接但在本视图没有投票：\(names(others))；请在这些节点上运行本命令")
    }

    private var stalledObserver: Finding {
        Finding(
            .error, "noProgress",
            .init(
                "no block for \(span(node.secondsSinceCommit)), while \(node.pendingTransactions) transactions wait; "
                    + "this node follows without a vote",
                "已 \(span(node.secondsSinceCommit)) 没有新区块，有 \(node.pendingTransactions) 笔交易等待；本节点只跟随，不投票"),
            advice: .init("run this command on a validator", "请在验证节点上运行本命令"))
    }

    /// Who is behind whom.
    var heightFindings: [Finding] {
        var findings: [Finding] = []
        let heights = others.compactMap { other in other.health.map { (other.member, $0.height.rawValue) } }
        let own = node.height.rawValue
        if let (member, height) = heights.max(by: { $0.1 < $1.1 }), height > own + DiagnosisLimits.heightsBehind {
            findings.append(
                Finding(
                    .warning, "behind",
                    .init(
                        "this node is at height \(own), \(member) at \(height)",
                        "本节点块高 \(own)，\(member) 块高 \(height)"),
                    advice: .init(
                        "it catches up by itself; if the distance does not shrink, look at its disk and its log",
                        "本节点会自动追赶；如果差距没有缩小，请检查磁盘和日志")))
        } else if node.isBehind {
            findings.append(
                Finding(
                    .notice, "catchingUp",
                    .init(
                        "this node fetches blocks that it lacks; it is at height \(own)",
                        "本节点正在获取缺少的区块；当前块高 \(own)")))
        }
        for (member, height) in heights where own > height + DiagnosisLimits.heightsBehind {
            findings.append(
                Finding(
                    .warning, "peerBehind",
                    .init(
                        "\(member) is at height \(height), this node at \(own)",
                        "\(member) 块高 \(height)，本节点块高 \(own)"),
                    advice: .init("run this command there", "请在该节点上运行本命令")))
        }
        if node.waitingBlocks > Int(DiagnosisLimits.heightsBehind) {
            findings.append(
                Finding(
                    .warning, "executionBehind",
                    .init(
                        "\(node.waitingBlocks) final blocks wait for execution",
                        "有 \(node.waitingBlocks) 个已确认区块等待执行"),
                    advice: .init(
                        "the disk or the processor of this machine is too slow for the load",
                        "本机磁盘或处理器跟不上负载")))
        }
        return findings
    }

    /// Whether the node votes at all.
    var memoryFindings: [Finding] {
        guard let consensus = node.consensus else { return [] }
        if let answers = consensus.recoveryAnswers {
            return [
                Finding(
                    .warning, "withoutMemory",
                    .init(
                        "this validator has lost its record of votes and does not vote; others have "
                            + "answered \(answers) times",
                        "本验证节点丢失了投票记录，暂不投票；已收到其他节点 \(answers) 个应答"),
                    advice: .init(
                        "nothing, as long as the other validators are reachable: it votes again by itself",
                        "只要其他验证节点可以连接，无需操作：它会自动恢复投票"))
            ]
        }
        guard consensus.silentThrough >= consensus.view, consensus.silentThrough > .zero else { return [] }
        return [
            Finding(
                .notice, "silent",
                .init(
                    "this validator is silent through view \(consensus.silentThrough), because it may have voted there "
                        + "with a log that is lost",
                    "本验证节点在视图 \(consensus.silentThrough) 及之前保持沉默，因为它可能用已丢失的记录投过票"))
        ]
    }
}
