import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import Testing
import ZhenglianClient

@Suite struct AuthorisationContractTests {
    private let world: TestUsage

    init() throws { world = try TestUsage() }

    @Test func aHoldersStatementTakesEffectOnce() async throws {
        try await world.issue()
        try await world.bind()
        let wish = GrantWish(grantor: world.holder, recipient: .department(world.using, nil), scope: try world.scope())
        let proof = try world.signature(wish.statement(notAfter: world.at(86_400), genesis: world.genesis))
        _ = try await world.owner.authorisations.grant(wish, proof: proof)
        #expect(
            try await world.code { try await world.stranger.authorisations.grant(wish, proof: proof) }
                == .alreadyWritten)
    }

    @Test func nobodySignsForAHolderButTheBoundKeyInTime() async throws {
        try await world.issue()
        try await world.bind()
        let wish = GrantWish(grantor: world.holder, recipient: .department(world.using, nil), scope: try world.scope())
        let forged = try world.signature(
            wish.statement(notAfter: world.at(86_400), genesis: world.genesis), by: world.agentKey)
        #expect(try await world.code { try await world.owner.authorisations.grant(wish, proof: forged) } == .wrongProof)
        let late = try world.signature(wish.statement(notAfter: world.at(0), genesis: world.genesis))
        #expect(try await world.code { try await world.owner.authorisations.grant(wish, proof: late) } == .wrongProof)
        let withdrawal = WithdrawGrant.statement(
            of: GrantIdentifier(world.digest("x")), notAfter: world.at(86_400), genesis: world.genesis)
        let other = try world.signature(withdrawal)
        #expect(try await world.code { try await world.owner.authorisations.grant(wish, proof: other) } == .wrongProof)
    }

    @Test func nobodyGrantsTheLicencesOfOthers() async throws {
        try await world.issue()
        try await world.bind()
        let wish = GrantWish(grantor: world.agent, recipient: .department(world.using, nil), scope: try world.scope())
        let proof = try world.signature(
            wish.statement(notAfter: world.at(86_400), genesis: world.genesis), by: world.agentKey)
        #expect(try await world.code { try await world.owner.authorisations.grant(wish, proof: proof) } == .wrongScope)
    }

    @Test func aCounterThatHardlyKnowsThePersonCannotSpeakForThem() async throws {
        try await world.issue()
        let wish = GrantWish(grantor: world.holder, recipient: .department(world.using, nil), scope: try world.scope())
        for (level, code) in [(RealNameLevel.two, ContractError.Code.wrongProof), (.three, nil)] {
            let proof = HolderProof.attestation(CounterAttestation(level: level, evidence: world.digest("form")))
            #expect(try await world.code { try await world.user.authorisations.grant(wish, proof: proof) } == code)
        }
    }

    @Test func onACountersWordOnlyWhoWroteOrBoundWithdraws() async throws {
        let grant = try await world.prepare()
        let proof = HolderProof.attestation(CounterAttestation(level: .four, evidence: world.digest("form")))
        #expect(
            try await world.code { try await world.user.authorisations.withdraw(grant, proof: proof) } == .notPermitted)
        #expect(try await world.code { try await world.owner.authorisations.withdraw(grant, proof: proof) } == nil)
        #expect(
            try await world.code { try await world.owner.authorisations.withdraw(grant, proof: proof) } == .alreadyEnded
        )
        #expect(
            try await world.owner.authorisations.grant(grant).withdrawal?.by == world.owner.identity.member.department)
    }

    @Test func aBoundHolderIsBoundAnewByAnotherDepartmentOnlyWithTheHoldersConsent() async throws {
        try await world.bind()
        let key = world.consortium.suite.generateSigningKey().verificationKey.subjectPublicKeyInfo
        let bind = BindHolder(holder: world.holder, level: .four, key: key)
        #expect(try await world.code { try await world.user.authorisations.bind(bind) } == .notPermitted)
        let statement = bind.statement(notAfter: world.at(86_400), genesis: world.genesis)
        let consent = try statement.signed(by: world.holderKey, suite: world.consortium.suite)
        let agreed = BindHolder(holder: world.holder, level: .four, key: key, consent: consent)
        #expect(try await world.code { try await world.user.authorisations.bind(agreed) } == nil)
        #expect(try await world.user.authorisations.holder(world.holder).binding?.key == key)
    }

    @Test func onlyWhoHasIssuedTheHolderALicenceOrIdentifiesHoldersBindsFirst() async throws {
        let licence = try await world.issue()
        let key = world.holderKey.verificationKey.subjectPublicKeyInfo
        func bind(
            _ holder: HolderPseudonym, by client: ZhenglianClient, _ licence: LicenceIdentifier?
        ) async throws -> ContractError.Code? {
            let bind = BindHolder(holder: holder, level: .four, key: key, licence: licence)
            return try await world.code { try await client.authorisations.bind(bind) }
        }
        #expect(try await bind(world.holder, by: world.owner, nil) == .notPermitted)
        #expect(try await bind(world.holder, by: world.user, licence) == .notPermitted)
        #expect(try await bind(world.agent, by: world.owner, licence) == .notPermitted)
        #expect(try await bind(world.holder, by: world.owner, try world.identifier("Z9")) == .notPermitted)
        #expect(try await bind(world.holder, by: world.owner, licence) == nil)
        // The same department binds anew without naming the licence again.
        #expect(try await bind(world.holder, by: world.owner, nil) == nil)
        // Whoever has no licence here is bound by whom the consortium has voted for.
        let nowhere = try #require(DepartmentName("nowhere"))
        #expect(
            try await world.code { try await world.vote(.standard.next(identityDepartments: [nowhere])) } == .notFound)
        _ = try await world.vote(.standard.next(identityDepartments: [world.using]))
        #expect(try await bind(world.agent, by: world.stranger, nil) == .notPermitted)
        #expect(try await bind(world.agent, by: world.user, nil) == nil)
    }

    @Test func aGrantUnderAnOlderPseudonymHoldsForTheHoldersNewOne() async throws {
        try await world.bind()
        let newer = HolderPseudonym(epoch: 2, digest: world.digest("newer"))
        #expect(
            try await world.code { try await world.user.authorisations.relink(newer, to: world.holder) }
                == .notPermitted)
        #expect(
            try await world.code { try await world.owner.authorisations.relink(world.holder, to: newer) } == .wrongLink)
        // Linked to a pseudonym that it has bound, another's would be signed for by the key of its choice.
        #expect(
            try await world.code { try await world.owner.authorisations.relink(newer, to: world.holder) }
                == .notPermitted)
        let issued = try await world.issue("NEWER", of: newer)
        try await world.owner.authorisations.relink(newer, to: world.holder, licence: issued)
        let answer = try await world.user.authorisations.holder(newer)
        #expect(answer.pseudonyms == [newer, world.holder])
        #expect(answer.binding?.holder == world.holder)
        // The licence is under the older pseudonym, the grant under the newer one, signed by the key bound to the
        // older.
        try await world.issue()
        try await world.entitle()
        let wish = GrantWish(grantor: newer, recipient: .department(world.using, nil), scope: try world.scope())
        let proof = try world.signature(wish.statement(notAfter: world.at(86_400), genesis: world.genesis))
        let grant = try await world.owner.authorisations.grant(wish, proof: proof)
        #expect(try await world.user.uses.decide(try world.request(.grant(grant))).isAllowed)
    }

    @Test func personalDataIsRefusedInEveryText() async throws {
        try await world.issue()
        let cause = "为 650102199001011239 办理"
        let request = RequestAccess(
            owner: world.owner.identity.member.department, application: try ApplicationName("counter"),
            scope: try world.scope(), cause: cause)
        #expect(try await world.code { try await world.user.authorisations.request(request) } == .personalData)
        let basis = DeclareBasis(reference: cause, department: world.using, scope: try world.scope())
        #expect(try await world.code { try await world.owner.authorisations.declare(basis) } == .personalData)
        let freeze = FreezeUse(.licence(LicenceKey(try world.identifier())), basis: "13912345678")
        #expect(try await world.code { try await world.owner.authorisations.freeze(freeze) } == .personalData)
    }

    @Test func aDepartmentDeclaresBasesForItsOwnLicencesAlone() async throws {
        try await world.issue()
        let basis = DeclareBasis(reference: "某条例第一条", department: world.using, scope: try world.scope())
        #expect(try await world.code { try await world.stranger.authorisations.declare(basis) } == .wrongScope)
    }
}
