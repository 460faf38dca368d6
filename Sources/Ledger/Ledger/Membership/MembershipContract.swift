public import Formats
import Identity

/// The built-in contract `membership`: which nodes make up the consortium, and how that changes.
///
/// - `propose` puts a change up for decision, by an administrator of any department. A department decides alone about a
///   new certificate or a new endpoint for its own nodes, and about taking them out.
/// - `approve`, by an administrator of a department that has a validator. As soon as more than half of these
///   departments have approved, the proposer's among them if it has one, the change is announced: the next epoch's
///   members are written into the state, and it begins after as many blocks as the proposal says.
/// - `withdraw` takes a proposal back, by an administrator of the proposing department.
///
/// One change is announced at a time; another that would be decided meanwhile is refused with the height at which it
/// may be approved. What is announced is never taken back.
public struct MembershipContract: Contract {
    public static let name = "membership"
    public static let proposeMethod = "propose"
    public static let approveMethod = "approve"
    public static let withdrawMethod = "withdraw"
    public static let latestQuery = "latest"
    public static let epochQuery = "epoch"
    public static let proposalsQuery = "proposals"
    public static let proposalQuery = "proposal"

    /// How many blocks a proposal stays open.
    public static let proposalLifetime: UInt64 = 100_000
    /// Most open proposals of one department.
    public static let maximumProposalsPerDepartment = 8
    /// Most proposals of one block: each has every member's certificate looked at.
    public static let maximumProposalsPerBlock = 8

    public var name: String { Self.name }
    public var version: Int { 1 }

    public init() {}

    public var methods: [ContractMethod] {
        [
            ContractMethod(Self.proposeMethod, propose),
            ContractMethod(Self.approveMethod, approve),
            ContractMethod(Self.withdrawMethod, withdraw),
        ]
    }

    public var queries: [ContractQuery] {
        [
            ContractQuery(Self.latestQuery, latest), ContractQuery(Self.epochQuery, epoch),
            ContractQuery(Self.proposalsQuery, proposals), ContractQuery(Self.proposalQuery, proposal),
        ]
    }

    /// The call that proposes a change.
    public static func proposal(_ arguments: MembershipProposalArguments) -> Call {
        Call(contract: name, method: proposeMethod, arguments: arguments.derBytes)
    }

    /// The call that approves a proposal.
    public static func approval(of number: UInt64) -> Call {
        Call(contract: name, method: approveMethod, arguments: ProposalReference(number: number).derBytes)
    }

    /// The call that withdraws a proposal.
    public static func withdrawal(of number: UInt64) -> Call {
        Call(contract: name, method: withdrawMethod, arguments: ProposalReference(number: number).derBytes)
    }

    // MARK: Methods

    private func propose(
        _ arguments: MembershipProposalArguments,
        in context: inout ContractContext
    ) throws(ContractError) -> ProposalStanding {
        try GovernancePolicy.checkAdministrator(context, deciding: "change members")
        guard (ValidatorSchedule.minimumNotice...ValidatorSchedule.maximumNotice).contains(arguments.notice) else {
            throw ContractError(
                .wrongNotice,
                "a change is announced \(ValidatorSchedule.minimumNotice) to \(ValidatorSchedule.maximumNotice) blocks "
                    + "ahead, not \(arguments.notice)")
        }
        var open = try Self.closeExpired(in: &context)
        open = try Self.counted(open, at: context.height)
        let department = context.caller.department
        let proposal = MembershipProposal(
            number: open.lastNumber,
            proposer: context.caller.member,
            height: context.height,
            lastHeight: context.height.advanced(by: Self.proposalLifetime),
            arguments: arguments,
            approvals: [department]
        )
        let latest = try Self.latestEpoch(in: &context)
        let plan = try Self.plan(proposal, on: latest, in: &context)
        let standing = Self.standing(of: proposal, by: plan.departments)
        let isOwn = Self.isOwn(arguments.operations, of: department, plan)
        guard isOwn || standing.approvals.count >= standing.neededCount else {
            try Self.checkRoom(in: open, for: department, context: &context)
            let open = OpenProposals(
                lastNumber: open.lastNumber, lastHeight: open.lastHeight, countAtLastHeight: open.countAtLastHeight,
                open: open.open + [proposal.number])
            try context.put(MembershipKeys.proposals, open)
            try context.put(MembershipKeys.proposal(proposal.number), proposal)
            try context.emit("proposed", proposal)
            return standing
        }
        try context.put(MembershipKeys.proposals, open)
        try context.emit("proposed", proposal)
        return try Self.announce(standing, proposal, plan, after: latest, in: &context)
    }

    private func approve(
        _ arguments: ProposalReference,
        in context: inout ContractContext
    ) throws(ContractError) -> ProposalStanding {
        try GovernancePolicy.checkAdministrator(context, deciding: "change members")
        let open = try Self.closeExpired(in: &context)
        let proposal = try Self.openProposal(arguments.number, in: &context)
        let department = context.caller.department
        let latest = try Self.latestEpoch(in: &context)
        let departments = try GovernancePolicy.departments(of: latest.validators, genesis: context.genesis)
        try GovernancePolicy.check(department, isAmong: departments, deciding: "members")
        // Whoever has approved may do so again where the decision had to wait for an earlier change.
        let isNew = !proposal.approvals.contains(department)
        let approved = isNew ? proposal.approved(by: department) : proposal
        let standing = Self.standing(of: approved, by: departments)
        guard standing.approvals.count >= standing.neededCount else {
            guard isNew else {
                throw ContractError(.alreadyApproved, "\(department) has approved proposal \(proposal.number) already")
            }
            try context.put(MembershipKeys.proposals, open)
            try context.put(MembershipKeys.proposal(proposal.number), approved)
            try context.emit("approved", standing)
            return standing
        }
        let plan = try Self.plan(approved, on: latest, in: &context)
        try context.put(MembershipKeys.proposals, open.closing(proposal.number))
        try context.remove(MembershipKeys.proposal(proposal.number))
        try context.emit("approved", standing)
        return try Self.announce(standing, approved, plan, after: latest, in: &context)
    }

    private func withdraw(
        _ arguments: ProposalReference,
        in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        try GovernancePolicy.checkAdministrator(context, deciding: "change members")
        let open = try Self.closeExpired(in: &context)
        let proposal = try Self.openProposal(arguments.number, in: &context)
        guard proposal.proposer.department == context.caller.department else {
            throw ContractError(
                .notPermitted, "proposal \(proposal.number) is of \(proposal.proposer.department): only it withdraws it"
            )
        }
        try context.put(MembershipKeys.proposals, open.closing(proposal.number))
        try context.remove(MembershipKeys.proposal(proposal.number))
        try context.emit("withdrawn", arguments)
        return NoResult()
    }

    // MARK: Queries

    private func latest(_: NoResult, on snapshot: inout ContractSnapshot) throws(ContractError) -> LatestEpoch {
        try snapshot.get(MembershipKeys.latest, as: LatestEpoch.self) ?? LatestEpoch(epoch: .zero)
    }

    private func epoch(
        _ arguments: EpochArguments,
        on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> EpochAnswer {
        guard let answer = try Self.members(of: arguments.epoch, in: &snapshot) else {
            throw ContractError(.notFound, "epoch \(arguments.epoch) is not announced")
        }
        return answer
    }

    private func proposals(_: NoResult, on snapshot: inout ContractSnapshot) throws(ContractError) -> OpenProposals {
        try snapshot.get(MembershipKeys.proposals, as: OpenProposals.self) ?? OpenProposals()
    }

    private func proposal(
        _ arguments: ProposalReference,
        on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> MembershipProposal {
        try Self.openProposal(arguments.number, in: &snapshot)
    }
}
