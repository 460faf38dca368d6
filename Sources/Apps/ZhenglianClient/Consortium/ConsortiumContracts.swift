public import Formats
public import Identity
public import Ledger
public import Nodes

/// Which versions of contracts are in force, planned and proposed, as one node says.
public struct ConsortiumContracts: Encodable, Sendable {
    /// A version of a contract, and from when on it is in force.
    public struct Activation: Encodable, Sendable {
        public let version: Int
        public let firstHeight: Height

        init(_ activation: ContractActivation) {
            (version, firstHeight) = (activation.version, activation.height)
        }
    }

    /// Where a contract stands.
    public struct Contract: Encodable, Sendable {
        public let name: String
        public let inForce: Activation?
        public let planned: Activation?
    }

    /// A change of a contract.
    public struct Change: Encodable, Sendable {
        public let kind: String
        public let contract: String
        public let version: Int
        public let firstHeight: Height

        init(_ change: ContractChange) {
            kind = "\(change.kind)"
            (contract, version, firstHeight) = (change.contract, change.version, change.height)
        }
    }

    /// A change that departments vote on.
    public struct Proposal: Encodable, Sendable {
        /// What an approval names.
        public let digest: Digest
        public let change: Change
        public let proposer: MemberName
        public let lastHeight: Height
        public let approvals: [DepartmentName]
    }

    /// A change that was decided.
    public struct Decision: Encodable, Sendable {
        public let change: Change
        public let height: Height
        public let approvals: [DepartmentName]
    }

    public let height: Height
    public let contracts: [Contract]
    public let proposals: [Proposal]
    public let decisions: [Decision]
    /// What the node's program lacks; `nil` where its version does not say.
    public let missing: [MissingContractVersion]?

    /// Asks a node.
    /// - Throws: `NodeError`, or the transport's error.
    public init(asking client: any LedgerClient) async throws {
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
}
