import Formats
import Identity
import Ledger
import LedgerTestKit
import Testing

/// A consortium whose administrators change its members, on a chain in memory.
struct MembershipScene {
    var scene: Scene
    /// One of each department.
    let administrators: [MemberIdentity]
    private var registered: Set<KeyIdentifier> = []

    var consortium: TestConsortium { scene.consortium }
    var height: Height { scene.chain.parent.height }
    var schedule: ValidatorSchedule { scene.chain.schedule }
    /// The names of the validators that are announced last.
    var latest: [String] {
        let validators = (schedule.next ?? schedule.current).validators
        return validators.indices.compactMap { validators[$0]?.member.description }
    }

    init(departments: Int = 4, contracts: [any Contract] = [NotesContract()]) throws {
        scene = try Scene(departments: departments, contracts: contracts)
        let consortium = scene.consortium
        administrators = try (0..<departments).map {
            try consortium.member("admin", department: $0, role: .administrator)
        }
    }

    /// A new node of a department, known to whoever signs blocks.
    mutating func node(
        _ name: String,
        department: Int = 0,
        role: Role = .validator,
        key: (any SigningKey)? = nil
    ) throws -> MemberIdentity {
        let node = try consortium.member(name, department: department, role: role, key: key)
        scene.chain.identities.append(node)
        return node
    }

    static func member(_ node: MemberIdentity, port: Int = 7_001) -> MemberNode {
        MemberNode(certificate: node.certificate.der, endpoint: NodeEndpoint(host: "node.example", port: port))
    }

    /// Appends a block in which somebody makes these calls.
    mutating func outcome(of calls: [Call], by caller: MemberIdentity) throws -> Outcome {
        let key = caller.certificate.publicKey.identifier
        let outcome = try scene.outcome(of: calls, by: caller, registering: !registered.contains(key))
        // What is rejected registers nobody.
        if outcome.rejectionCode == nil { registered.insert(key) }
        return outcome
    }

    /// Registers the administrators, so that their next transactions are of one call.
    mutating func register() throws {
        for administrator in administrators { _ = try outcome(of: [], by: administrator) }
    }

    mutating func propose(
        _ operations: [MembershipOperation],
        by department: Int = 0,
        notice: UInt64 = ValidatorSchedule.minimumNotice,
        acceptsNoFaultTolerance: Bool = false
    ) throws -> Outcome {
        let arguments = MembershipProposalArguments(
            operations: operations, notice: notice, acceptsNoFaultTolerance: acceptsNoFaultTolerance)
        return try outcome(of: [MembershipContract.proposal(arguments)], by: administrators[department])
    }

    mutating func approve(_ number: UInt64, by department: Int) throws -> Outcome {
        try outcome(of: [MembershipContract.approval(of: number)], by: administrators[department])
    }

    /// Proposes, has as many departments approve as it takes, and waits for the new epoch.
    mutating func change(_ operations: [MembershipOperation], acceptsNoFaultTolerance: Bool = false) throws {
        let outcome = try propose(operations, acceptsNoFaultTolerance: acceptsNoFaultTolerance)
        #expect(outcome.rejectionCode == nil)
        var standing = try outcome.standing()
        for department in administrators.indices.dropFirst() where standing.announcement == nil {
            let outcome = try approve(standing.number, by: department)
            guard outcome.rejectionCode != "notPermitted" else { continue }
            standing = try outcome.standing()
        }
        #expect(standing.announcement != nil)
        try pass()
    }

    /// Appends empty blocks until no change is announced any more.
    mutating func pass() throws {
        while schedule.next != nil { try scene.append() }
    }

    func name(_ department: Int) -> MemberName { consortium.validators[department].certificate.member }
}

extension Outcome {
    /// How the proposal stands that the transaction's last call is about.
    func standing(sourceLocation: SourceLocation = #_sourceLocation) throws -> ProposalStanding {
        guard case .applied(_, let values) = status else {
            Issue.record("rejected: \(status)", sourceLocation: sourceLocation)
            throw TestKitError("rejected")
        }
        return try ProposalStanding(derBytes: try #require(values.last), limit: 1 << 16)
    }

    /// The names of the events, in their order.
    var eventNames: [String] {
        if case .applied(let events, _) = status { events.map(\.name).filter { $0 != "registered" } } else { [] }
    }
}
