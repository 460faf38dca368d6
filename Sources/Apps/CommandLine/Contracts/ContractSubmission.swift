import ArgumentParser
import Formats
import Identity
import Ledger
import Nodes

/// Hands a call to the contract `contracts` in, and says how the proposal stands.
struct ContractSubmission {
    let client: any LedgerClient
    let identity: MemberIdentity

    static func digest(_ text: String) throws -> Digest {
        guard let digest = Digest(hexadecimal: text) else {
            throw ValidationError(
                "a proposal is named by the 64 hexadecimal digits of its digest, as 'contracts show' prints them")
        }
        return digest
    }

    func propose(_ change: ContractChange) async throws -> ContractProposalReport {
        try await decide(ContractLifecycleContract.proposal(of: change), on: change)
    }

    func approve(_ change: ContractChange) async throws -> ContractProposalReport {
        try await decide(
            ContractLifecycleContract.approval(of: change.digest(suite: client.genesis.suite)), on: change)
    }

    private func decide(_ call: Call, on change: ContractChange) async throws -> ContractProposalReport {
        let outcome = try await submit(call)
        guard case .applied(_, let values) = outcome.status, let bytes = values.last else {
            throw CommandFailure(.refused, Phrase("the outcome has no result", "结果为空"))
        }
        let standing = try ContractProposalStanding(derBytes: bytes, limit: Transaction.maximumByteCount)
        return ContractProposalReport(
            change, standing, transaction: outcome.transaction, height: outcome.height)
    }

    /// Makes a call.
    /// - Throws: ``CommandFailure`` with the contract's sentence where it refuses.
    @discardableResult
    func submit(_ call: Call) async throws -> Outcome {
        do {
            return try await Submitter(client: client, identity: identity).submit([call])
        } catch let rejection as TransactionRejected {
            let (code, message) = (rejection.code, rejection.message)
            let meaning = Self.chinese[code] ?? code.rawValue
            throw CommandFailure(
                .refused, Phrase("refused: \(message) (\(code.rawValue))", "被拒绝：\(meaning)（\(message)）"))
        }
    }

    private static let chinese: [ContractError.Code: String] = [
        .alreadyProposed: "同样的提案已存在，请直接批准",
        .alreadyApproved: "本部门已批准该提案",
        .changePending: "该合约已有计划中的版本，请先表决取消，或等到其生效高度",
        .limitExceeded: "超过账本的上限",
        .malformedArguments: "参数不合格式",
        .notFound: "没有这个未决提案：它已决定、撤回、被取代、过期，或从未存在",
        .notPermitted: "无权进行此操作",
        .notPlanned: "没有这样的计划可以取消",
        .tooManyProposals: "未决提案过多",
        .unknownContract: "账本上没有合约生命周期的合约：请先更新各节点",
        .versionNotHigher: "版本号只能升高",
        .wrongNotice: "生效高度距今过近或过远",
    ]
}

/// How a proposal stands, and what others have to do.
struct ContractProposalReport: Presentable {
    let proposal: Digest
    let kind: String
    let contract: String
    let version: Int
    let firstHeight: Height
    let approvals: [DepartmentName]
    let needed: Int
    let isDecided: Bool
    let transaction: TransactionIdentifier
    let height: Height

    init(
        _ change: ContractChange,
        _ standing: ContractProposalStanding,
        transaction: TransactionIdentifier,
        height: Height
    ) {
        proposal = standing.change
        kind = "\(change.kind)"
        contract = change.contract
        version = change.version
        firstHeight = change.height
        approvals = standing.approvals
        needed = standing.neededCount
        isDecided = standing.isDecided
        self.transaction = transaction
        self.height = height
    }

    func lines(in language: Language) -> [String] {
        let names = approvals.map(\.rawValue).joined(separator: ", ")
        var phrases = [
            ContractPhrases.change(kind, contract, version, firstHeight),
            Phrase("  proposal     \(proposal), at height \(height)", "  提案 \(proposal)，高度 \(height)"),
        ]
        if isDecided {
            phrases.append(
                Phrase("  decided: \(names) have approved", "  已决定：\(names) 已批准"))
        } else {
            phrases += [
                Phrase(
                    "  \(approvals.count) of \(needed) approvals: \(names.isEmpty ? "none" : names)",
                    "  已有 \(approvals.count) 个部门批准，需要 \(needed) 个：\(names.isEmpty ? "无" : names)"),
                Phrase(
                    "  an administrator of each further department updates its nodes, and runs: zhenglian consortium "
                        + "contracts approve \(proposal)",
                    "  其他部门的管理员须先更新本部门节点，再运行：zhenglian consortium contracts approve \(proposal)"),
            ]
        }
        phrases.append(Phrase("  transaction  \(transaction)", "  交易 \(transaction)"))
        return phrases.map { $0.text(in: language) }
    }
}

/// What is said of contracts in more than one place.
enum ContractPhrases {
    static func change(_ kind: String, _ contract: String, _ version: Int, _ height: Height) -> Phrase {
        kind == "\(ContractChange.Kind.activation)"
            ? Phrase(
                "\(contract): version \(version) from height \(height) on",
                "\(contract)：第 \(version) 版自高度 \(height) 起生效")
            : Phrase(
                "\(contract): version \(version) does not come into force at height \(height)",
                "\(contract)：取消第 \(version) 版自高度 \(height) 起的生效")
    }

    static func missing(_ missing: MissingContractVersion) -> Phrase {
        Phrase(
            "this node's program lacks version \(missing.version) of '\(missing.contract)': update it before height "
                + "\(missing.height), or it stops there",
            "本节点的程序没有合约 '\(missing.contract)' 的第 \(missing.version) 版：请在高度 \(missing.height) 之前更新，否则节点将停止")
    }
}
