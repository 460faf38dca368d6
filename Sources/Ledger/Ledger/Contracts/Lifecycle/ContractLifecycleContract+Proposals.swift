import Formats
import Identity

/// Where the contract `contracts` keeps what, besides the list of decisions.
enum ContractLifecycleKeys {
    /// What was decided. Execution reads it before each block: its format is fixed.
    static let versions = StateKey("versions")
    /// The list of open proposals.
    static let proposals = StateKey("proposals")

    /// An open proposal.
    static func proposal(_ change: Digest) -> StateKey { StateKey("proposal", change.bytes) }
}

extension ContractLifecycleContract {
    static func versions(in reader: inout some ContractReader) throws(ContractError) -> ContractVersions {
        try reader.get(ContractLifecycleKeys.versions, as: ContractVersions.self) ?? ContractVersions([])
    }

    static func openProposal(
        _ change: Digest,
        in reader: inout some ContractReader
    ) throws(ContractError) -> ContractProposal {
        guard let proposal = try reader.get(ContractLifecycleKeys.proposal(change), as: ContractProposal.self) else {
            throw ContractError(
                .notFound,
                "no open proposal has this digest: it was decided, withdrawn or replaced, has expired, or never was")
        }
        return proposal
    }

    /// Removes proposals.
    static func close(
        in open: OpenContractProposals,
        _ context: inout ContractContext,
        where isClosed: (OpenContractProposal) -> Bool
    ) throws(ContractError) -> OpenContractProposals {
        for proposal in open.open where isClosed(proposal) {
            try context.remove(ContractLifecycleKeys.proposal(proposal.change))
        }
        return open.replacing(open.open.filter { !isClosed($0) })
    }

    /// Removes the proposals whose time is over.
    static func closeExpired(in context: inout ContractContext) throws(ContractError) -> OpenContractProposals {
        let open =
            try context.get(ContractLifecycleKeys.proposals, as: OpenContractProposals.self)
            ?? OpenContractProposals()
        let height = context.height
        return try close(in: open, &context) { $0.lastHeight < height }
    }

    /// Counts one more proposal: each has every validator's certificate looked at.
    static func counted(
        _ open: OpenContractProposals,
        at height: Height
    ) throws(ContractError) -> OpenContractProposals {
        let count = open.lastHeight == height ? open.countAtLastHeight + 1 : 1
        guard count <= MembershipContract.maximumProposalsPerBlock else {
            throw ContractError(
                .tooManyProposals,
                "this block has \(MembershipContract.maximumProposalsPerBlock) proposals about contracts already: send "
                    + "it again")
        }
        return OpenContractProposals(lastHeight: height, countAtLastHeight: count, open: open.open)
    }

    static func checkRoom(in open: OpenContractProposals, for department: DepartmentName) throws(ContractError) {
        guard open.open.count < OpenProposals.maximumCount else {
            throw ContractError(
                .tooManyProposals, "\(open.open.count) proposals are open: have some of them decided or withdrawn first"
            )
        }
        let own = open.open.filter { $0.department == department }.count
        guard own < MembershipContract.maximumProposalsPerDepartment else {
            throw ContractError(
                .tooManyProposals, "\(department) has \(own) open proposals: withdraw one of them first")
        }
    }

    static func standing(
        of proposal: ContractProposal,
        _ digest: Digest,
        by departments: [DepartmentName]
    ) -> ContractProposalStanding {
        ContractProposalStanding(
            change: digest, approvals: proposal.approvals.filter { departments.contains($0) },
            neededCount: GovernancePolicy.neededCount(of: departments))
    }
}

extension ContractError.Code {
    /// The same change is proposed already: it only has to be approved.
    public static let alreadyProposed = Self(rawValue: "alreadyProposed")
    /// A version as high, or a higher one, is in force.
    public static let versionNotHigher = Self(rawValue: "versionNotHigher")
    /// There is no such plan that could be cancelled.
    public static let notPlanned = Self(rawValue: "notPlanned")
}
