import Formats
package import Identity
import Ledger
package import Nodes

/// Whether a node that does not run could be started.
package enum StoppedNodeFindings {
    package static func about(_ node: StoppedNode, at time: Timestamp) -> [Finding] {
        if node.isRunning {
            return [
                Finding(
                    .notice, "running",
                    .init(
                        "a process uses the data directory: the node runs", "数据目录正被使用：节点正在运行"),
                    advice: .init(
                        "ask the node itself: zhenglian node doctor --node",
                        "请直接询问节点：zhenglian node doctor --node"))
            ] + CertificateFindings.about(node.certificates, at: time) + StorageFindings.about(node.storage)
        }
        return identityFindings(node) + CertificateFindings.about(node.certificates, at: time) + dataFindings(node)
            + contractFindings(node) + StorageFindings.about(node.storage) + addressFindings(node)
    }

    private static func identityFindings(_ node: StoppedNode) -> [Finding] {
        guard let problem = node.identityProblem else { return [] }
        return [
            Finding(
                .error, "identityUnusable",
                .init("the identity cannot be used: \(problem)", "身份无法使用：\(problem)"),
                advice: .init(
                    "check the path, the key that belongs to the certificate, and that the genesis file "
                        + "is this consortium's",
                    "请检查路径、证书与私钥是否匹配，以及创世文件是否属于本联盟"))
        ]
    }

    private static func dataFindings(_ node: StoppedNode) -> [Finding] {
        if let problem = node.dataProblem {
            return [
                Finding(
                    .error, "dataUnusable",
                    .init("the data directory cannot be used: \(problem)", "数据目录无法使用：\(problem)"))
            ]
        }
        if !node.hasLedger {
            return [
                Finding(
                    .notice, "noLedger",
                    .init(
                        "there is no ledger yet: the node begins with the genesis, or with a snapshot of its peers",
                        "尚无账本：节点将从创世开始，或从其他节点的快照开始"))
            ]
        }
        guard !node.hasVotes else { return [] }
        return [
            Finding(
                .warning, "votesLost",
                .init(
                    "there is a ledger, but no record of votes: the node will listen before it votes again",
                    "有账本但没有投票记录：节点会先旁听，然后才恢复投票"),
                advice: .init(
                    "nothing, if the other validators are reachable when it starts",
                    "启动时只要其他验证节点可以连接，无需操作"))
        ]
    }

    /// What keeps the node from executing: at once, or from a height on.
    private static func contractFindings(_ node: StoppedNode) -> [Finding] {
        let next = (node.height ?? .zero).next
        return node.missingContracts.map { missing in
            let isNow = missing.height <= next
            return Finding(
                isNow ? .error : .warning, "contractVersionMissing",
                .init(
                    "this program lacks version \(missing.version) of the contract '\(missing.contract)', which height "
                        + "\(missing.height) is executed with"
                        + (isNow ? ": the node does not start with it" : ": the node stops before that height"),
                    "本程序没有合约 '\(missing.contract)' 的第 \(missing.version) 版，而高度 \(missing.height) 要用它执行："
                        + (isNow ? "节点不会启动" : "节点将在该高度之前停止")),
                advice: .init(
                    "install the program that has it, and start the node: the ledger is whole, and goes on by itself",
                    "请安装含有该版本的程序后启动节点：账本完好，会自动继续"))
        }
    }

    private static func addressFindings(_ node: StoppedNode) -> [Finding] {
        guard let address = node.address, node.isAddressFree == false else { return [] }
        return [
            Finding(
                .error, "portInUse",
                .init(
                    "another process listens on port \(address.port), where the genesis says that this node listens",
                    "端口 \(address.port) 已被其他进程占用，而创世文件规定本节点在此监听"),
                advice: .init(
                    "stop that process: ss -ltnp 'sport = :\(address.port)' names it",
                    "请停止该进程：ss -ltnp 'sport = :\(address.port)' 可查出它"))
        ]
    }
}
