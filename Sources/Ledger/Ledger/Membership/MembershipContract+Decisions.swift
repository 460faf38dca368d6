import Formats
import Identity

extension MembershipContract {
    /// The latest epoch that is announced, in force or not.
    static func latestEpoch(in context: inout ContractContext) throws(ContractError) -> EpochAnswer {
        let epoch = try context.get(MembershipKeys.latest, as: LatestEpoch.self)?.epoch ?? .zero
        guard let latest = try members(of: epoch, in: &context) else {
            throw ContractError(.stateUnavailable, "the state lacks the members of epoch \(epoch)")
        }
        return latest
    }

    /// An epoch's members; `nil` where it is not announced.
    static func members(
        of epoch: Epoch,
        in reader: inout some ContractReader
    ) throws(ContractError) -> EpochAnswer? {
        guard epoch > .zero else {
            let genesis = reader.genesis
            return EpochAnswer(validators: EpochValidators(genesis: genesis), members: EpochMembers(genesis: genesis))
        }
        guard let validators = try reader.get(MembershipKeys.validators(of: epoch), as: EpochValidators.self),
            let members = try reader.get(MembershipKeys.members(of: epoch), as: EpochMembers.self)
        else { return nil }
        return EpochAnswer(validators: validators, members: members)
    }

    static func openProposal(
        _ number: UInt64,
        in reader: inout some ContractReader
    ) throws(ContractError) -> MembershipProposal {
        guard let proposal = try reader.get(MembershipKeys.proposal(number), as: MembershipProposal.self) else {
            throw ContractError(
                .notFound, "there is no open proposal \(number): it was decided, withdrawn, has expired, or never was")
        }
        return proposal
    }

    /// Removes the proposals whose time is over. They stand in the order of their numbers, and so of their heights.
    static func closeExpired(in context: inout ContractContext) throws(ContractError) -> OpenProposals {
        var open = try context.get(MembershipKeys.proposals, as: OpenProposals.self) ?? OpenProposals()
        while let first = open.open.first {
            let proposal = try openProposal(first, in: &context)
            guard proposal.lastHeight < context.height else { break }
            try context.remove(MembershipKeys.proposal(first))
            open = open.closing(first)
        }
        return open
    }

    /// Counts one more proposal.
    static func counted(_ open: OpenProposals, at height: Height) throws(ContractError) -> OpenProposals {
        let count = open.lastHeight == height ? open.countAtLastHeight + 1 : 1
        guard count <= maximumProposalsPerBlock else {
            throw ContractError(
                .tooManyProposals,
                "this block has \(maximumProposalsPerBlock) proposals about members already: send it again")
        }
        return OpenProposals(
            lastNumber: open.lastNumber + 1, lastHeight: height, countAtLastHeight: count, open: open.open)
    }

    static func checkRoom(
        in open: OpenProposals,
        for department: DepartmentName,
        context: inout ContractContext
    ) throws(ContractError) {
        guard open.open.count < OpenProposals.maximumCount else {
            throw ContractError(
                .tooManyProposals, "\(open.open.count) proposals are open: have some of them decided or withdrawn first"
            )
        }
        var own = 0
        for number in open.open
        where try openProposal(number, in: &context).proposer.department == department { own += 1 }
        guard own < maximumProposalsPerDepartment else {
            throw ContractError(
                .tooManyProposals, "\(department) has \(own) open proposals: withdraw one of them first")
        }
    }

    /// The members that a proposal leads to.
    static func plan(
        _ proposal: MembershipProposal,
        on latest: EpochAnswer,
        in context: inout ContractContext
    ) throws(ContractError) -> MembershipPlan {
        var plan = try MembershipPlan(
            latest.validators, latest.members, at: context.blockTime, genesis: context.genesis)
        for operation in proposal.arguments.operations { try plan.apply(operation) }
        try plan.check(acceptsNoFaultTolerance: proposal.arguments.acceptsNoFaultTolerance)
        for certificate in plan.introduced where try context.isRevoked(certificate) {
            throw ContractError(refusal: .revoked, of: "certificate")
        }
        return plan
    }

    /// Whether a department may decide alone: about new certificates and endpoints of its own nodes, and about taking
    /// them out.
    static func isOwn(
        _ operations: [MembershipOperation],
        of department: DepartmentName,
        _ plan: MembershipPlan
    ) -> Bool {
        operations.allSatisfy { operation in
            switch operation {
            case .add, .replace: false
            case .remove(let member), .move(let member, _): member.department == department
            case .rotate(let der):
                plan.introduced.contains { $0.der == der && $0.member.department == department }
            }
        }
    }

    static func standing(of proposal: MembershipProposal, by departments: [DepartmentName]) -> ProposalStanding {
        ProposalStanding(
            number: proposal.number,
            approvals: proposal.approvals.filter { departments.contains($0) },
            neededCount: GovernancePolicy.neededCount(of: departments),
            announcement: nil
        )
    }

    /// Writes the next epoch's members.
    static func announce(
        _ standing: ProposalStanding,
        _ proposal: MembershipProposal,
        _ plan: MembershipPlan,
        after latest: EpochAnswer,
        in context: inout ContractContext
    ) throws(ContractError) -> ProposalStanding {
        guard latest.validators.firstHeight <= context.height else {
            throw ContractError(
                .changePending,
                "epoch \(latest.validators.epoch) is announced for height \(latest.validators.firstHeight): "
                    + "decide this from that height on")
        }
        let epoch = latest.validators.epoch.next
        guard epoch.rawValue <= UInt64(EpochChange.maximumCount) else {
            throw ContractError(.limitExceeded, "a ledger has at most \(EpochChange.maximumCount) changes of members")
        }
        let firstHeight = context.height.advanced(by: proposal.arguments.notice + 1)
        let (validators, members) = plan.entries(epoch: epoch, firstHeight: firstHeight, announcedAt: context.height)
        for size in [validators.derBytes.count, members.derBytes.count] where size > ExecutionLimits.valueBytes {
            throw ContractError(
                .tooLarge,
                "the members' certificates would take \(size) bytes; an entry of the state has at most "
                    + "\(ExecutionLimits.valueBytes): use shorter certificates or fewer members")
        }
        try context.put(MembershipKeys.validators(of: epoch), validators)
        try context.put(MembershipKeys.members(of: epoch), members)
        try context.put(MembershipKeys.latest, LatestEpoch(epoch: epoch))
        let announcement = EpochAnnouncement(proposal: proposal.number, epoch: epoch, firstHeight: firstHeight)
        try context.emit("announced", announcement)
        return ProposalStanding(
            number: standing.number, approvals: standing.approvals, neededCount: standing.neededCount,
            announcement: announcement)
    }
}

extension ContractError.Code {
    /// A change is announced already; the message says for which height.
    public static let changePending = Self(rawValue: "changePending")
    /// The notice is too short or too long.
    public static let wrongNotice = Self(rawValue: "wrongNotice")
    /// No node has this name.
    public static let unknownMember = Self(rawValue: "unknownMember")
    /// A node has this name already, or a proposal names it twice.
    public static let duplicateMember = Self(rawValue: "duplicateMember")
    /// Another node has this key.
    public static let duplicateKey = Self(rawValue: "duplicateKey")
    /// A node of another department cannot take this place.
    public static let wrongDepartment = Self(rawValue: "wrongDepartment")
    /// The certificate's role is not that of a node, or of this node.
    public static let wrongRole = Self(rawValue: "wrongRole")
    /// A validator's certificate ends soon.
    public static let certificateExpires = Self(rawValue: "certificateExpires")
    /// No validator would be left.
    public static let lastValidator = Self(rawValue: "lastValidator")
    /// More validators would leave at once than the set tolerates faults.
    public static let tooManyLeave = Self(rawValue: "tooManyLeave")
    /// Fewer than four validators would be left, and nobody has said that this is accepted.
    public static let faultToleranceLost = Self(rawValue: "faultToleranceLost")
    /// The consortium would have more nodes than it may.
    public static let tooManyMembers = Self(rawValue: "tooManyMembers")
    /// The members' entries would not fit the state.
    public static let tooLarge = Self(rawValue: "tooLarge")
    /// Too many proposals are open, or in one block.
    public static let tooManyProposals = Self(rawValue: "tooManyProposals")
    /// The department has approved already.
    public static let alreadyApproved = Self(rawValue: "alreadyApproved")
    /// The node has this certificate or endpoint already.
    public static let nothingChanges = Self(rawValue: "nothingChanges")
}
