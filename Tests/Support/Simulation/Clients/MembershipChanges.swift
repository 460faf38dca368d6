import Consensus
import Formats
import Identity
import Ledger

/// Changes of the consortium's members, one after the other: what administrators propose and approve.
struct MembershipChanges {
    let consortium: SimulatedConsortium
    /// Proposals that wait for their outcome.
    var proposals: Set<TransactionIdentifier> = []
    /// How many transactions administrators have made.
    var count: UInt64 = 0
    /// When the last proposal was made: one that comes to nothing is not waited for.
    var lastProposal = Duration.zero

    init(consortium: SimulatedConsortium) { self.consortium = consortium }
}

extension SimulatedChannel {
    /// Proposes a change, if none is under way.
    func changeMembers() {
        schedule.add(.membership, at: now + .milliseconds(random(500...3_000)))
        guard now < plan.storm, now - membership.lastProposal > .seconds(4) || membership.count == 0,
            let schedule = honestNodes.max(by: { $0.ledger.height < $1.ledger.height })?.ledger.head.schedule,
            schedule.next == nil, let operation = operation(schedule.current)
        else { return }
        membership.lastProposal = now
        let department = random(0...consortium.administrators.count - 1)
        propose(operation, notice: ValidatorSchedule.minimumNotice + UInt64(random(0...12)), department: department)
    }

    /// Has a department's administrator propose a change.
    func propose(_ operation: MembershipOperation, notice: UInt64, department: Int) {
        let call = MembershipContract.proposal(
            MembershipProposalArguments(operations: [operation], notice: notice, acceptsNoFaultTolerance: true))
        tally.count("membership proposed")
        if let identifier = administer(call, department) { membership.proposals.insert(identifier) }
    }

    private func administer(_ call: Call, _ department: Int) -> TransactionIdentifier? {
        membership.count += 1
        return want(
            [call], by: consortium.administrators[department], number: membership.count,
            lastValidHeight: Height(rawValue: 100_000), isRegistering: true,
            client: clients[administratorBase + department])
    }

    /// A change after which no more validators are traitors than the set tolerates.
    private func operation(_ term: ValidatorSchedule.Term) -> MembershipOperation? {
        let members = term.validators.indices.compactMap { term.validators[$0]?.member }
        let traitors = nodes.filter { !$0.isHonest && members.contains($0.member) }
        let traitorCount = Set(traitors.map(\.member)).count + recovering.count
        switch random(0...4) {
        case 0, 1:
            guard let spare = consortium.nodes.first(where: { !members.contains($0.certificate.member) }) else {
                return nil
            }
            let endpoint = NodeEndpoint(host: "localhost", port: 7_000)
            return .add(MemberNode(certificate: spare.certificate.der, endpoint: endpoint))
        case 2:
            let remaining = members.count - 1
            guard remaining >= 1, traitorCount <= (remaining - 1) / 3, plan.validators < 4 || remaining >= 4 else {
                return nil
            }
            let honest = members.filter { member in !traitors.contains { $0.member == member } }
            return honest.isEmpty ? nil : .remove(honest[random(0...honest.count - 1)])
        case 3:
            let candidates = consortium.nodes.indices.filter { index in
                let member = consortium.nodes[index].certificate.member
                guard let place = term.validators.index(of: member), let validator = term.validators[place] else {
                    return false
                }
                return validator.key.identifier == consortium.nodes[index].certificate.publicKey.identifier
                    && nodes[index].misbehaviour == nil
            }
            guard !candidates.isEmpty else { return nil }
            return .rotate(consortium.successors[candidates[random(0...candidates.count - 1)]].certificate.der)
        default:
            let port = 7_001 + random(0...2)
            return .move(members[random(0...members.count - 1)], to: NodeEndpoint(host: "localhost", port: port))
        }
    }

    /// An administrator was told an outcome: if it is of a proposal that needs approval, the others approve.
    func heed(_ outcome: Outcome) {
        guard membership.proposals.remove(outcome.transaction) != nil else { return }
        guard case .applied(_, let values) = outcome.status, let value = values.last,
            let standing = try? ProposalStanding(derBytes: value, limit: value.count)
        else {
            tally.count("membership refused")
            return
        }
        guard standing.announcement == nil else { return }
        for (index, identity) in consortium.administrators.enumerated()
        where !standing.approvals.contains(identity.certificate.member.department) {
            _ = administer(MembershipContract.approval(of: standing.number), index)
        }
    }
}
