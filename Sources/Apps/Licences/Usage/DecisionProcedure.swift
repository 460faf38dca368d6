import Formats
package import Identity
package import Ledger

/// The access decision (访问控制决定), step by step. It looks at everything that it can look at and collects every reason
/// against, in the order of ``DenialReason``; what depends on something that is missing is not looked at.
///
/// It only reads: what the ledger has to remember, ``writes`` says.
package struct DecisionProcedure {
    private let request: UseRequest
    private let proof: HolderProof?
    private let rules: DecisionRules
    private let oneThings: any OneThingStandings
    /// Who asks.
    private let requester: DepartmentName
    /// Ledger time.
    private let time: Timestamp

    private var reasons: [DenialReason] = []
    /// What the authority and the entitlement let through of what is asked for.
    private var fields: [LicenceColumn]
    private var record: CatalogueRecord?
    /// What was granted on the licence at this height or before has ended.
    private var closedUpTo: Height?
    /// Counters as the decision leaves them, written with it whatever it is.
    private var counts: [(key: StateKey, value: WindowCount)] = []
    /// Counters that only an allowing decision moves.
    private var consumption: [(key: StateKey, value: WindowCount)] = []
    /// The holder's statement that an allowing decision uses up.
    private var statement: Digest?

    package init(
        _ use: DecideUse, by requester: DepartmentName, at time: Timestamp, rules: DecisionRules,
        oneThings: any OneThingStandings = NoOneThings()
    ) {
        request = use.request
        self.requester = requester
        self.time = time
        proof = use.proof
        self.rules = rules
        self.oneThings = oneThings
        fields = use.request.fields
    }

    package mutating func decide(in reader: inout some ContractReader) throws(ContractError) -> DecisionFacts {
        record = try reader.catalogueRecord(of: request.licence)
        let owner = try owner(in: reader)
        try checkLicence(in: &reader)
        try checkFreezes(in: &reader)
        try checkEntitlement(owner: owner, in: &reader)
        if request.authority.record != nil || request.agent != nil {
            closedUpTo = try reader.closure(of: request.licence)?.height
        }
        try checkAuthority(owner: owner, in: &reader)
        try checkOneThing(in: &reader)
        try checkPerson(in: &reader)
        try checkPresentation(in: &reader)
        try checkRates(in: &reader)
        if fields.isEmpty || request.action == .download && !fields.contains(.file) {
            reasons.append(.fieldsNotCovered)
        }
        reasons = Array(Set(reasons)).sorted()
        return DecisionFacts(
            rules: rules, owner: owner, holder: record?.holder, reasons: reasons, fields: fields)
    }

    /// What the ledger remembers of the decision besides its record: counters, and the statement that it has used up.
    package var writes: [(key: StateKey, value: [UInt8])] {
        var writes = counts.map { (key: $0.key, value: $0.value.derBytes) }
        guard reasons.isEmpty else { return writes }
        writes += consumption.map { (key: $0.key, value: $0.value.derBytes) }
        if let statement { writes.append((UsageKeys.statement(statement), NoResult().derBytes)) }
        return writes
    }

    /// Even a licence that is not on the ledger has an owner: the department that issues under its code.
    private func owner(in reader: some ContractReader) throws(ContractError) -> DepartmentName {
        if let record { return record.department }
        guard let owner = reader.genesis.department(issuingUnder: request.licence.issuerCode.text) else {
            throw ContractError(.notFound, "no department of this consortium issues under the code of this licence")
        }
        return owner
    }

    // 1. The licence: on the ledger, this version, in force, in a state that allows the action.
    private mutating func checkLicence(in reader: inout some ContractReader) throws(ContractError) {
        guard let record else { return reasons.append(.licenceUnknown) }
        guard record.tombstone == nil else { return reasons.append(.licenceTakenDown) }
        if record.identifier != request.licence { reasons.append(.versionNotCurrent) }
        guard !record.isUsable(for: request.action, at: time, table: try reader.licenceCodes()) else { return }
        let hasExpired = record.status != .expired && record.effectiveStatus(at: time) == .expired
        reasons.append(hasExpired ? .licenceExpired : .statusForbidsAction)
    }

    // 2. Freezes.
    private mutating func checkFreezes(in reader: inout some ContractReader) throws(ContractError) {
        if try reader.isFrozen(.licence(LicenceKey(request.licence))) { reasons.append(.licenceFrozen) }
        if let holder = record?.holder, try reader.isFrozen(.holder(holder)) { reasons.append(.holderFrozen) }
        if try reader.isFrozen(.department(requester)) { reasons.append(.departmentFrozen) }
    }

    // 3. The object: the department's system may come for this kind at all. Owners need no leave for their own.
    private mutating func checkEntitlement(
        owner: DepartmentName, in reader: inout some ContractReader
    ) throws(ContractError) {
        guard requester != owner else { return }
        let known = try reader.entitlement(
            owner: owner, department: requester, application: request.application,
            type: request.licence.typeCode)
        guard let entitlement = known else { return reasons.append(.notEntitled) }
        let period = entitlement.notBefore...entitlement.notAfter
        if entitlement.withdrawal != nil || !period.contains(time) {
            reasons.append(.entitlementNotInForce)
        }
        if !entitlement.actions.contains(request.action) { reasons.append(.entitlementForbidsAction) }
        fields = fields.filter { entitlement.fields.contains($0) }
    }

    // 4. What the use relies on.
    private mutating func checkAuthority(
        owner: DepartmentName, in reader: inout some ContractReader
    ) throws(ContractError) {
        switch request.authority {
        case .holder:
            return
        case .grant(let identifier):
            guard let grant = try reader.grant(identifier) else { return reasons.append(.authorityUnknown) }
            var isMine = false
            if case .department(let department, let application) = grant.recipient {
                isMine = matches(department, application)
            }
            let isHolders = try record?.holder.map { (holder) throws(ContractError) in
                try reader.areSame(grant.grantor, holder)
            }
            if !isMine || isHolders != true { reasons.append(.authorityOfOthers) }
            if grant.withdrawal != nil { reasons.append(.authorityWithdrawn) }
            if isClosed(grant.height) { reasons.append(.authorityClosed) }
            try check(grant.scope, of: identifier.digest, in: &reader)
        case .statutoryBasis(let identifier):
            guard let basis = try reader.basis(identifier) else { return reasons.append(.authorityUnknown) }
            if basis.owner != owner || !matches(basis.department, basis.application) {
                reasons.append(.authorityOfOthers)
            }
            if basis.withdrawal != nil { reasons.append(.authorityWithdrawn) }
            if isClosed(basis.height) { reasons.append(.authorityClosed) }
            try check(basis.scope, of: identifier.digest, in: &reader)
        case .answeredRequest(let identifier):
            guard let answered = try reader.accessRequest(identifier) else {
                return reasons.append(.authorityUnknown)
            }
            if answered.owner != owner || !matches(answered.department, answered.application) {
                reasons.append(.authorityOfOthers)
            }
            if answered.answer?.outcome != .granted || answered.withdrawal != nil {
                reasons.append(.authorityWithdrawn)
            }
            // What the owner grants afterwards, it grants of a licence that it knows to have ended.
            if isClosed(answered.answer?.height ?? answered.height) { reasons.append(.authorityClosed) }
            try check(answered.scope, of: identifier.digest, in: &reader)
        }
    }

    /// A use within a one-thing that this ledger has is for those who take part in it while it goes on.
    private mutating func checkOneThing(in reader: inout some ContractReader) throws(ContractError) {
        guard let code = request.context.oneThing else { return }
        let isOpen = try oneThings.isOpen(code, for: requester, at: time, in: &reader)
        if isOpen == false { reasons.append(.oneThingNotOpen) }
    }

    private func matches(_ department: DepartmentName, _ application: ApplicationName?) -> Bool {
        department == requester && (application == nil || application == request.application)
    }

    private func isClosed(_ height: Height) -> Bool { closedUpTo.map { height <= $0 } ?? false }

    private mutating func check(
        _ scope: UseScope, of authority: Digest, in reader: inout some ContractReader
    ) throws(ContractError) {
        if time < scope.notBefore { reasons.append(.authorityNotYetInForce) }
        if time > scope.notAfter { reasons.append(.authorityNoLongerInForce) }
        if !scope.selection.contains(request.licence) { reasons.append(.licenceNotCovered) }
        if !scope.actions.contains(request.action) { reasons.append(.actionNotCovered) }
        if !scope.purposes.contains(request.context.purpose) { reasons.append(.purposeNotCovered) }
        if let item = scope.item, item != request.context.item { reasons.append(.itemNotCovered) }
        if let number = scope.caseNumber, number != request.context.caseNumber { reasons.append(.caseNotCovered) }
        if let region = scope.region, request.region.map({ region.contains($0) }) != true {
            reasons.append(.regionNotCovered)
        }
        fields = fields.filter { scope.fields.contains($0) }
        // The count is kept even where there is no limit: how often something was relied on is worth knowing.
        let key = UsageKeys.uses(authority)
        let uses = try reader.get(key, as: WindowCount.self)?.count ?? 0
        if let maximum = scope.maximumUses, uses >= maximum { reasons.append(.usesExhausted) }
        consumption.append((key, WindowCount(window: 0, count: uses + 1)))
    }

    // 5. The subject: the agent's power, and the presence of the holder or agent where the use relies on it.
    private mutating func checkPerson(in reader: inout some ContractReader) throws(ContractError) {
        guard request.authority == .holder || request.agent != nil else { return }
        guard let holder = record?.holder else { return reasons.append(.holderUnknown) }
        var person = holder
        if let identifier = request.agent {
            guard let agent = try checkAgent(identifier, of: holder, in: &reader) else { return }
            person = agent
        }
        guard let proof else { return reasons.append(.proofMissing) }
        switch proof {
        case .attestation(let attestation):
            if attestation.level < rules.minimumLevel { reasons.append(.proofTooWeak) }
        case .signature(let signature):
            try check(signature, by: person, in: &reader)
        }
    }

    /// - Returns: the agent; `nil` where the grant leads to none.
    private mutating func checkAgent(
        _ identifier: GrantIdentifier, of holder: HolderPseudonym, in reader: inout some ContractReader
    ) throws(ContractError) -> HolderPseudonym? {
        guard let grant = try reader.grant(identifier), case .agent(let agent) = grant.recipient else {
            reasons.append(.agentUnknown)
            return nil
        }
        if try !reader.areSame(grant.grantor, holder) { reasons.append(.agentOfOthers) }
        if grant.withdrawal != nil { reasons.append(.agentWithdrawn) }
        if isClosed(grant.height) { reasons.append(.agentClosed) }
        let scope = grant.scope
        if time < scope.notBefore || time > scope.notAfter {
            reasons.append(.agentNotInForce)
        }
        let hasPower =
            scope.selection.contains(request.licence) && scope.actions.contains(request.action)
            && scope.purposes.contains(request.context.purpose)
            && (scope.item == nil || scope.item == request.context.item)
            && (scope.caseNumber == nil || scope.caseNumber == request.context.caseNumber)
            && scope.region.map { region in request.region.map { region.contains($0) } ?? false } ?? true
        if !hasPower { reasons.append(.agentLacksPower) }
        fields = fields.filter { scope.fields.contains($0) }
        let key = UsageKeys.uses(identifier.digest)
        let uses = try reader.get(key, as: WindowCount.self)?.count ?? 0
        if let maximum = scope.maximumUses, uses >= maximum { reasons.append(.usesExhausted) }
        if scope.maximumUses != nil { consumption.append((key, WindowCount(window: 0, count: uses + 1))) }
        return agent
    }

    private mutating func check(
        _ signature: HolderSignature, by person: HolderPseudonym, in reader: inout some ContractReader
    ) throws(ContractError) {
        let statement = request.statement(
            by: requester, notAfter: signature.notAfter, genesis: reader.genesis)
        guard try reader.hasSigned(statement, signature, person) else { return reasons.append(.proofInvalid) }
        if time > signature.notAfter { reasons.append(.proofExpired) }
        let digest = statement.digest(suite: reader.genesis.suite)
        if try reader.get(UsageKeys.statement(digest)) != nil { reasons.append(.proofReplayed) }
        self.statement = digest
    }

    // 6. The presentation that was scanned: the owner's node has put it on the ledger, and the use is what it shows, to
    // whom it is shown, by the terms that the holder has signed.
    private mutating func checkPresentation(in reader: inout some ContractReader) throws(ContractError) {
        guard let presentation = request.presentation else { return }
        if statement == nil { reasons.append(.presentationUnproved) }
        let record = UsageKeys.record(.presentation, presentation.identifier)
        if let shown = try reader.get(record, as: PresentationUse.self) {
            if let audience = shown.audience, audience != requester { reasons.append(.presentationForOthers) }
            if !shown.covers(request) { reasons.append(.presentationDiffers) }
        } else {
            reasons.append(.presentationUnknown)
        }
        if time > presentation.expiresAt { reasons.append(.presentationExpired) }
        let key = UsageKeys.scans(presentation.identifier)
        let scans = try reader.get(key, as: WindowCount.self)?.count ?? 0
        if scans >= presentation.maximumScans { reasons.append(.presentationUsedUp) }
        consumption.append((key, WindowCount(window: 0, count: scans + 1)))
    }

    // 7. Rates. Whoever goes on long after the limit is not answered any more: denials fill traces too.
    private mutating func checkRates(in reader: inout some ContractReader) throws(ContractError) {
        let department = UsageKeys.departmentRate(requester, request.licence.typeCode)
        try count(
            department, in: Self.day(of: time), limit: rules.departmentDayLimit, .departmentRateExceeded,
            in: &reader)
        guard let holder = record?.holder else { return }
        try count(
            UsageKeys.holderRate(holder), in: time.milliseconds / 60_000, limit: rules.holderMinuteLimit,
            .holderRateExceeded, in: &reader)
    }

    private mutating func count(
        _ key: StateKey, in window: Int64, limit: Int64, _ reason: DenialReason, in reader: inout some ContractReader
    ) throws(ContractError) {
        let known = try reader.get(key, as: WindowCount.self)
        let count = known.map { $0.window == window ? $0.count : 0 } ?? 0
        guard count < 2 * limit else {
            throw ContractError(
                .bulkPull, "\(count) decisions were asked for where \(limit) are allowed: wait for the next period")
        }
        if count >= limit { reasons.append(reason) }
        counts.append((key, WindowCount(window: window, count: count + 1)))
    }

    /// The number of the day in Beijing, which is eight hours ahead all year.
    static func day(of time: Timestamp) -> Int64 { (time.milliseconds + 8 * 3_600_000) / 86_400_000 }
}
