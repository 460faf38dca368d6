import Formats
import Identity
public import Ledger
import Licences

/// The contract of definitions (一件事定义): departments propose them, approve them, and cases keep to the version in
/// force when they were opened.
///
/// A definition is adopted when administrators of more than half of the consortium's departments have approved it, all
/// that take part in it among them: nobody is given work, or data, unasked.
public struct DefinitionsContract: Contract {
    /// The name by which calls find the contract.
    public static let contractName = "onethings"

    /// The names of methods and queries, as calls spell them.
    public enum Method {
        public static let propose = "propose"
        public static let approve = "approve"
        public static let matter = "matter"
        public static let matters = "matters"
        public static let proposal = "proposal"
    }

    /// The event of an adopted definition; it carries the matter's ``DefinitionVersions``.
    public static let adopted = "adopted"
    /// Heights between a definition's adoption and its first case, so that systems that take part can see it coming.
    public static let notice: UInt64 = 10

    public let name = contractName
    public let version = 1

    public init() {}

    public var methods: [ContractMethod] {
        [ContractMethod(Method.propose, propose), ContractMethod(Method.approve, approve)]
    }

    public var queries: [ContractQuery] {
        [
            ContractQuery(Method.matter, matter), ContractQuery(Method.matters, matters),
            ContractQuery(Method.proposal, proposal),
        ]
    }

    private func propose(
        _ proposal: ProposeDefinition, in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        let definition = proposal.definition
        try checkAdministrator(context)
        let departments = context.genesis.document.departments.map(\.name)
        if let role = definition.roles.first(where: { !departments.contains($0.department) }) {
            throw ContractError(
                .unknownDepartment,
                "roles.\(role.name).department: no department of this consortium is called \(role.department)")
        }
        if let problem = DefinitionCheck(definition).problems.first {
            throw ContractError(
                .wrongDefinition, "\(problem.place): \(problem.message.english) (\(problem.rule.rawValue))")
        }
        let known = try context.get(DefinitionKeys.versions(definition.matter), as: DefinitionVersions.self)
        let next = (known?.versions.last?.version ?? 0) + 1
        guard definition.version == next else {
            throw ContractError(.wrongVersion, "the next definition of \(definition.matter) is version \(next)")
        }
        guard next <= UInt64(OneThingLimits.versionCount) else {
            throw ContractError(.limitExceeded, "a matter has at most \(OneThingLimits.versionCount) versions")
        }
        try settle(DefinitionProposal(proposal, by: context.caller.department), after: known, in: &context)
        return NoResult()
    }

    private func approve(
        _ approval: ApproveDefinition, in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        try checkAdministrator(context)
        let key = DefinitionKeys.proposal(approval.matter)
        guard var known = try context.get(key, as: DefinitionProposal.self) else {
            throw ContractError(.notFound, "no definition of \(approval.matter) is proposed")
        }
        guard context.genesis.suite.digest(of: known.definition.derBytes) == approval.definition else {
            throw ContractError(.stateHasMoved, "another definition is proposed by now: look at it again")
        }
        guard !known.approvals.contains(context.caller.department) else {
            throw ContractError(.alreadyApproved, "\(context.caller.department) has approved this definition already")
        }
        known.approvals.append(context.caller.department)
        let versions = try context.get(DefinitionKeys.versions(approval.matter), as: DefinitionVersions.self)
        try settle(known, after: versions, in: &context)
        return NoResult()
    }

    /// Keeps a proposal, or has its definition come into force where enough have approved it.
    private func settle(
        _ proposal: DefinitionProposal, after known: DefinitionVersions?, in context: inout ContractContext
    ) throws(ContractError) {
        let definition = proposal.definition
        let key = DefinitionKeys.proposal(definition.matter)
        let missing = definition.departments.filter { !proposal.approvals.contains($0) }
        guard missing.isEmpty, 2 * proposal.approvals.count > context.genesis.document.departments.count else {
            return try context.put(key, proposal)
        }
        try context.remove(key)
        var versions = known ?? DefinitionVersions(matter: definition.matter, versions: [])
        let from = max(proposal.notBefore, context.height.advanced(by: Self.notice))
        versions.versions.append(
            DefinitionVersion(
                version: definition.version, from: from,
                definition: context.genesis.suite.digest(of: definition.derBytes)))
        try context.put(DefinitionKeys.definition(definition.matter, definition.version), definition)
        try context.put(DefinitionKeys.versions(definition.matter), versions)
        if known == nil {
            var names = try context.get(DefinitionKeys.names, as: MatterNames.self) ?? MatterNames([])
            guard names.names.count < OneThingLimits.matterCount else {
                throw ContractError(.limitExceeded, "a ledger has at most \(OneThingLimits.matterCount) matters")
            }
            names.names.append(definition.matter)
            try context.put(DefinitionKeys.names, names)
        }
        try context.emit(Self.adopted, versions)
    }

    private func checkAdministrator(_ context: ContractContext) throws(ContractError) {
        guard context.caller.member.role == .administrator,
            context.genesis.document.departments.contains(where: { $0.name == context.caller.department })
        else {
            throw ContractError(
                .notPermitted, "definitions are for administrators of the consortium's departments to decide")
        }
    }

    // MARK: Queries

    private func matter(
        _ question: MatterQuestion, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> MatterAnswer {
        guard let versions = try snapshot.get(DefinitionKeys.versions(question.matter), as: DefinitionVersions.self)
        else { throw ContractError(.notFound, "there is no matter \(question.matter)") }
        // The next case is opened at the next height at the earliest.
        let wanted = question.version ?? versions.inForce(at: snapshot.height.next)?.version
        let definition = try wanted.flatMap { (version) throws(ContractError) in
            try snapshot.definition(of: question.matter, version: version)
        }
        if question.version != nil, definition == nil {
            throw ContractError(.notFound, "\(question.matter) has no version \(question.version ?? 0)")
        }
        return MatterAnswer(versions, definition: definition)
    }

    private func matters(_: NoResult, on snapshot: inout ContractSnapshot) throws(ContractError) -> MattersAnswer {
        let names = try snapshot.get(DefinitionKeys.names, as: MatterNames.self)?.names ?? []
        var matters: [DefinitionVersions] = []
        for name in names {
            guard let versions = try snapshot.get(DefinitionKeys.versions(name), as: DefinitionVersions.self) else {
                throw ContractError(.stateUnavailable, "a matter's versions are gone")
            }
            matters.append(versions)
        }
        return MattersAnswer(matters)
    }

    private func proposal(
        _ question: MatterQuestion, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> DefinitionProposal {
        guard let proposal = try snapshot.get(DefinitionKeys.proposal(question.matter), as: DefinitionProposal.self)
        else { throw ContractError(.notFound, "no definition of \(question.matter) is proposed") }
        return proposal
    }
}

/// Where the contract `onethings` keeps what.
enum DefinitionKeys {
    static let names = StateKey("matters", [])

    static func versions(_ matter: Label) -> StateKey { StateKey("versions", Array(matter.rawValue.utf8)) }

    static func proposal(_ matter: Label) -> StateKey { StateKey("proposal", Array(matter.rawValue.utf8)) }

    /// Whether a definition stands at a key.
    static func isDefinition(_ key: [UInt8]) -> Bool { key.starts(with: StateKey("definition", []).bytes) }

    static func definition(_ matter: Label, _ version: UInt64) -> StateKey {
        StateKey(
            "definition", Array(matter.rawValue.utf8),
            (0..<8).map { UInt8(truncatingIfNeeded: version >> (56 - 8 * $0)) })
    }
}

extension ContractReader {
    /// A version of a matter's definition, `nil` where there is none.
    mutating func definition(
        of matter: Label, version: UInt64
    ) throws(ContractError) -> OneThingDefinition? {
        try get(
            DefinitionKeys.definition(matter, version), of: DefinitionsContract.contractName,
            as: OneThingDefinition.self)
    }

    /// The definition to which a case keeps that is opened at a height.
    mutating func definitionInForce(
        of matter: Label, at height: Height
    ) throws(ContractError) -> OneThingDefinition {
        let versions = try get(
            DefinitionKeys.versions(matter), of: DefinitionsContract.contractName, as: DefinitionVersions.self)
        guard let versions else { throw ContractError(.notFound, "there is no matter \(matter)") }
        guard let version = versions.inForce(at: height) else {
            throw ContractError(
                .notInForce,
                "the definition of \(matter) comes into force at height \(versions.versions.first?.from ?? .zero)")
        }
        guard let definition = try definition(of: matter, version: version.version) else {
            throw ContractError(.stateUnavailable, "a definition is gone")
        }
        return definition
    }

    /// The calendar that a definition's clocks need.
    mutating func calendar(for definition: OneThingDefinition) throws(ContractError) -> StatutoryCalendar {
        definition.countsWorkingDays ? try CalendarContract.calendar(in: &self) : .empty
    }
}

extension ContractError.Code {
    /// The definition cannot be carried out: see `DefinitionCheck`.
    public static let wrongDefinition = Self(rawValue: "wrongDefinition")
    /// No department of the consortium has this name.
    public static let unknownDepartment = Self(rawValue: "unknownDepartment")
}
