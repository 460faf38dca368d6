import Formats
import Identity
import Ledger
import Nodes

/// Contracts with their versions: in force, planned, proposed, and what was decided.
enum ContractsPage {
    struct ContractRow: Sendable {
        let name: String
        let title: String
        let version: String?
        let since: String?
        let nextVersion: String?
        let nextHeight: String?
        let lacks: Bool
    }

    struct DecisionRow: Sendable {
        let height: String
        let change: String
        let approvals: String
    }

    struct Model: Sendable {
        let contracts: [ContractRow]
        let proposals: [ContractVotes.Proposal]
        let decisions: [DecisionRow]
        let decisionCount: String
    }

    static func page(_ request: PageRequest) async throws -> Page {
        let votes = ContractVotes(request.services)
        let (versions, height) = try await request.services.ledger.query(
            contract: ContractLifecycleContract.name, name: ContractLifecycleContract.versionsQuery,
            arguments: NoResult(), as: ContractVersions.self)
        let status = try await request.services.ledger.status()
        let missing = status.missingContracts ?? []
        let rows = versions.contracts.map { standing in
            ContractRow(
                name: standing.contract, title: request.tell(Vocabulary.contract(standing.contract)),
                version: standing.inForce.map { String($0.version) },
                since: standing.inForce.map { Told.number($0.height.rawValue) },
                nextVersion: standing.planned.map { String($0.version) },
                nextHeight: standing.planned.map { Told.number($0.height.rawValue) },
                lacks: missing.contains { $0.contract == standing.contract })
        }
        let history = try await votes.lastDecisions()
        let model = Model(
            contracts: rows, proposals: try await votes.proposals(request.language),
            decisions: history.decisions.reversed().map { decision in
                DecisionRow(
                    height: Told.number(decision.height.rawValue),
                    change: ContractVotes.change(decision.change, request.language),
                    approvals: decision.approvals.map(\.rawValue).joined(separator: ", "))
            }, decisionCount: Told.number(history.count))
        return Page(Words.contracts, model, asOf: AsOf(height, status.headTime), isLive: true)
    }
}

/// What departments vote on about contracts.
struct ContractVotes: Sendable {
    struct Proposal: Sendable {
        let digest: String
        let change: String
        let proposer: String
        let department: DepartmentName
        let lastHeight: String
        let approvals: String
        let command: String
    }

    private let services: ConsoleServices

    init(_ services: ConsoleServices) { self.services = services }

    /// What is proposed and not decided.
    /// - Throws: `NodeError`.
    func proposals(_ language: ConsoleLanguage) async throws -> [Proposal] {
        let open = try await services.ledger.query(
            contract: ContractLifecycleContract.name, name: ContractLifecycleContract.proposalsQuery,
            arguments: NoResult(), as: OpenContractProposals.self
        ).result
        var proposals: [Proposal] = []
        for entry in open.open {
            let proposal: ContractProposal
            do {
                proposal = try await services.ledger.query(
                    contract: ContractLifecycleContract.name, name: ContractLifecycleContract.proposalQuery,
                    arguments: ContractProposalReference(entry.change), as: ContractProposal.self
                ).result
            } catch let error as NodeError where error.code == .notFound {
                // It was decided or withdrawn since the list was made.
                continue
            }
            proposals.append(
                Proposal(
                    digest: entry.change.description, change: Self.change(proposal.change, language),
                    proposer: proposal.proposer.description, department: proposal.proposer.department,
                    lastHeight: Told.number(proposal.lastHeight.rawValue),
                    approvals: proposal.approvals.map(\.rawValue).joined(separator: ", "),
                    command: "zhenglian consortium contracts approve \(entry.change)"))
        }
        return proposals
    }

    /// The last page of what was decided, the oldest first.
    /// - Throws: `NodeError`.
    func lastDecisions() async throws -> (decisions: [ContractDecision], count: UInt64) {
        func page(from first: UInt64) async throws -> ContractHistoryPage {
            try await services.ledger.query(
                contract: ContractLifecycleContract.name, name: ContractLifecycleContract.historyQuery,
                arguments: ContractHistoryArguments(first: first, limit: ContractLifecycleContract.decisionsPerPage),
                as: ContractHistoryPage.self
            ).result
        }
        let first = try await page(from: 0)
        let limit = UInt64(ContractLifecycleContract.decisionsPerPage)
        guard first.count > limit else { return (first.decisions, first.count) }
        return (try await page(from: first.count - limit).decisions, first.count)
    }

    static func change(_ change: ContractChange, _ language: ConsoleLanguage) -> String {
        let kind = Vocabulary.word("\(change.kind)")
        let (version, height) = (change.version, Told.number(change.height.rawValue))
        return Phrase(
            "\(kind.english) version \(version) of \(change.contract) from height \(height) on",
            "\(kind.chinese)合约 \(change.contract) 第 \(version) 版，自高度 \(height) 起"
        ).text(in: language)
    }
}
