import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences

/// Who and what the situations are about, and a state in memory that a situation is put into, for the decision to read.
struct DecisionBench {
    let genesis: Genesis
    let now = TestConsortium.createdAt
    let owner: DepartmentName
    let requester: DepartmentName
    let licence: LicenceIdentifier
    let otherLicence: LicenceIdentifier
    let otherType: LicenceTypeCode
    let application: ApplicationName
    let holder: HolderPseudonym
    let agent: HolderPseudonym
    let holderKey: any SigningKey
    let agentKey: any SigningKey
    let purposes: [PurposeCode]
    let items: [ItemCode]
    let cases: [CaseNumber]
    /// One that is open, one that is over, and one of another platform.
    let oneThings: [OneThingCode]
    let regions: [RegionCode]
    let rules: DecisionRules
    let authorities: [Authority]
    let agentGrant: GrantIdentifier
    let presentation: Digest
    let withdrawal: Withdrawal

    init() throws {
        let consortium = try TestConsortium(issuerCodes: [0: [TestRegistry.issuerCode]])
        genesis = consortium.genesis
        owner = consortium.authorities[0].anchor.department
        requester = consortium.authorities[1].anchor.department
        let code = try UnifiedSocialCreditCode(TestRegistry.issuerCode)
        func identifier(_ serial: String) throws -> LicenceIdentifier {
            LicenceIdentifier(
                typeCode: try LicenceTypeCode("11100000MB0143028R001"), issuerCode: code,
                serial: try LicenceSerial(serial), version: try LicenceVersion("001"))
        }
        licence = try identifier("A1")
        otherLicence = try identifier("B1")
        otherType = try LicenceTypeCode("11100000MB0143028R002")
        application = try ApplicationName("counter")
        let suite = consortium.suite
        func digest(_ text: String) -> Digest { suite.digest(of: Array(text.utf8)) }
        holder = HolderPseudonym(epoch: 1, digest: digest("holder"))
        agent = HolderPseudonym(epoch: 1, digest: digest("agent"))
        holderKey = suite.generateSigningKey()
        agentKey = suite.generateSigningKey()
        purposes = try ["TAX-1", "LOAN-1", "OPEN-1"].map { try PurposeCode($0) }
        items = try ["370117002011", "370117002012"].map { try ItemCode($0) }
        cases = try ["CASE-1", "CASE-2"].map { try CaseNumber($0) }
        oneThings = try [BenchOneThings.open, BenchOneThings.over, "ELSEWHERE-1"].map { try OneThingCode($0) }
        regions = try ["650102", "650100", "650000", "650200", "100000"].map { try RegionCode($0) }
            .filter { $0.text != "100000" }
        rules = try DecisionRules.standard.next(departmentDayLimit: 50, holderMinuteLimit: 5)
        authorities = [
            .holder, .grant(GrantIdentifier(digest("grant"))), .statutoryBasis(BasisIdentifier(digest("basis"))),
            .answeredRequest(AccessRequestIdentifier(digest("request"))),
        ]
        agentGrant = GrantIdentifier(digest("agent's grant"))
        presentation = digest("presentation")
        withdrawal = Withdrawal(at: now, height: .zero, by: owner)
    }

    func digest(_ text: String) -> Digest { genesis.suite.digest(of: Array(text.utf8)) }

    /// What the ledger decides in a situation.
    func decide(_ situation: Situation) throws -> DecisionFacts {
        var state = StateInMemory(genesis: genesis)
        let asker = situation.isRequesterOwner ? owner : requester
        let use = DecideUse(situation.request, proof: try proof(situation, asker: asker))
        let entries = DecisionStateEntries(
            licence: situation.request.licence, requester: asker, holder: situation.licence?.holder)
        if let licence = situation.licence { state[entries.catalogue] = licence.derBytes }
        for reason in situation.frozen {
            let record = Freeze(basis: "b", by: owner, at: now, height: .zero)
            if let name = entries.freeze(reason) { state[name] = record.derBytes }
        }
        if let height = situation.closedAt {
            let closure = AuthorisationClosure(
                CloseAuthorisations(licence, basis: "b"), by: owner, at: now, height: Self.height(height),
                transaction: TransactionIdentifier(digest("closing")))
            state[entries.closure] = closure.derBytes
        }
        if let entitlement = situation.entitlement {
            state[entries.entitlement(owner: owner, application: application)] = entitlement.derBytes
        }
        put(situation, asker: asker, entries, into: &state)
        state[entries.holder(holder)] = binding(holder, holderKey).derBytes
        state[entries.holder(agent)] = binding(agent, agentKey).derBytes
        if let shown = situation.shown {
            state[entries.presentation(presentation)] = registered(shown, situation, asker: asker).derBytes
        }
        state[entries.scans(presentation)] = entries.count(situation.scans, window: 0)
        state[entries.departmentRate] = entries.count(situation.decisionsToday, window: entries.day(situation.now))
        if let rate = entries.holderRate {
            state[rate] = entries.count(
                situation.decisionsThisMinute, window: situation.now.milliseconds / 60_000)
        }
        if situation.proof == .signedAndUsedBefore {
            let digest = statement(situation, asker: asker).digest(suite: genesis.suite)
            state[entries.statement(digest)] = NoResult().derBytes
        }
        var procedure = DecisionProcedure(
            use, by: asker, at: situation.now, rules: situation.rules, oneThings: BenchOneThings())
        return try procedure.decide(in: &state)
    }

    private func put(
        _ situation: Situation, asker: DepartmentName, _ entries: DecisionStateEntries, into state: inout StateInMemory
    ) {
        let nobody = HolderPseudonym(epoch: 1, digest: digest("nobody"))
        if let agent = situation.agent {
            let recipient: GrantRecipient = agent.isAgentGrant ? .agent(self.agent) : .department(requester, nil)
            var grant = Grant(
                agentGrant,
                GrantWish(grantor: agent.isHolders ? holder : nobody, recipient: recipient, scope: agent.scope),
                proof: attestation(.four), by: owner, at: now, height: Self.height(agent.height))
            if agent.isWithdrawn { grant.withdrawal = withdrawal }
            state[entries.grant(agentGrant)] = grant.derBytes
            state[entries.uses(agentGrant.digest)] = entries.count(agent.uses, window: 0)
        }
        guard let authorisation = situation.authorisation else { return }
        let department = authorisation.isForRequester ? asker : genesis.document.departments[3].name
        let party = authorisation.isOfTheRightParty ? owner : genesis.document.departments[2].name
        let height = Self.height(authorisation.height)
        switch situation.request.authority {
        case .holder: return
        case .grant(let identifier):
            var grant = Grant(
                identifier,
                GrantWish(
                    grantor: authorisation.isOfTheRightParty ? situation.licence?.holder ?? nobody : nobody,
                    recipient: .department(department, nil), scope: authorisation.scope),
                proof: attestation(.four), by: owner, at: now, height: height)
            if authorisation.isEnded { grant.withdrawal = withdrawal }
            state[entries.grant(identifier)] = grant.derBytes
        case .statutoryBasis(let identifier):
            let declaration = DeclareBasis(reference: "r", department: department, scope: authorisation.scope)
            var basis = StatutoryBasis(identifier, declaration, by: party, at: now, height: height)
            if authorisation.isEnded { basis.withdrawal = withdrawal }
            state[entries.basis(identifier)] = basis.derBytes
        case .answeredRequest(let identifier):
            let ask = RequestAccess(owner: party, application: application, scope: authorisation.scope, cause: "c")
            // Of a request that was answered, the answer counts, and not when it was made.
            let asked = authorisation.isEnded ? height : .zero
            var request = AccessRequest(identifier, ask, by: department, at: now, height: asked)
            if !authorisation.isEnded {
                request.answer = .init(outcome: .granted, reason: nil, at: now, height: height)
            }
            state[entries.request(identifier)] = request.derBytes
        }
        if let record = situation.request.authority.record {
            state[entries.uses(record)] = entries.count(authorisation.uses, window: 0)
        }
    }

    private static func height(_ number: Int64) -> Height { Height(rawValue: UInt64(number)) }

    private func registered(_ shown: Situation.Shown, _ situation: Situation, asker: DepartmentName) -> PresentationUse
    {
        let audience: DepartmentName? =
            switch shown.audience {
            case .anybody: nil
            case .requester: asker
            case .others: genesis.document.departments[2].name
            }
        return PresentationUse(
            PresentUse(
                presentation: presentation, licence: shown.isOfTheLicence ? licence : otherLicence,
                purpose: shown.purpose, fields: shown.fields, expiresAt: shown.expiresAt,
                maximumScans: shown.maximumScans, audience: audience),
            holder: situation.licence?.holder, by: owner, at: now, height: .zero)
    }

    private func binding(_ holder: HolderPseudonym, _ key: any SigningKey) -> HolderBinding {
        HolderBinding(
            BindHolder(holder: holder, level: .four, key: key.verificationKey.subjectPublicKeyInfo), by: owner, at: now,
            height: .zero)
    }

    private func attestation(_ level: RealNameLevel) -> HolderProof {
        .attestation(CounterAttestation(level: level, evidence: digest("form")))
    }

    private func statement(_ situation: Situation, asker: DepartmentName) -> HolderStatement {
        let end = situation.now.advanced(by: .seconds(situation.proof == .signedAndExpired ? -1 : 30))
        return situation.request.statement(by: asker, notAfter: end, genesis: genesis)
    }

    private func proof(_ situation: Situation, asker: DepartmentName) throws -> HolderProof? {
        switch situation.proof {
        case .none: return nil
        case .counterStrong: return attestation(.three)
        case .counterWeak: return attestation(.two)
        case .signed, .signedByAnother, .signedAndExpired, .signedAndUsedBefore:
            let isAgents = (situation.request.agent != nil) != (situation.proof == .signedByAnother)
            return .signature(
                try statement(situation, asker: asker).signed(by: isAgents ? agentKey : holderKey, suite: genesis.suite)
            )
        }
    }
}

/// A ledger's state as a dictionary.
struct StateInMemory: ContractReader {
    let genesis: Genesis
    private var entries: [StateAddress: [UInt8]] = [:]

    init(genesis: Genesis) { self.genesis = genesis }

    subscript(address: StateAddress) -> [UInt8]? {
        get { entries[address] }
        set { entries[address] = newValue }
    }

    func get(_ key: StateKey) throws(ContractError) -> [UInt8]? {
        try get(key, of: UsageContract.contractName)
    }

    func get(_ key: StateKey, of contract: String) throws(ContractError) -> [UInt8]? {
        entries[StateAddress(contract: contract, key: key)]
    }
}

/// The cases of one-things that the situations know, by their codes.
struct BenchOneThings: OneThingStandings {
    static let open = "ONE-THING-OPEN"
    static let over = "ONE-THING-OVER"

    func isOpen(
        _ code: OneThingCode, for _: DepartmentName, at _: Timestamp, in _: inout some ContractReader
    ) throws(ContractError) -> Bool? {
        switch code.text {
        case Self.open: true
        case Self.over: false
        default: nil
        }
    }
}
