import ClientTestKit
import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import Testing
import ZhenglianClient

@Suite struct UsageContractTests {
    private let world: TestUsage

    init() throws { world = try TestUsage() }

    @Test(arguments: [CryptoSuiteIdentifier.p256, .sm])
    func aGrantOfTheHolderLetsADepartmentUseALicenceAndTheReceiptIsTheTicket(
        _ suite: CryptoSuiteIdentifier
    ) async throws {
        let world = try TestUsage(suite)
        let grant = try await world.prepare()
        let decision = try await world.user.uses.decide(try world.request(.grant(grant)))
        #expect(decision.isAllowed)
        #expect(decision.fields == [.certificateName, .validUntil])
        #expect(decision.requesterKey == world.user.identity.certificate.publicKey.identifier)
        #expect(decision.expiresAt == decision.decidedAt.advanced(by: .seconds(300)))
        let ticket = try await world.user.uses.ticket(of: decision)
        let findings = try ticket.verify(against: world.genesis)
        guard case .entry(let entry) = findings.subject else {
            Issue.record("the ticket proves no entry")
            return
        }
        #expect(entry.name == UsageContract.stateName(of: decision.identifier))
        #expect(try Decision(derBytes: entry.value, limit: 65_536) == decision)
    }

    @Test func aDenialIsWrittenAndSaysEveryReason() async throws {
        try await world.issue()
        let missing = GrantIdentifier(world.digest("nothing"))
        let decision = try await world.user.uses.decide(try world.request(.grant(missing)))
        #expect(decision.outcome == .denied)
        #expect(decision.reasons == [.notEntitled, .authorityUnknown])
        #expect(decision.fields.isEmpty)
        #expect(try await world.user.uses.decision(decision.identifier) == decision)
        #expect(
            try await world.user.traces.trace(of: .licence(LicenceKey(decision.licence))).proved.events
                == [.decision(decision)])
    }

    @Test func aGrantThatIsExhaustedAllowsNothing() async throws {
        let grant = try await world.prepare(maximumUses: 2)
        for _ in 0..<2 {
            #expect(try await world.user.uses.decide(try world.request(.grant(grant))).isAllowed)
        }
        #expect(try await world.user.uses.decide(try world.request(.grant(grant))).reasons == [.usesExhausted])
    }

    @Test func twoUsesInOneTransactionTakeTwoOfTheGrantsCount() async throws {
        let grant = try await world.prepare(maximumUses: 1)
        let calls = try (0..<2).map { number in
            Call(
                contract: UsageContract.contractName, method: UsageContract.Method.decide,
                arguments: DecideUse(try world.request(.grant(grant), nonce: Int64(number))).derBytes)
        }
        let outcome = try await world.user.submitter.submit(calls)
        guard case .applied(_, let values) = outcome.status else { return }
        let decisions = try values.map { try Decision(derBytes: $0, limit: 65_536) }
        #expect(decisions.map(\.reasons) == [[], [.usesExhausted]])
    }

    @Test func aWithdrawnGrantAllowsNothing() async throws {
        let grant = try await world.prepare()
        let statement = WithdrawGrant.statement(of: grant, notAfter: world.at(86_400), genesis: world.genesis)
        try await world.stranger.authorisations.withdraw(grant, proof: try world.signature(statement))
        #expect(try await world.user.uses.decide(try world.request(.grant(grant))).reasons == [.authorityWithdrawn])
    }

    @Test func whatWasGrantedOnALicenceEndsWithItAndDoesNotComeBackWithIt() async throws {
        let old = try await world.prepare()
        let licence = try world.identifier()
        let transferred = try await world.owner.licences.changeStatus(
            of: licence, to: .transferredOut, by: .end, basis: "建市〔2026〕3号")
        guard case .applied = transferred.status else {
            Issue.record("the licence is not transferred out")
            return
        }
        let close = Call.closingAuthorisations(licence, basis: "建市〔2026〕3号")
        #expect(try await world.code { try await world.user.submitter.submit([close]) } == .notPermitted)
        try await world.owner.submitter.submit([close])
        try await world.owner.licences.changeStatus(
            of: licence, to: .valid, by: .cancelTransfer, basis: "建市〔2026〕4号")
        // The licence is in force again, and its authorisations are not.
        #expect(try await world.user.uses.decide(try world.request(.grant(old))).reasons == [.authorityClosed])
        let new = try await world.grant(nonce: 1)
        #expect(try await world.user.uses.decide(try world.request(.grant(new))).isAllowed)
    }

    @Test(arguments: [LicenceStatus.cancelled, .revokedAsUnlawful, .revokedAsPenalty])
    func endingALicenceClosesWhatWasGrantedOnItInTheSameTransaction(status: LicenceStatus) async throws {
        let grant = try await world.prepare()
        try await world.owner.licences.changeStatus(
            of: world.identifier(), to: status, by: .end, basis: "行政许可法第七十条")
        // It may still be looked up, and not on what was granted before.
        let decision = try await world.user.uses.decide(try world.request(.grant(grant)))
        #expect(decision.reasons == [.authorityClosed])
    }

    @Test func authorisationsOnALicenceInForceAreNotClosed() async throws {
        try await world.issue()
        let close = Call.closingAuthorisations(try world.identifier(), basis: "某决定")
        #expect(try await world.code { try await world.owner.submitter.submit([close]) } == .wrongScope)
        try await world.owner.licences.changeStatus(
            of: world.identifier(), to: .suspended, by: .suspend, basis: "某决定")
        #expect(try await world.code { try await world.owner.submitter.submit([close]) } == .wrongScope)
    }

    @Test func aGrantOnAKindGoesOnForOtherLicences() async throws {
        try await world.issue()
        try await world.issue("B1")
        try await world.entitle()
        let basis = try await world.owner.authorisations.declare(
            DeclareBasis(
                reference: "某条例第一条", department: world.using,
                scope: try world.scope(.type(try world.identifier().typeCode))))
        try await world.owner.licences.changeStatus(
            of: world.identifier(), to: .cancelled, by: .end, basis: "行政许可法第七十条")
        let (first, other) = try (
            world.request(.statutoryBasis(basis)),
            world.request(.statutoryBasis(basis), licence: world.identifier("B1"))
        )
        #expect(try await world.user.uses.decide(first).reasons == [.authorityClosed])
        #expect(try await world.user.uses.decide(other).isAllowed)
    }

    @Test func whatTheGrantDoesNotCoverIsDenied() async throws {
        let grant = try await world.prepare()
        try await world.issue("B1")
        let uses = world.user.uses
        #expect(
            try await uses.decide(try world.request(.grant(grant), purpose: "LOAN-1")).reasons == [.purposeNotCovered])
        let other = try world.identifier("B1")
        #expect(try await uses.decide(try world.request(.grant(grant), licence: other)).reasons == [.licenceNotCovered])
        #expect(
            try await world.stranger.uses.decide(try world.request(.grant(grant))).reasons
                == [.notEntitled, .authorityOfOthers])
    }

    @Test func aRevokedLicenceIsNotUsedAnyMore() async throws {
        let grant = try await world.prepare()
        try await world.owner.submitter.submit([
            LicenceCall.changeStatus(
                ChangeLicenceStatus(
                    identifier: try world.identifier(), operation: .end, status: .cancelled, basis: "行政许可法第七十条")
            ).call
        ])
        let apply = try world.request(.grant(grant), action: .apply)
        #expect(try await world.user.uses.decide(apply).reasons == [.statusForbidsAction])
    }

    @Test func theHolderInPersonIsRecognisedByTheBoundKeyOnce() async throws {
        _ = try await world.prepare()
        let request = try world.request(.holder, action: .apply)
        let statement = request.statement(by: world.using, notAfter: world.at(3_600), genesis: world.genesis)
        let proof = try world.signature(statement)
        #expect(try await world.user.uses.decide(request, proof: proof).isAllowed)
        #expect(try await world.user.uses.decide(request, proof: proof).reasons == [.proofReplayed])
        #expect(try await world.user.uses.decide(request).reasons == [.proofMissing])
        let forged = try world.signature(statement, by: world.agentKey)
        #expect(try await world.user.uses.decide(request, proof: forged).reasons == [.proofInvalid])
        // A signature for one department is none for another.
        #expect(try await world.stranger.uses.decide(request, proof: proof).reasons == [.notEntitled, .proofInvalid])
    }

    @Test func anAgentActsWithinTheGrantedPowersOnly() async throws {
        _ = try await world.prepare()
        let wish = GrantWish(
            grantor: world.holder, recipient: .agent(world.agent), scope: try world.scope(caseNumber: "CASE-1"))
        let grant = try await world.owner.authorisations.grant(
            wish, proof: try world.signature(wish.statement(notAfter: world.at(86_400), genesis: world.genesis)))
        for (number, reasons) in [("CASE-1", []), ("CASE-2", [DenialReason.agentLacksPower])] {
            let request = try world.request(.holder, action: .apply, agent: grant, caseNumber: number)
            let statement = request.statement(by: world.using, notAfter: world.at(3_600), genesis: world.genesis)
            let proof = try world.signature(statement, by: world.agentKey)
            #expect(try await world.user.uses.decide(request, proof: proof).reasons == reasons)
        }
        // A grant to an agent is no grant to a department.
        #expect(try await world.user.uses.decide(try world.request(.grant(grant))).reasons.contains(.authorityOfOthers))
    }

    @Test func aPresentationIsScannedAsOftenAsTheHolderHasSigned() async throws {
        _ = try await world.prepare()
        let now = try await world.now()
        let presentation = PresentationReference(
            identifier: world.digest("presentation"), expiresAt: now.advanced(by: .seconds(60)))
        try await world.present(presentation)
        for (nonce, reasons) in [(Int64(0), []), (1, [DenialReason.presentationUsedUp])] {
            let request = try world.request(.holder, action: .present, nonce: nonce, presentation: presentation)
            let statement = request.statement(by: world.using, notAfter: world.at(86_400), genesis: world.genesis)
            #expect(
                try await world.user.uses.decide(request, proof: try world.signature(statement)).reasons == reasons)
        }
        let unproved = try world.request(.holder, action: .present, presentation: presentation)
        let attestation = HolderProof.attestation(CounterAttestation(level: .four, evidence: world.digest("form")))
        #expect(
            try await world.user.uses.decide(unproved, proof: attestation).reasons
                == [.presentationUnproved, .presentationUsedUp])
    }

    /// The holder's signature alone does not make a presentation: the owner's node has said on the ledger what it
    /// shows.
    @Test func aScanAsksForWhatTheOwnersNodeHasPresentedAndToWhomItDid() async throws {
        _ = try await world.prepare()
        let end = try await world.now().advanced(by: .seconds(60))
        func reference(_ name: String) -> PresentationReference {
            PresentationReference(identifier: world.digest(name), expiresAt: end, maximumScans: 16)
        }
        func decide(
            _ reference: PresentationReference, action: UseAction = .present, purpose: String = "TAX-1",
            fields: [LicenceColumn] = [.certificateName], licence: String = "A1"
        ) async throws -> [DenialReason] {
            let request = try world.request(
                .holder, licence: try world.identifier(licence), purpose: purpose, action: action, fields: fields,
                presentation: reference)
            let statement = request.statement(by: world.using, notAfter: world.at(86_400), genesis: world.genesis)
            return try await world.user.uses.decide(request, proof: try world.signature(statement)).reasons
        }
        try await world.issue("B1")
        let shown = reference("shown")
        #expect(try await decide(shown) == [.presentationUnknown])
        try await world.present(shown)
        #expect(try await decide(shown, action: .query) == [.presentationDiffers])
        #expect(try await decide(shown, purpose: "LOAN-1") == [.presentationDiffers])
        #expect(try await decide(shown, fields: [.certificateName, .holderCode]) == [.presentationDiffers])
        #expect(try await decide(shown, licence: "B1") == [.presentationDiffers])
        let longer = PresentationReference(
            identifier: shown.identifier, expiresAt: end.advanced(by: .seconds(1)), maximumScans: 16)
        #expect(try await decide(longer) == [.presentationDiffers])
        #expect(try await decide(shown, fields: [.validUntil]) == [])
        let forStranger = reference("for a stranger")
        try await world.present(forStranger, to: world.stranger.identity.member.department)
        #expect(try await decide(forStranger) == [.presentationForOthers])
        let forUser = reference("for the user")
        try await world.present(forUser, to: world.using)
        #expect(try await decide(forUser) == [])
    }

    @Test func aTicketIsUsedOnceByTheOwnerWithinItsTimeAndItsFields() async throws {
        let grant = try await world.prepare()
        let decision = try await world.user.uses.decide(try world.request(.grant(grant)))
        func release(_ fields: [LicenceColumn], by client: ZhenglianClient) async throws -> ContractError.Code? {
            let release = ReleaseUse(
                decision: decision.identifier, kind: .fields, fields: fields, delivered: world.digest("delivered"))
            return try await world.code { try await client.uses.release(release) }
        }
        #expect(try await release([.certificateName], by: world.user) == .notPermitted)
        #expect(try await release([.holderName], by: world.owner) == .notPermitted)
        #expect(try await release([.certificateName], by: world.owner) == nil)
        #expect(try await release([.certificateName], by: world.owner) == .ticketUsed)
        let late = try await world.user.uses.decide(try world.request(.grant(grant), nonce: 1))
        try await world.node.idle(310)
        let release = ReleaseUse(
            decision: late.identifier, kind: .fields, fields: [.certificateName], delivered: world.digest("x"))
        #expect(try await world.code { try await world.owner.uses.release(release) } == .ticketExpired)
        let denied = try await world.user.uses.decide(try world.request(.grant(grant), purpose: "LOAN-1", nonce: 2))
        let refused = ReleaseUse(
            decision: denied.identifier, kind: .fields, fields: [.certificateName], delivered: world.digest("x"))
        #expect(try await world.code { try await world.owner.uses.release(refused) } == .notPermitted)
    }

    @Test func listsOfLicencesAreNotPulledInOneTransaction() async throws {
        let grant = try await world.prepare()
        let calls = try (0..<17).map { number in
            Call(
                contract: UsageContract.contractName, method: UsageContract.Method.decide,
                arguments: DecideUse(try world.request(.grant(grant), nonce: Int64(number))).derBytes)
        }
        #expect(try await world.code { try await world.user.submitter.submit(calls) } == .bulkPull)
        #expect(try await world.code { try await world.user.submitter.submit(Array(calls.prefix(16))) } == nil)
    }

    @Test func oneHoldersLicencesAreUsedSoOftenInAMinuteAndThenDeniedAndThenNotAnswered() async throws {
        let grant = try await world.prepare()
        let administrators = try (0..<3).map { number in
            ZhenglianClient(
                ledger: world.node,
                identity: try world.consortium.member("admin", department: number, role: .administrator))
        }
        let rules = try DecisionRules.standard.next(holderMinuteLimit: 2)
        func call(_ method: String, _ arguments: some DERSequence) -> Call {
            Call(contract: UsageContract.contractName, method: method, arguments: arguments.derBytes)
        }
        try await administrators[0].uses.propose(rules)
        let digest = world.consortium.suite.digest(of: rules.derBytes)
        try await administrators[1].uses.approveRules(digest)
        #expect(try await world.user.uses.rules().table.version == 1)
        #expect(try await world.user.uses.rules().proposal?.approvals.count == 2)
        #expect(try await world.code { try await administrators[1].uses.approveRules(digest) } == .alreadyApproved)
        try await administrators[2].uses.approveRules(digest)
        #expect(try await world.user.uses.rules() == TableAnswer(table: rules, proposal: nil))
        let calls = try (0..<5).map { number in
            call(UsageContract.Method.decide, DecideUse(try world.request(.grant(grant), nonce: Int64(number))))
        }
        let outcome = try await world.user.submitter.submit(Array(calls.prefix(4)))
        guard case .applied(_, let values) = outcome.status else { return }
        let reasons = try values.map { try Decision(derBytes: $0, limit: 65_536).reasons }
        #expect(reasons == [[], [], [.holderRateExceeded], [.holderRateExceeded]])
    }

    @Test func statutoryBasisNeedsNoHolderAndEndsWithItsOwnersWord() async throws {
        try await world.issue()
        try await world.entitle()
        let declaration = DeclareBasis(
            reference: "市场主体登记管理条例第十七条", department: world.using,
            scope: try world.scope(.type(try world.identifier().typeCode)))
        let basis = try await world.owner.authorisations.declare(declaration)
        #expect(try await world.user.uses.decide(try world.request(.statutoryBasis(basis))).isAllowed)
        #expect(try await world.code { try await world.user.authorisations.end(basis) } == .notPermitted)
        try await world.owner.authorisations.end(basis)
        #expect(
            try await world.user.uses.decide(try world.request(.statutoryBasis(basis))).reasons == [.authorityWithdrawn]
        )
    }

    @Test func anAnsweredRequestAllowsUntilEitherSideEndsIt() async throws {
        try await world.issue()
        try await world.entitle()
        let request = try await world.user.authorisations.request(
            RequestAccess(
                owner: world.owner.identity.member.department, application: try ApplicationName("counter"),
                scope: try world.scope(), cause: "企业开办一件事"))
        let use = try world.request(.answeredRequest(request))
        #expect(try await world.user.uses.decide(use).reasons == [.authorityWithdrawn])
        let answer = AnswerRequest(request, .granted)
        #expect(try await world.code { try await world.user.authorisations.answer(answer) } == .notPermitted)
        try await world.owner.authorisations.answer(answer)
        #expect(try await world.code { try await world.owner.authorisations.answer(answer) } == .alreadyEnded)
        #expect(try await world.user.uses.decide(use).isAllowed)
        try await world.user.authorisations.end(request)
        #expect(try await world.user.uses.decide(use).reasons == [.authorityWithdrawn])
    }

    @Test func freezesStopUsesUntilTheyAreLifted() async throws {
        let grant = try await world.prepare()
        let freeze = FreezeUse(.licence(LicenceKey(try world.identifier())), basis: "内部通报第3号")
        #expect(try await world.code { try await world.user.authorisations.freeze(freeze) } == .notPermitted)
        try await world.owner.authorisations.freeze(freeze)
        #expect(try await world.user.uses.decide(try world.request(.grant(grant))).reasons == [.licenceFrozen])
        try await world.owner.authorisations.unfreeze(freeze)
        #expect(try await world.user.uses.decide(try world.request(.grant(grant))).isAllowed)
    }

    @Test func aLicenceThatIsUnknownIsDeniedInTheTraceOfItsIssuer() async throws {
        try await world.entitle()
        let decision = try await world.user.uses.decide(try world.request(.holder))
        #expect(decision.reasons == [.licenceUnknown, .holderUnknown])
        #expect(decision.owner == world.owner.identity.member.department)
    }
}
