import ClientTestKit
import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import Testing

@Suite struct EvidenceContractTests {
    private let registry: TestRegistry
    private let ledger: SubmitterLedger

    init() throws {
        registry = try TestRegistry()
        ledger = registry.ledger()
    }

    private func code(_ calls: [EvidenceCall], as member: MemberIdentity? = nil) async throws -> ContractError.Code? {
        // Each time meant anew: the ledger has to answer it again.
        let submitter = registry.ledger(as: member).submitter
        return try await submitter.outcome(of: calls.map(\.call)).rejection.map { .init(rawValue: $0.code) }
    }

    @Test func anIssuedLicenceIsFoundByItsIdentifierAndByItsFile() async throws {
        let identifier = try registry.identifier("A1")
        let outcome = try await ledger.outcome(of: [registry.issue(identifier, registry.content("deed"))])
        #expect(outcome.rejection == nil)
        let answer = try await ledger.evidence(of: [identifier])
        let record = try #require(answer[identifier])
        #expect(record.status == .valid)
        #expect(record.department == registry.counter.member.department)
        #expect(record.content == registry.content("deed"))
        #expect(record.transaction == outcome.transaction)
        #expect(record.issuedHeight == outcome.height)
        #expect(record.issuerKey == registry.counter.certificate.publicKey.identifier)
        #expect(answer.height == registry.client.height)
        #expect(answer.time >= record.issuedAt)
        #expect(try await ledger.evidence(ofFile: registry.digest("deed")).records == [record])
    }

    @Test func whatIsNotThereIsAnAnswerToo() async throws {
        let answer = try await ledger.evidence(of: [try registry.identifier("A1")])
        #expect(answer.records.isEmpty)
        #expect(try await ledger.evidence(ofFile: registry.digest("deed")).records.isEmpty)
    }

    @Test func onlyTheDepartmentThatOwnsTheCodeMayWrite() async throws {
        let identifier = try registry.identifier("A1")
        let call = registry.issue(identifier, registry.content("deed"))
        #expect(try await code([call], as: registry.neighbour) == .notPermitted)
        #expect(try await code([call]) == nil)
        let next = registry.change(
            try #require(identifier.nextVersion), from: identifier, registry.content("deed 2"))
        #expect(try await code([next], as: registry.neighbour) == .notPermitted)
        #expect(try await code([registry.revoke(identifier)], as: registry.neighbour) == .notPermitted)
        let unowned = try registry.identifier("A1", code: "11650000MB2000004N")
        #expect(try await code([registry.issue(unowned, registry.content(nil))]) == .notPermitted)
    }

    @Test(arguments: [
        (Role.client, true), (.administrator, true), (.validator, false), (.observer, false), (.auditor, false),
    ])
    func onlyClientsAndAdministratorsWrite(_ role: Role, _ isAllowed: Bool) async throws {
        let member = try registry.consortium.member("somebody", role: role)
        let call = registry.issue(try registry.identifier("A1"), registry.content("deed"))
        #expect(try await code([call], as: member) == (isAllowed ? nil : .notPermitted))
    }

    @Test func theSameLicenceIsIssuedOnce() async throws {
        let identifier = try registry.identifier("A1")
        #expect(try await code([registry.issue(identifier, registry.content("deed"))]) == nil)
        let again = [registry.issue(identifier, registry.content("deed")).call]
        await #expect(throws: TransactionRejected(code: .alreadyIssued)) {
            try await Submitter(client: registry.client, identity: registry.counter).submit(again)
        }
        #expect(try await code([registry.issue(identifier, registry.content("other"))]) == .contentDiffers)
        let metadata = registry.content("deed", metadata: "other")
        #expect(try await code([registry.issue(identifier, metadata)]) == .contentDiffers)
    }

    @Test func aFurtherVersionIsAChangeAndNoIssue() async throws {
        let first = try registry.identifier("A1")
        let second = try registry.identifier("A1", version: 2)
        #expect(try await code([registry.issue(first, registry.content("deed"))]) == nil)
        #expect(try await code([registry.issue(second, registry.content("deed 2"))]) == .wrongVersion)
        #expect(try await code([registry.change(second, from: first, registry.content("deed 2"))]) == nil)
        let answer = try await ledger.evidence(of: [first])
        #expect(answer.records.map(\.identifier) == [first, second])
        #expect(answer[first]?.status == .superseded)
        #expect(answer[first]?.supersededBy == second)
        #expect(answer[second]?.status == .valid)
        #expect(answer[second]?.supersedes == first)
        #expect(answer.newest(of: first)?.identifier == second)
    }

    @Test func aLicenceMayBeginAtALaterVersion() async throws {
        let third = try registry.identifier("A1", version: 3)
        #expect(try await code([registry.issue(third, registry.content("deed"))]) == nil)
        #expect(
            try await code([registry.issue(try registry.identifier("A1"), registry.content("old"))]) == .wrongVersion)
    }

    @Test func aChangeFollowsTheVersionInForceByOne() async throws {
        let versions = try (1...4).map { try registry.identifier("A1", version: $0) }
        #expect(try await code([registry.issue(versions[0], registry.content("1"))]) == nil)
        #expect(
            try await code([registry.change(versions[2], from: versions[0], registry.content("3"))]) == .wrongVersion)
        #expect(try await code([registry.change(versions[2], from: versions[1], registry.content("3"))]) == .notFound)
        #expect(try await code([registry.change(versions[1], from: versions[0], registry.content("2"))]) == nil)
        #expect(
            try await code([registry.change(versions[1], from: versions[0], registry.content("2"))]) == .alreadyIssued)
        #expect(
            try await code([registry.change(versions[2], from: versions[0], registry.content("3"))]) == .notInForce)
        let stranger = try registry.identifier("B1", version: 3)
        #expect(
            try await code([registry.change(stranger, from: versions[1], registry.content("3"))]) == .wrongVersion)
    }

    @Test func aFileBelongsToOneLicence() async throws {
        let first = try registry.identifier("A1")
        let second = try registry.identifier("A1", version: 2)
        let other = try registry.identifier("B1")
        #expect(try await code([registry.issue(first, registry.content("deed"))]) == nil)
        #expect(try await code([registry.issue(other, registry.content("deed"))]) == .fileInUse)
        // A renewal may leave the file as it is; then the file leads to the version in force.
        let renewal = registry.content("deed", metadata: "renewed")
        #expect(try await code([registry.change(second, from: first, renewal)]) == nil)
        #expect(try await ledger.evidence(ofFile: registry.digest("deed")).records.map(\.identifier) == [second])
    }

    @Test func aFileOfAnOldVersionStillLeadsToIt() async throws {
        let first = try registry.identifier("A1")
        let second = try registry.identifier("A1", version: 2)
        #expect(try await code([registry.issue(first, registry.content("deed"))]) == nil)
        #expect(try await code([registry.change(second, from: first, registry.content("deed 2"))]) == nil)
        let old = try await ledger.evidence(ofFile: registry.digest("deed")).records
        #expect(old.map(\.identifier) == [first])
        #expect(old.map(\.status) == [.superseded])
        #expect(try await ledger.evidence(ofFile: registry.digest("deed 2")).records.map(\.identifier) == [second])
    }

    @Test func aLicenceEndsOnceWithStatusAndBasis() async throws {
        let identifier = try registry.identifier("A1")
        #expect(try await code([registry.revoke(identifier)]) == .notFound)
        #expect(try await code([registry.issue(identifier, registry.content("deed"))]) == nil)
        #expect(try await code([registry.revoke(identifier, .revokedAsPenalty)]) == nil)
        let record = try #require(try await ledger.evidence(of: [identifier])[identifier])
        #expect(record.status == .revoked)
        #expect(record.revocation?.status == .revokedAsPenalty)
        #expect(record.revocation?.basis == "行政许可法第七十条")
        #expect(try await code([registry.revoke(identifier, .cancelled)]) == .notInForce)
        let next = registry.change(try #require(identifier.nextVersion), from: identifier, registry.content("deed 2"))
        #expect(try await code([next]) == .notInForce)
    }

    @Test(arguments: [LicenceStatus.valid, .suspended, .other])
    func aLicenceDoesNotEndWithAStatusThatIsNoEnd(_ status: LicenceStatus) async throws {
        let identifier = try registry.identifier("A1")
        #expect(try await code([registry.issue(identifier, registry.content("deed"))]) == nil)
        #expect(try await code([registry.revoke(identifier, status)]) == .wrongStatus)
    }

    @Test(arguments: ["决定书：659978198907266099", "请联系 13912345678"])
    func aBasisHoldsNoPersonalData(_ basis: String) async throws {
        let identifier = try registry.identifier("A1")
        #expect(try await code([registry.issue(identifier, registry.content("deed"))]) == nil)
        let outcome = try await ledger.outcome(of: [registry.revoke(identifier, basis: basis)])
        #expect(outcome.rejection?.code == "personalData")
        #expect(outcome.rejection?.message.contains("6599") == false)
    }

    @Test func aSerialNumberIsNobodysIdentityNumber() async throws {
        let identifier = try registry.identifier("659978198907266099")
        #expect(try await code([registry.issue(identifier, registry.content("deed"))]) == .personalData)
    }

    @Test func aLicenceDoesNotEndWithoutABasis() async throws {
        let identifier = try registry.identifier("A1")
        #expect(try await code([registry.revoke(identifier, basis: "")]) == .malformedArguments)
    }

    @Test func callsOfOneTransactionTakeEffectTogetherOrNotAtAll() async throws {
        let first = try registry.identifier("A1")
        let second = try registry.identifier("A1", version: 2)
        let calls = [
            registry.issue(first, registry.content("deed")),
            registry.change(second, from: first, registry.content("2")),
            registry.revoke(try registry.identifier("B1")),
        ]
        let rejection = try #require(try await ledger.outcome(of: calls).rejection)
        #expect(rejection.call == 2)
        #expect(try await ledger.evidence(of: [first]).records.isEmpty)
        #expect(try await code(Array(calls.prefix(2))) == nil)
        #expect(try await ledger.evidence(of: [first]).records.count == 2)
    }

    @Test func argumentsThatAreNotStrictAreRefused() async throws {
        let arguments = IssueEvidence(identifier: try registry.identifier("A1"), content: registry.content("deed"))
        var broken = arguments.derBytes
        // Another serial, whose check character would be another.
        let serial = try #require(broken.lastIndex(of: UInt8(ascii: "A")))
        broken[serial] = UInt8(ascii: "B")
        let call = Call(contract: "evidence", method: "issue", arguments: broken)
        await #expect(throws: TransactionRejected(code: .malformedArguments)) {
            try await Submitter(client: registry.client, identity: registry.counter).submit([call])
        }
    }

    @Test func eventsNameTheLicence() async throws {
        let identifier = try registry.identifier("A1")
        let outcome = try await ledger.outcome(of: [
            registry.issue(identifier, registry.content("deed")), registry.revoke(identifier),
        ])
        guard case .applied(let events, _) = outcome.status else {
            Issue.record("the transaction was rejected: \(outcome)")
            return
        }
        #expect(events.map(\.name) == [EvidenceContract.Event.issued, EvidenceContract.Event.revoked])
        #expect(events.map(\.payload) == [EvidencePointer(identifier).derBytes, EvidencePointer(identifier).derBytes])
    }
}

extension TransactionRejected {
    /// What equals every rejection with this code.
    init(code: ContractError.Code) {
        let rejection = Rejection(call: 0, code: code.rawValue, message: "")
        let transaction = TransactionIdentifier(.zero)
        self.init(
            rejection, of: Outcome(transaction: transaction, height: .zero, index: 0, status: .rejected(rejection)))
    }
}
