public import Formats
public import Identity

/// The built-in contract `contracts`: which version of each contract is in force, and from which height on another.
///
/// - `propose` puts an activation or a cancellation up for decision, by an administrator of any department. A proposal
///   of the same department about the same contract that is still open makes way for it.
/// - `approve` names the change by its digest, by an administrator of a department that has a validator. As soon as
///   more than half of these departments have approved, the proposer's among them if it has one, it is decided: the
///   same policy as for members (``MembershipContract``).
/// - `withdraw` takes a proposal back, by an administrator of the proposing department.
///
/// A decided activation takes effect by itself at its height: blocks below it are executed under the version before, at
/// first as when they are replayed in years. Until then it can be cancelled by another decision. One activation of a
/// contract is planned at a time, and versions only go up.
public struct ContractLifecycleContract: Contract {
    public static let name = "contracts"
    static let version = 1
    public static let proposeMethod = "propose"
    public static let approveMethod = "approve"
    public static let withdrawMethod = "withdraw"
    public static let versionsQuery = "versions"
    public static let proposalsQuery = "proposals"
    public static let proposalQuery = "proposal"
    public static let historyQuery = "history"

    /// Fewest blocks between the one that decides and the first one under the version: at a block a second, a quarter
    /// of an hour in which the nodes that lack it say so, and the decision can still be cancelled. Departments update
    /// before they approve, and propose heights that leave days.
    public static let minimumNotice: UInt64 = 1_000
    /// Most blocks: a plan beyond it is a slip of the hand.
    public static let maximumNotice: UInt64 = 10_000_000
    /// Most decisions of a page.
    public static let decisionsPerPage = 100

    /// The versions that are in force where nothing was decided, by their contracts' names.
    private let initial: [String: Int]

    public var name: String { Self.name }
    public var version: Int { Self.version }

    init(initial: [String: Int]) { self.initial = initial }

    public var methods: [ContractMethod] {
        [
            ContractMethod(Self.proposeMethod, propose),
            ContractMethod(Self.approveMethod, approve),
            ContractMethod(Self.withdrawMethod, withdraw),
        ]
    }

    public var queries: [ContractQuery] {
        [
            ContractQuery(Self.versionsQuery, versions), ContractQuery(Self.proposalsQuery, proposals),
            ContractQuery(Self.proposalQuery, proposal), ContractQuery(Self.historyQuery, history),
        ]
    }

    /// The call that proposes a change.
    public static func proposal(of change: ContractChange) -> Call {
        Call(contract: name, method: proposeMethod, arguments: change.derBytes)
    }

    /// The call that approves a proposal.
    public static func approval(of change: Digest) -> Call {
        Call(contract: name, method: approveMethod, arguments: ContractProposalReference(change).derBytes)
    }

    /// The call that withdraws a proposal.
    public static func withdrawal(of change: Digest) -> Call {
        Call(contract: name, method: withdrawMethod, arguments: ContractProposalReference(change).derBytes)
    }

    /// The list of all decisions.
    public static let decisions = TrailKey("decisions")

    // MARK: Methods

    private func propose(
        _ change: ContractChange,
        in context: inout ContractContext
    ) throws(ContractError) -> ContractProposalStanding {
        try GovernancePolicy.checkAdministrator(context, deciding: "change contracts")
        let department = context.caller.department
        var open = try Self.closeExpired(in: &context)
        let lastHeight = try check(change, in: &context)
        let digest = change.digest(suite: context.genesis.suite)
        guard !open.open.contains(where: { $0.change == digest }) else {
            throw ContractError(.alreadyProposed, "this is proposed already: approve \(digest)")
        }
        open = try Self.counted(open, at: context.height)
        open = try Self.close(in: open, &context) { $0.contract == change.contract && $0.department == department }
        let proposal = ContractProposal(
            change: change, proposer: context.caller.member, height: context.height, lastHeight: lastHeight,
            approvals: [department])
        let departments = try GovernancePolicy.departments(in: &context)
        let standing = Self.standing(of: proposal, digest, by: departments)
        try context.emit("proposed", proposal)
        guard !standing.isDecided else {
            try context.put(ContractLifecycleKeys.proposals, open)
            try decide(proposal, in: &context)
            return standing
        }
        try Self.checkRoom(in: open, for: department)
        let entry = OpenContractProposal(
            change: digest, contract: change.contract, department: department, lastHeight: lastHeight)
        try context.put(ContractLifecycleKeys.proposals, open.replacing(open.open + [entry]))
        try context.put(ContractLifecycleKeys.proposal(digest), proposal)
        return standing
    }

    private func approve(
        _ arguments: ContractProposalReference,
        in context: inout ContractContext
    ) throws(ContractError) -> ContractProposalStanding {
        try GovernancePolicy.checkAdministrator(context, deciding: "change contracts")
        let open = try Self.closeExpired(in: &context)
        let proposal = try Self.openProposal(arguments.change, in: &context)
        let department = context.caller.department
        let departments = try GovernancePolicy.departments(in: &context)
        try GovernancePolicy.check(department, isAmong: departments, deciding: "contracts")
        // Whoever has approved may do so again where a department that has not has left meanwhile.
        let isNew = !proposal.approvals.contains(department)
        let approved = isNew ? proposal.approved(by: department) : proposal
        let standing = Self.standing(of: approved, arguments.change, by: departments)
        guard isNew || standing.isDecided else {
            throw ContractError(.alreadyApproved, "\(department) has approved this proposal already")
        }
        try context.emit("approved", standing)
        guard standing.isDecided else {
            try context.put(ContractLifecycleKeys.proposals, open)
            try context.put(ContractLifecycleKeys.proposal(arguments.change), approved)
            return standing
        }
        _ = try check(approved.change, in: &context)
        let rest = try Self.close(in: open, &context) { $0.change == arguments.change }
        try context.put(ContractLifecycleKeys.proposals, rest)
        try decide(approved, in: &context)
        return standing
    }

    private func withdraw(
        _ arguments: ContractProposalReference,
        in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        try GovernancePolicy.checkAdministrator(context, deciding: "change contracts")
        let open = try Self.closeExpired(in: &context)
        let proposal = try Self.openProposal(arguments.change, in: &context)
        guard proposal.proposer.department == context.caller.department else {
            throw ContractError(
                .notPermitted, "this proposal is of \(proposal.proposer.department): only it withdraws it")
        }
        let rest = try Self.close(in: open, &context) { $0.change == arguments.change }
        try context.put(ContractLifecycleKeys.proposals, rest)
        try context.emit("withdrawn", arguments)
        return NoResult()
    }

    // MARK: Rules

    /// Checks a change against what is in force and planned.
    /// - Returns: the last height at which it can be decided.
    private func check(_ change: ContractChange, in context: inout ContractContext) throws(ContractError) -> Height {
        let height = context.height
        let versions = try Self.versions(in: &context)
        let standing = versions[change.contract]
        let planned = standing?.upcoming(after: height)
        let lastLifeHeight = height.advanced(by: MembershipContract.proposalLifetime)
        switch change.kind {
        case .cancellation:
            let activation = ContractActivation(version: change.version, height: change.height)
            guard let planned, planned == activation, let last = planned.height.previous else {
                throw ContractError(
                    .notPlanned,
                    "version \(change.version) of '\(change.contract)' is not planned for height \(change.height): "
                        + "look at what is planned")
            }
            return min(lastLifeHeight, last)
        case .activation:
            if let planned {
                throw ContractError(
                    .changePending,
                    "version \(planned.version) of '\(change.contract)' is planned for height \(planned.height): have "
                        + "it cancelled first, or wait for that height")
            }
            let current = standing?.activation(at: height)?.version ?? initial[change.contract]
            if let current, change.version <= current {
                throw ContractError(
                    .versionNotHigher,
                    "version \(current) of '\(change.contract)' is in force: versions only go up, and "
                        + "\(change.version) does not")
            }
            guard standing != nil || versions.contracts.count < Contracts.maximumCount else {
                throw ContractError(.limitExceeded, "decisions are about at most \(Contracts.maximumCount) contracts")
            }
            let range = height.advanced(by: Self.minimumNotice)...height.advanced(by: Self.maximumNotice)
            guard range.contains(change.height) else {
                throw ContractError(
                    .wrongNotice,
                    "height \(change.height) is not \(Self.minimumNotice) to \(Self.maximumNotice) blocks ahead: from "
                        + "here on, \(range.lowerBound) to \(range.upperBound) are")
            }
            return min(lastLifeHeight, Height(rawValue: change.height.rawValue - Self.minimumNotice))
        }
    }

    /// Writes what a change that was checked leads to.
    private func decide(_ proposal: ContractProposal, in context: inout ContractContext) throws(ContractError) {
        let change = proposal.change
        let versions = try Self.versions(in: &context)
        let fromGenesis = initial[change.contract].map { ContractActivation(version: $0, height: .zero) }
        let inForce = versions[change.contract]?.activation(at: context.height) ?? fromGenesis
        let decision = ContractDecision(change: change, height: context.height, approvals: proposal.approvals)
        let standing: ContractStanding?
        switch change.kind {
        case .activation:
            let planned = ContractActivation(version: change.version, height: change.height)
            standing = ContractStanding(contract: change.contract, inForce: inForce, planned: planned)
        case .cancellation:
            standing = inForce.map { ContractStanding(contract: change.contract, inForce: $0, planned: nil) }
        }
        try context.put(
            ContractLifecycleKeys.versions, versions.replacing(change.contract, by: standing))
        try context.append(decision, to: Self.decisions)
        try context.emit(change.kind == .activation ? "planned" : "cancelled", decision)
    }

    // MARK: Queries

    private func versions(_: NoResult, on snapshot: inout ContractSnapshot) throws(ContractError) -> ContractVersions {
        let height = snapshot.height
        let decided = try Self.versions(in: &snapshot)
        let names = Set(initial.keys).union(decided.contracts.map(\.contract))
        return ContractVersions(
            names.map { name in
                let standing = decided[name]
                let fromGenesis = initial[name].map { ContractActivation(version: $0, height: .zero) }
                return ContractStanding(
                    contract: name, inForce: standing?.activation(at: height) ?? fromGenesis,
                    planned: standing?.upcoming(after: height))
            })
    }

    private func proposals(
        _: NoResult,
        on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> OpenContractProposals {
        try snapshot.get(ContractLifecycleKeys.proposals, as: OpenContractProposals.self) ?? OpenContractProposals()
    }

    private func proposal(
        _ arguments: ContractProposalReference,
        on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> ContractProposal {
        try Self.openProposal(arguments.change, in: &snapshot)
    }

    private func history(
        _ arguments: ContractHistoryArguments,
        on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> ContractHistoryPage {
        let count = try snapshot.head(of: Self.decisions).count
        let decisions = try snapshot.elements(
            of: Self.decisions, from: arguments.first, limit: min(arguments.limit, Self.decisionsPerPage),
            as: ContractDecision.self)
        return ContractHistoryPage(count: count, decisions: decisions)
    }
}
