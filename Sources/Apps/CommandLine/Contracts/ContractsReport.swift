import Formats
import Identity
import Ledger
import Nodes

/// Which versions of contracts are in force, planned and proposed, as one node says.
struct ContractsReport: Presentable {
    struct Activation: Encodable {
        let version: Int
        let firstHeight: Height

        init(_ activation: ContractActivation) {
            (version, firstHeight) = (activation.version, activation.height)
        }
    }

    struct Contract: Encodable {
        let name: String
        let inForce: Activation?
        let planned: Activation?
    }

    struct Change: Encodable {
        let kind: String
        let contract: String
        let version: Int
        let firstHeight: Height

        init(_ change: ContractChange) {
            kind = "\(change.kind)"
            (contract, version, firstHeight) = (change.contract, change.version, change.height)
        }

        var phrase: Phrase { ContractPhrases.change(kind, contract, version, firstHeight) }
    }

    struct Proposal: Encodable {
        /// What an approval names.
        let digest: Digest
        let change: Change
        let proposer: MemberName
        let lastHeight: Height
        let approvals: [DepartmentName]
    }

    struct Decision: Encodable {
        let change: Change
        let height: Height
        let approvals: [DepartmentName]
    }

    let height: Height
    let contracts: [Contract]
    let proposals: [Proposal]
    let decisions: [Decision]
    /// What the node's program lacks; `nil` where its version does not say.
    let missing: [MissingContractVersion]?

    init(asking client: any LedgerClient) async throws {
        let contract = ContractLifecycleContract.name
        let versions = try await client.query(
            contract: contract, name: ContractLifecycleContract.versionsQuery, arguments: NoResult(),
            as: ContractVersions.self)
        height = versions.height
        contracts = versions.result.contracts.map { standing in
            Contract(
                name: standing.contract, inForce: standing.inForce.map(Activation.init),
                planned: standing.planned.map(Activation.init))
        }
        proposals = try await Self.proposals(of: client)
        decisions = try await Self.decisions(of: client)
        missing = try await client.status().missingContracts
    }

    private static func proposals(of client: any LedgerClient) async throws -> [Proposal] {
        let contract = ContractLifecycleContract.name
        let open = try await client.query(
            contract: contract, name: ContractLifecycleContract.proposalsQuery, arguments: NoResult(),
            as: OpenContractProposals.self
        ).result
        var proposals: [Proposal] = []
        for entry in open.open {
            let proposal: ContractProposal
            do {
                proposal = try await client.query(
                    contract: contract, name: ContractLifecycleContract.proposalQuery,
                    arguments: ContractProposalReference(entry.change), as: ContractProposal.self
                ).result
            } catch let error as NodeError where error.code == .notFound {
                // It was decided or withdrawn since the list was made.
                continue
            }
            proposals.append(
                Proposal(
                    digest: entry.change, change: Change(proposal.change), proposer: proposal.proposer,
                    lastHeight: proposal.lastHeight, approvals: proposal.approvals))
        }
        return proposals
    }

    private static func decisions(of client: any LedgerClient) async throws -> [Decision] {
        var decisions: [Decision] = []
        while true {
            let page = try await client.query(
                contract: ContractLifecycleContract.name, name: ContractLifecycleContract.historyQuery,
                arguments: ContractHistoryArguments(
                    first: UInt64(decisions.count), limit: ContractLifecycleContract.decisionsPerPage),
                as: ContractHistoryPage.self
            ).result
            decisions += page.decisions.map {
                Decision(change: Change($0.change), height: $0.height, approvals: $0.approvals)
            }
            guard !page.decisions.isEmpty, UInt64(decisions.count) < page.count else { return decisions }
        }
    }

    func lines(in language: Language) -> [String] {
        func names(_ departments: [DepartmentName]) -> String {
            departments.map(\.rawValue).joined(separator: ", ")
        }
        var phrases = [Phrase("contracts at height \(height)", "合约，高度 \(height)")]
        phrases += contracts.map { contract in
            let english =
                contract.inForce.map {
                    "version \($0.version)" + ($0.firstHeight > .zero ? " since \($0.firstHeight)" : "")
                }
                ?? "not yet in force"
            let chinese =
                contract.inForce.map {
                    "第 \($0.version) 版" + ($0.firstHeight > .zero ? "（自高度 \($0.firstHeight)）" : "")
                } ?? "尚未生效"
            let planned = contract.planned.map {
                (
                    "; planned: version \($0.version) from height \($0.firstHeight) on",
                    "；计划：第 \($0.version) 版自高度 \($0.firstHeight) 起"
                )
            }
            return Phrase(
                "  \(contract.name): \(english)\(planned?.0 ?? "")", "  \(contract.name)：\(chinese)\(planned?.1 ?? "")")
        }
        for proposal in proposals {
            let (change, approvals) = (proposal.change.phrase, names(proposal.approvals))
            phrases += [
                Phrase("proposed: \(change.english)", "提案：\(change.chinese)"),
                Phrase(
                    "  \(proposal.digest), by \(proposal.proposer), to be decided up to height \(proposal.lastHeight), "
                        + "approved by \(approvals)",
                    "  \(proposal.digest)，提出者 \(proposal.proposer)，须在高度 \(proposal.lastHeight) 之前决定，已批准：\(approvals)"),
            ]
        }
        phrases += decisions.map { decision in
            let (change, approvals) = (decision.change.phrase, names(decision.approvals))
            return Phrase(
                "decided at height \(decision.height): \(change.english), by \(approvals)",
                "高度 \(decision.height) 决定：\(change.chinese)，批准：\(approvals)")
        }
        phrases += (missing ?? []).map { ContractPhrases.missing($0) }
        return phrases.map { $0.text(in: language) }
    }
}
