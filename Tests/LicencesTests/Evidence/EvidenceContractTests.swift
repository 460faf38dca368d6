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

    private func code(_ calls: [LicenceCall], as member: MemberIdentity? = nil) async throws -> ContractError.Code? {
        try await registry.code(calls, as: member)
    }

    @Test func anIssuedLicenceIsFoundByItsIdentifierAndByItsFile() async throws {
        let identifier = try registry.identifier("A1")
        let outcome = try await ledger.outcome(of: try registry.issue(identifier, registry.content("deed")))
        #expect(outcome.rejection == nil)
        let answer = try await ledger.licences([identifier])
        let evidence = try #require(answer.evidence(of: identifier))
        #expect(evidence.department == registry.counter.member.department)
        #expect(evidence.content == registry.content("deed"))
        #expect(evidence.transaction == outcome.transaction)
        #expect(evidence.issuedHeight == outcome.height)
        #expect(evidence.issuerKey == registry.counter.certificate.publicKey.identifier)
        #expect(answer.height == registry.client.height)
        let found = try await ledger.licence(ofFile: registry.digest("deed"))
        #expect(found.evidence == [evidence])
        #expect(found.records == answer.records)
    }

    @Test func whatIsNotThereIsAnAnswerToo() async throws {
        let answer = try await ledger.licences([try registry.identifier("A1")])
        #expect(answer.records.isEmpty && answer.evidence.isEmpty)
        #expect(try await ledger.licence(ofFile: registry.digest("deed")).evidence.isEmpty)
    }

    @Test func evidenceIsTakenOfWhatTheCatalogueHasAlone() async throws {
        let identifier = try registry.identifier("A1")
        let calls = try registry.issue(identifier, registry.content("deed"))
        #expect(try await code([calls[1]]) == .notInForce)
        #expect(try await code([calls[0]]) == nil)
        let otherFields = registry.content("deed", metadata: "others")
        #expect(
            try await code([.record(RecordEvidence(identifier: identifier, content: otherFields))]) == .contentDiffers)
        #expect(try await code([calls[1]], as: registry.neighbour) == .notPermitted)
        let second = try #require(identifier.nextVersion)
        #expect(
            try await code([.record(RecordEvidence(identifier: second, content: registry.content("2")))]) == .notInForce
        )
        #expect(try await code([calls[1]]) == nil)
    }

    @Test func evidenceIsWrittenOnce() async throws {
        let identifier = try registry.identifier("A1")
        let calls = try registry.issue(identifier, registry.content("deed"))
        #expect(try await code(calls) == nil)
        #expect(try await code([calls[1]]) == .alreadyIssued)
        let other = RecordEvidence(identifier: identifier, content: registry.content("other"))
        #expect(try await code([.record(other)]) == .contentDiffers)
    }

    @Test func evidenceOfAnOldVersionStays() async throws {
        let (first, second) = (try registry.identifier("A1"), try registry.identifier("A1", version: 2))
        #expect(try await code(try registry.issue(first, registry.content("deed"))) == nil)
        #expect(try await code(try registry.change(second, from: first, registry.content("deed 2"))) == nil)
        let old = try await ledger.licence(ofFile: registry.digest("deed"))
        #expect(old.evidence.map(\.identifier) == [first])
        #expect(old.records.map(\.identifier) == [second])
        let new = try await ledger.licences([first, second])
        #expect(new.evidence(of: second)?.supersedes == first)
        #expect(new.evidence(of: first)?.supersedes == nil)
    }

    @Test func aFileBelongsToOneLicence() async throws {
        let first = try registry.identifier("A1")
        let second = try registry.identifier("A1", version: 2)
        let other = try registry.identifier("B1")
        #expect(try await code(try registry.issue(first, registry.content("deed"))) == nil)
        #expect(try await code(try registry.issue(other, registry.content("deed"))) == .fileInUse)
        // A renewal may leave the file as it is; then the file leads to the version in force.
        let renewal = registry.content("deed", metadata: "renewed")
        #expect(try await code(try registry.change(second, from: first, renewal)) == nil)
        #expect(try await ledger.licence(ofFile: registry.digest("deed")).evidence.map(\.identifier) == [second])
    }

    @Test func argumentsThatAreNotStrictAreRefused() async throws {
        let arguments = RecordEvidence(identifier: try registry.identifier("A1"), content: registry.content("deed"))
        var broken = arguments.derBytes
        // Another serial, whose check character would be another.
        let serial = try #require(broken.lastIndex(of: UInt8(ascii: "A")))
        broken[serial] = UInt8(ascii: "B")
        let call = Call(contract: "evidence", method: "record", arguments: broken)
        await #expect(throws: TransactionRejected(code: .malformedArguments)) {
            try await Submitter(client: registry.client, identity: registry.counter).submit([call])
        }
    }
}

extension TestRegistry {
    /// Why the ledger refuses some calls; `nil` where it takes them. Each time meant anew: the ledger answers again.
    func code(_ calls: [LicenceCall], as member: MemberIdentity? = nil) async throws -> ContractError.Code? {
        try await ledger(as: member).submitter.outcome(of: calls.map(\.call)).rejection.map { .init(rawValue: $0.code) }
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
