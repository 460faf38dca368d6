import ClientTestKit
import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import Testing

/// The life of a licence in the catalogue: what its owner may do, and what nobody may.
@Suite struct CatalogueContractTests {
    private let registry: TestRegistry
    private let ledger: SubmitterLedger
    private let identifier: LicenceIdentifier

    init() throws {
        registry = try TestRegistry()
        ledger = registry.ledger()
        identifier = try registry.identifier("A1")
    }

    private func code(_ calls: [LicenceCall], as member: MemberIdentity? = nil) async throws -> ContractError.Code? {
        try await registry.code(calls, as: member)
    }

    private func record() async throws -> CatalogueRecord {
        try #require(try await ledger.licences([identifier]).record(of: identifier))
    }

    private func issue(until: String? = nil) async throws {
        #expect(try await code(try registry.issue(identifier, registry.content("deed"), until: until)) == nil)
    }

    @Test func anIssuedLicenceIsInTheCatalogueWithWhatItsOwnerSaid() async throws {
        let holder = HolderPseudonym(epoch: 3, digest: registry.digest("holder"))
        let outcome = try await ledger.outcome(
            of: try registry.issue(identifier, registry.content("deed"), until: "20300101", holder: holder))
        #expect(outcome.rejection == nil)
        let record = try await record()
        #expect(record.identifier == identifier)
        #expect(record.department == registry.counter.member.department)
        #expect(record.holder == holder)
        #expect(record.validity.untilText == "20300101")
        #expect(record.status == .valid && record.operation == .issue)
        #expect(record.revision == 1 && record.previous == nil)
        #expect(record.transaction == outcome.transaction && record.changedHeight == outcome.height)
    }

    @Test func onlyTheDepartmentThatOwnsTheCodeMayWrite() async throws {
        let calls = try registry.issue(identifier, registry.content("deed"))
        #expect(try await code(calls, as: registry.neighbour) == .notPermitted)
        #expect(try await code(calls) == nil)
        let next = try registry.change(
            try #require(identifier.nextVersion), from: identifier, registry.content("deed 2"))
        #expect(try await code(next, as: registry.neighbour) == .notPermitted)
        #expect(try await code([registry.decide(identifier)], as: registry.neighbour) == .notPermitted)
        let takeDown = LicenceCall.takeDown(TakeDownLicence(identifier: identifier, basis: "个保法第四十七条"))
        #expect(try await code([takeDown], as: registry.neighbour) == .notPermitted)
        let unowned = try registry.identifier("A1", code: "11650000MB2000004N")
        #expect(try await code(try registry.issue(unowned, registry.content(nil))) == .notPermitted)
    }

    @Test(arguments: [
        (Role.client, true), (.administrator, true), (.validator, false), (.observer, false), (.auditor, false),
    ])
    func onlyClientsAndAdministratorsWrite(_ role: Role, _ isAllowed: Bool) async throws {
        let member = try registry.consortium.member("somebody", role: role)
        let calls = try registry.issue(identifier, registry.content("deed"))
        #expect(try await code(calls, as: member) == (isAllowed ? nil : .notPermitted))
    }

    @Test func theSameLicenceIsIssuedOnce() async throws {
        try await issue()
        #expect(try await code(try registry.issue(identifier, registry.content("deed"))) == .alreadyIssued)
        let metadata = registry.content("deed", metadata: "other")
        #expect(try await code(try registry.issue(identifier, metadata)) == .contentDiffers)
        let second = try registry.identifier("A1", version: 2)
        #expect(try await code(try registry.issue(second, registry.content("deed 2"))) == .wrongVersion)
    }

    @Test func aNewVersionFollowsTheOneInForceByOne() async throws {
        let versions = try (1...4).map { try registry.identifier("A1", version: $0) }
        try await issue()
        #expect(
            try await code(try registry.change(versions[2], from: versions[0], registry.content("3"))) == .wrongVersion)
        #expect(
            try await code(try registry.change(versions[2], from: versions[1], registry.content("3"))) == .notInForce)
        #expect(try await code(try registry.change(versions[1], from: versions[0], registry.content("2"))) == nil)
        #expect(
            try await code(try registry.change(versions[2], from: versions[0], registry.content("3"))) == .notInForce)
        let stranger = try registry.identifier("B1", version: 3)
        #expect(
            try await code(try registry.change(stranger, from: versions[1], registry.content("3"))) == .wrongVersion)
        let unknown = try registry.identifier("C1")
        #expect(
            try await code(
                try registry.change(try registry.identifier("C1", version: 2), from: unknown, registry.content("c")))
                == .notFound)
        let record = try await record()
        #expect(record.identifier == versions[1] && record.related == versions[0] && record.revision == 2)
        #expect(record.operation == .change)
    }

    @Test func everyStateHasTheDigestOfTheOneBefore() async throws {
        try await issue()
        var before = try await record()
        let steps: [LicenceCall] = [
            registry.decide(identifier, .suspended, by: .suspend), registry.decide(identifier, .valid, by: .resume),
            registry.decide(identifier),
        ]
        for step in steps {
            #expect(try await code([step]) == nil)
            let record = try await record()
            #expect(record.previous == registry.consortium.suite.digest(of: before.derBytes))
            #expect(record.revision == before.revision + 1)
            before = record
        }
        #expect(before.status == .cancelled && before.basis == "行政许可法第七十条")
    }

    @Test(arguments: LicenceStatus.standard, LicenceStatus.standard)
    func onlyTheTablesTransitionsAreLegal(_ from: LicenceStatus, _ to: LicenceStatus) async throws {
        let table = LicenceCodeTable.standard
        let changes = table.operations.filter { $0.effect == .status }
        try await issue()
        if from != .valid {
            let operation = try #require(changes.first { $0.allows(from: .valid, to: from) })
            #expect(try await code([registry.decide(identifier, from, by: operation.operation)]) == nil)
        }
        for rule in changes where !rule.allows(from: from, to: to) {
            #expect(try await code([registry.decide(identifier, to, by: rule.operation)]) == .illegalTransition)
        }
        guard let rule = changes.first(where: { $0.allows(from: from, to: to) }) else { return }
        #expect(try await code([registry.decide(identifier, to, by: rule.operation)]) == nil)
        #expect(try await record().status == to)
    }

    @Test func whatHasRunOutExpiresWithoutATransactionAndCanBeRenewed() async throws {
        // The chain begins on 1 January 2026, Beijing time.
        try await issue(until: "20251231")
        let answer = try await ledger.licences([identifier])
        let record = try #require(answer.record(of: identifier))
        #expect(record.status == .valid)
        #expect(record.effectiveStatus(at: answer.time) == .expired)
        let next = try #require(identifier.nextVersion)
        let change = try registry.change(next, from: identifier, registry.content("2"))
        #expect(try await code(change) == .illegalTransition)
        #expect(try await code([registry.decide(identifier, .suspended, by: .suspend)]) == .illegalTransition)
        #expect(
            try await code(try registry.change(next, from: identifier, registry.content("2"), operation: .renew)) == nil
        )
    }

    @Test func anExpiredLicenceIsLookedUpAndNothingElse() async throws {
        try await issue(until: "20251231")
        let record = try await record()
        let time = TestConsortium.createdAt
        #expect(record.isUsable(for: .query, at: time, table: .standard))
        for action in [UseAction.download, .present, .apply] {
            #expect(!record.isUsable(for: action, at: time, table: .standard))
        }
        // On its last day, until midnight in Beijing, it is valid.
        let lastMoment = Timestamp(milliseconds: TestConsortium.createdAt.milliseconds - 8 * 3_600_000 - 1)
        #expect(record.isUsable(for: .present, at: lastMoment, table: .standard))
        #expect(!record.isUsable(for: .present, at: lastMoment.advanced(by: .milliseconds(1)), table: .standard))
    }

    @Test func aLicenceIsTransferredInOnlyWhileItIsTransferredOut() async throws {
        try await issue()
        let other = try registry.identifier("N1", code: TestRegistry.otherCode)
        func transfer(_ related: LicenceIdentifier?) throws -> [LicenceCall] {
            [
                .issue(
                    IssueLicence(
                        try registry.particulars(other, registry.content("n")), operation: .transferIn, related: related
                    ))
            ]
        }
        #expect(try await code(try transfer(nil), as: registry.neighbour) == .relatedMissing)
        #expect(try await code(try transfer(identifier), as: registry.neighbour) == .illegalTransition)
        #expect(try await code([registry.decide(identifier, .transferredOut)]) == nil)
        #expect(try await code([registry.decide(identifier, .valid, by: .cancelTransfer)]) == nil)
        #expect(try await code(try transfer(identifier), as: registry.neighbour) == .illegalTransition)
        #expect(try await code([registry.decide(identifier, .transferredOut)]) == nil)
        #expect(try await code(try transfer(identifier), as: registry.neighbour) == nil)
        // What comes from a ledger elsewhere names a licence that is not here.
        let elsewhere = try registry.identifier("E1", code: "11650000MB2000004N")
        let foreign = try registry.identifier("N2", code: TestRegistry.otherCode)
        let call = LicenceCall.issue(
            IssueLicence(
                try registry.particulars(foreign, registry.content("f")), operation: .transferIn, related: elsewhere))
        #expect(try await code([call], as: registry.neighbour) == nil)
    }

    @Test func takenDownMeansATombstoneInThePlaceOfEverythingElse() async throws {
        let holder = HolderPseudonym(epoch: 1, digest: registry.digest("holder"))
        #expect(try await code(try registry.issue(identifier, registry.content("deed"), holder: holder)) == nil)
        let takeDown = LicenceCall.takeDown(TakeDownLicence(identifier: identifier, basis: "个保法第四十七条"))
        #expect(try await code([takeDown]) == nil)
        let record = try await record()
        #expect(record.tombstone?.basis == "个保法第四十七条")
        #expect(record.holder == nil && record.metadataRoot == nil && record.locator == nil)
        for action in UseAction.allCases {
            #expect(!record.isUsable(for: action, at: TestConsortium.createdAt, table: .standard))
        }
        #expect(try await code([takeDown]) == .takenDown)
        #expect(try await code([registry.decide(identifier)]) == .takenDown)
        let next = try #require(identifier.nextVersion)
        #expect(try await code(try registry.change(next, from: identifier, registry.content("2"))) == .takenDown)
        #expect(try await code(try registry.issue(identifier, registry.content("deed"))) == .contentDiffers)
        let evidence = RecordEvidence(identifier: identifier, content: registry.content("deed"))
        #expect(try await code([.record(evidence)]) == .takenDown)
    }

    @Test func aModificationTakesThePlaceOfTheStateThatItsAuthorHasSeen() async throws {
        try await issue()
        let seen = registry.consortium.suite.digest(of: try await record().derBytes)
        let holder = HolderPseudonym(epoch: 2, digest: registry.digest("holder"))
        let modify = LicenceCall.modify(
            ModifyLicence(
                identifier: identifier, previous: seen, holder: holder, locator: "vault:1", basis: "证照数据治理通知"))
        #expect(try await code([modify]) == nil)
        let record = try await record()
        #expect(record.holder == holder && record.locator == "vault:1" && record.previous == seen)
        #expect(record.operation == .modify)
        #expect(try await code([modify]) == .stateHasMoved)
    }

    @Test(arguments: ["决定书：659978198907266099", "请联系 13912345678"])
    func aBasisHoldsNoPersonalData(_ basis: String) async throws {
        try await issue()
        let outcome = try await ledger.outcome(of: [registry.decide(identifier, basis: basis)])
        #expect(outcome.rejection?.code == "personalData")
        #expect(outcome.rejection?.message.contains("6599") == false)
        let takeDown = LicenceCall.takeDown(TakeDownLicence(identifier: identifier, basis: basis))
        #expect(try await code([takeDown]) == .personalData)
    }

    @Test(arguments: [
        ("659978198907266099", "personalData"), ("vault 1", "malformedArguments"), ("库1", "malformedArguments"),
        ("", "malformedArguments"), (String(repeating: "a", count: 129), "malformedArguments"),
    ])
    func aLocatorIsANameAndNoText(_ locator: String, _ code: String) async throws {
        let particulars = try registry.particulars(identifier, registry.content("deed"), locator: locator)
        #expect(try await self.code([.issue(IssueLicence(particulars))])?.rawValue == code)
    }

    @Test func aSerialNumberIsNobodysIdentityNumber() async throws {
        let identifier = try registry.identifier("659978198907266099")
        #expect(try await code(try registry.issue(identifier, registry.content("deed"))) == .personalData)
    }

    @Test func aDecisionNamesItsBasis() async throws {
        try await issue()
        #expect(try await code([registry.decide(identifier, basis: "")]) == .malformedArguments)
        let long = String(repeating: "a", count: CatalogueRecord.maximumBasisByteCount + 1)
        #expect(try await code([registry.decide(identifier, basis: long)]) == .malformedArguments)
    }

    @Test func anOperationOfAnotherKindIsRefused() async throws {
        try await issue()
        #expect(try await code([registry.decide(identifier, .suspended, by: .change)]) == .wrongOperation)
        let unknown = try LicenceOperation("77")
        #expect(try await code([registry.decide(identifier, .suspended, by: unknown)]) == .unknownCode)
        let next = try registry.change(
            try #require(identifier.nextVersion), from: identifier, registry.content("2"), operation: .suspend)
        #expect(try await code(next) == .wrongOperation)
    }

    @Test func callsOfOneTransactionTakeEffectTogetherOrNotAtAll() async throws {
        let calls =
            try registry.issue(identifier, registry.content("deed")) + [registry.decide(try registry.identifier("B1"))]
        let rejection = try #require(try await ledger.outcome(of: calls).rejection)
        #expect(rejection.call == 2)
        #expect(try await ledger.licences([identifier]).records.isEmpty)
    }

    @Test func eventsNameTheLicence() async throws {
        let outcome = try await ledger.outcome(
            of: try registry.issue(identifier, registry.content("deed")) + [registry.decide(identifier)])
        guard case .applied(let events, _) = outcome.status else {
            Issue.record("the transaction was rejected: \(outcome)")
            return
        }
        #expect(events.map(\.name) == [CatalogueContract.Event.issued, CatalogueContract.Event.statusChanged])
        #expect(events.map(\.payload) == [LicencePointer(identifier).derBytes, LicencePointer(identifier).derBytes])
    }
}
