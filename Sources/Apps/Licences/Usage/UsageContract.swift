public import Formats
import Identity
public import Ledger

/// The contract of the usage ledger (用证行为账本): decides who may use a licence before anything is released, and keeps
/// what was done with it.
///
/// A decision is made by the state alone, in the order that ``DenialReason`` lists, and written whatever it is: a
/// denial is a result, not a rejected transaction. Every event stands in the trace of its licence, its holder and the
/// department that acted, from which none can be left out (``UseSubject``).
///
/// A decision writes the record, six entries of traces and two or three of rates, and one for the count of what it
/// relies on: eleven at most, twelve where a holder's signature or a presentation is used up.
public struct UsageContract: Contract {
    /// The name by which calls find the contract.
    public static let contractName = "usage"

    /// The names of methods, as calls spell them.
    public enum Method {
        public static let decide = "decide"
        public static let release = "release"
        public static let present = "present"
        public static let verify = "verify"
        public static let resolve = "resolve"
        public static let proposeRules = "proposeRules"
        public static let approveRules = "approveRules"
    }

    public let name = contractName
    public let version = 1

    private let oneThings: any OneThingStandings

    /// - Parameter oneThings: knows the cases of one-things, where the ledger has any.
    public init(oneThings: any OneThingStandings = NoOneThings()) { self.oneThings = oneThings }

    public var methods: [ContractMethod] {
        [
            ContractMethod(Method.decide, decide),
            ContractMethod(Method.release, release),
            ContractMethod(Method.present, present),
            ContractMethod(Method.verify, verify),
            ContractMethod(Method.resolve, resolve),
            ContractMethod(Method.proposeRules, proposeRules),
            ContractMethod(Method.approveRules, approveRules),
        ]
    }

    public var queries: [ContractQuery] {
        [
            ContractQuery(Query.decision, decision),
            ContractQuery(Query.release, release),
            ContractQuery(Query.events, events),
            ContractQuery(Query.rules, rules),
        ]
    }

    /// The entry of a decision: its receipt makes an allowing decision a ticket.
    public static func stateName(of decision: DecisionIdentifier) -> StateName {
        StateName(contract: contractName, key: UsageKeys.record(.decision, decision.digest).bytes)
    }

    /// The entry of a decision's release.
    public static func stateName(ofRelease decision: DecisionIdentifier) -> StateName {
        StateName(contract: contractName, key: UsageKeys.record(.release, decision.digest).bytes)
    }

    private func decide(_ use: DecideUse, in context: inout ContractContext) throws(ContractError) -> Decision {
        try AuthorisationContract.checkWriter(context)
        try AuthorisationContract.checkKey(use.request.recipientKey, in: context)
        let rules = try context.decisionRules()
        try countPace(under: rules, in: &context)
        var procedure = DecisionProcedure(
            use, by: context.caller.department, at: context.blockTime, rules: rules, oneThings: oneThings)
        let facts = try procedure.decide(in: &context)
        for write in procedure.writes { try context.put(write.key, write.value) }
        let identifier = DecisionIdentifier(
            of: context.transaction, nonce: use.request.nonce, suite: context.genesis.suite)
        let decision = Decision(
            identifier, of: use.request, by: (context.caller.department, context.caller.key), facts: facts,
            at: context.blockTime, height: context.height)
        try record(.decision(decision), in: &context)
        return decision
    }

    private func release(_ release: ReleaseUse, in context: inout ContractContext) throws(ContractError) -> NoResult {
        guard let decision = try context.decision(release.decision) else {
            throw ContractError(.notFound, "there is no decision \(release.decision)")
        }
        try checkOwner(decision.owner, in: context)
        guard decision.isAllowed else {
            throw ContractError(.notPermitted, "the decision denies: nothing is released")
        }
        guard context.blockTime <= decision.expiresAt else {
            throw ContractError(.ticketExpired, "the ticket was good until \(decision.expiresAt.beijingText)")
        }
        guard release.fields.allSatisfy({ decision.fields.contains($0) }) else {
            throw ContractError(.notPermitted, "the decision does not permit all of these fields")
        }
        guard (release.kind == .file) == release.fields.contains(.file) else {
            throw ContractError(.notPermitted, "a release of the file names the file, and no other does")
        }
        guard try context.get(UsageKeys.record(.release, release.decision.digest)) == nil else {
            throw ContractError(.ticketUsed, "the ticket was used: a decision releases once")
        }
        let event = Release(
            of: decision, release, by: context.caller.key, at: context.blockTime, height: context.height)
        try record(.release(event), in: &context)
        return NoResult()
    }

    private func present(_ use: PresentUse, in context: inout ContractContext) throws(ContractError) -> NoResult {
        guard let licence = try context.catalogueRecord(of: use.licence), licence.identifier == use.licence else {
            throw ContractError(.notFound, "\(use.licence) is not the version that the ledger has of this licence")
        }
        try checkOwner(licence.department, in: context)
        guard licence.isUsable(for: .present, at: context.blockTime, table: try context.licenceCodes()) else {
            throw ContractError(.notInForce, "\(use.licence) cannot be presented: its status or validity forbids it")
        }
        let latest = context.blockTime.advanced(by: .seconds(PresentUse.maximumSeconds))
        guard context.blockTime < use.expiresAt, use.expiresAt <= latest else {
            throw ContractError(.ticketExpired, "a presentation ends within 10 minutes of ledger time, and not before")
        }
        if let audience = use.audience { try AuthorisationContract.checkDepartment(audience, in: context) }
        let event = PresentationUse(
            use, holder: licence.holder, by: context.caller.department, at: context.blockTime, height: context.height)
        try record(.presentation(event), in: &context)
        return NoResult()
    }

    private func verify(_ use: VerifyUse, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try AuthorisationContract.checkWriter(context)
        let licence = try context.catalogueRecord(of: use.licence)
        guard let owner = licence?.department ?? context.genesis.department(issuingUnder: use.licence.issuerCode.text)
        else {
            throw ContractError(.notFound, "no department of this consortium issues under the code of this licence")
        }
        let identifier = DecisionIdentifier(of: context.transaction, nonce: use.nonce, suite: context.genesis.suite)
        let event = VerificationUse(
            identifier.digest, use, owner: owner, holder: licence?.holder,
            by: (context.caller.department, context.caller.key), at: context.blockTime, height: context.height)
        try record(.verification(event), in: &context)
        return NoResult()
    }

    private func resolve(_ use: ResolveUse, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try AuthorisationContract.checkWriter(context)
        try CatalogueContract.check(text: use.basis, "basis")
        // Holders are looked up one by one, as licences are used.
        try countPace(under: try context.decisionRules(), in: &context)
        let identifier = DecisionIdentifier(of: context.transaction, nonce: use.nonce, suite: context.genesis.suite)
        let event = ResolutionUse(
            identifier.digest, use, by: (context.caller.department, context.caller.key), at: context.blockTime,
            height: context.height)
        try record(.resolution(event), in: &context)
        return NoResult()
    }
}

extension UsageContract {
    /// Writes an event and puts it in its traces.
    private func record(_ event: UsageEvent, in context: inout ContractContext) throws(ContractError) {
        let key = UsageKeys.record(event.kind, event.identifier)
        guard try context.get(key) == nil else { throw AuthorisationContract.doubleNonce }
        let bytes = event.recordBytes
        try context.put(key, bytes)
        let pointer = UsagePointer(
            kind: event.kind, identifier: event.identifier, record: context.genesis.suite.digest(of: bytes))
        if let licence = event.licence {
            try context.append(pointer, to: UseSubject.licence(LicenceKey(licence)).trail)
        }
        if let holder = event.holder { try context.append(pointer, to: UseSubject.holder(holder).trail) }
        try context.append(pointer, to: UseSubject.department(event.department).trail)
    }

    /// An owner's nodes release and present too: they run in their department's name.
    private func checkOwner(_ owner: DepartmentName, in context: ContractContext) throws(ContractError) {
        guard context.caller.department == owner else {
            throw ContractError(.notPermitted, "the licence is \(owner)'s, which alone releases and presents it")
        }
        guard [.client, .administrator, .validator, .observer].contains(context.caller.member.role) else {
            throw ContractError(.notPermitted, "an auditor releases nothing")
        }
    }

    /// Counts the decisions and resolutions of one member: whole lists of licences or holders are not asked for.
    private func countPace(
        under rules: DecisionRules, in context: inout ContractContext
    ) throws(ContractError) {
        let key = UsageKeys.pace(context.caller.key)
        let known = try context.get(key, as: Pace.self)
        let inBlock = known.map { $0.height == context.height ? $0.inBlock : 0 } ?? 0
        let inTransaction = known.map { $0.transaction == context.transaction ? $0.inTransaction : 0 } ?? 0
        guard inTransaction < rules.transactionLimit else {
            throw ContractError(
                .bulkPull, "a transaction asks for at most \(rules.transactionLimit) decisions: use licences one by one"
            )
        }
        guard inBlock < rules.blockLimit else {
            throw ContractError(
                .bulkPull, "a member asks for at most \(rules.blockLimit) decisions in a block: ask again later")
        }
        let pace = Pace(
            height: context.height, inBlock: inBlock + 1, transaction: context.transaction,
            inTransaction: inTransaction + 1)
        try context.put(key, pace)
    }
}

extension ContractReader {
    mutating func decision(_ identifier: DecisionIdentifier) throws(ContractError) -> Decision? {
        try get(
            UsageKeys.record(.decision, identifier.digest), of: UsageContract.contractName, as: Decision.self)
    }
}

extension ContractError.Code {
    /// The ticket's or the presentation's time is over.
    public static let ticketExpired = Self(rawValue: "ticketExpired")
    /// The decision has been released before.
    public static let ticketUsed = Self(rawValue: "ticketUsed")
    /// More decisions at once than licences are used one by one.
    public static let bulkPull = Self(rawValue: "bulkPull")
}
