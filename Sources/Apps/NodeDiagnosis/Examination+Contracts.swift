import Formats
import Identity
import Ledger
import Nodes

/// Whether programs have what the departments have decided to execute with.
extension Examination {
    var contractFindings: [Finding] { missingContractFindings + quorumContractFindings }

    /// What this node's program lacks.
    private var missingContractFindings: [Finding] {
        (node.missingContracts ?? []).map { missing in
            let left = missing.height.rawValue - min(node.height.next.rawValue, missing.height.rawValue)
            let name = "'\(missing.contract)'"
            return Finding(
                left < DiagnosisLimits.fewBlocks ? .error : .warning, "contractVersionMissing",
                .init(
                    "this node's program lacks version \(missing.version) of the contract \(name), which is in force "
                        + "from height \(missing.height) on: the node stops before it, in \(left) blocks",
                    "本节点的程序没有合约 \(name) 的第 \(missing.version) 版，而该版本自高度 \(missing.height) 起生效："
                        + "节点将在 \(left) 个区块后、到达该高度之前停止"),
                advice: .init(
                    "update the program before that height; the ledger stays as it is",
                    "请在该高度之前更新程序；账本不受影响"))
        }
    }

    /// Versions that so many validators lack that nothing would become final any more.
    private var quorumContractFindings: [Finding] {
        let nodes =
            [(node.member, node.missingContracts ?? [])]
            + others.map { ($0.member, $0.health?.missingContracts ?? []) }
        let versions = nodes.flatMap { _, missing in missing.map { ContractVersion($0) } }
        let distinct = versions.reduce(into: [ContractVersion]()) { list, version in
            if !list.contains(version) { list.append(version) }
        }
        return distinct.compactMap { version in
            let members = nodes.filter { $0.1.contains { ContractVersion($0) == version } }.map(\.0)
            let voters = members.filter { $0.role == .validator }
            guard node.validatorCount - voters.count < node.quorum else { return nil }
            return Finding(
                .error, "contractVersionMissingAtQuorum",
                .init(
                    "\(voters.count) of \(node.validatorCount) validators lack version \(version.version) of the "
                        + "contract '\(version.contract)': \(names(voters)); \(node.quorum) are needed, so the chain "
                        + "would stand still at the height from which it is in force",
                    "\(node.validatorCount) 个验证节点中有 \(voters.count) 个没有合约 '\(version.contract)' 的第 "
                        + "\(version.version) 版：\(names(voters))；需要 \(node.quorum) 个，到生效高度时账本将停止前进"),
                advice: .init(
                    "have those departments update their programs, or decide on the cancellation before that height: "
                        + "zhenglian consortium contracts cancel \(version.contract)",
                    "请这些部门更新程序，或在该高度之前表决取消：zhenglian consortium contracts cancel \(version.contract)"))
        }
    }

    private struct ContractVersion: Equatable {
        let contract: String
        let version: Int

        init(_ missing: MissingContractVersion) { (contract, version) = (missing.contract, missing.version) }
    }
}
