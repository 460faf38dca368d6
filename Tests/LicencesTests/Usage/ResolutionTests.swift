import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import Testing
import ZhenglianClient

@Suite("Who has resolved a pseudonym")
struct ResolutionTests {
    private let world: TestUsage

    init() throws { world = try TestUsage() }

    private func resolution(basis: String = "查询通知书〔2026〕8号", nonce: Int64 = 0) throws -> ResolveUse {
        ResolveUse(
            holder: world.holder, application: try ApplicationName("audit"),
            context: UseContext(purpose: try PurposeCode("INSPECTION"), caseNumber: try CaseNumber("CASE-8")),
            channel: .counter, basis: basis, nonce: CallNonce(nonce), operatorDigest: world.digest("clerk"))
    }

    /// The holder, and everybody else, sees who has looked, why and when; the proof says that nobody else has.
    @Test func aResolutionStandsInTheTraceOfTheHolderAndOfTheDepartment() async throws {
        let outcome = try await world.user.uses.resolve(try resolution())
        for subject in [UseSubject.holder(world.holder), .department(world.using)] {
            let (_, proved) = try await world.stranger.traces.trace(of: subject)
            guard case .resolution(let record)? = proved.events.first, proved.events.count == 1 else {
                Issue.record("\(proved.events)")
                return
            }
            #expect(record.holder == world.holder && record.resolver == world.using)
            #expect(record.resolverKey == world.user.identity.certificate.publicKey.identifier)
            #expect(record.basis == "查询通知书〔2026〕8号" && record.context.purpose.text == "INSPECTION")
            #expect(record.height == outcome.height)
        }
    }

    @Test func theRowShowsTheBasisAndToTheHolderNotWhichClerk() async throws {
        try await world.user.uses.resolve(try resolution())
        let event = try #require(try await world.user.traces.trace(of: .holder(world.holder)).proved.events.first)
        let (whole, shown) = (TraceRow(event), TraceRow(event, view: .holder))
        #expect(whole.event == "resolution" && whole.licence == nil && whole.owner == nil)
        #expect(whole.basis == "查询通知书〔2026〕8号" && whole.caseNumber == "CASE-8" && whole.application == "audit")
        #expect(whole.operatorDigest == world.digest("clerk").description && whole.key != nil)
        #expect(whole.values.count == TraceRow.columns.count)
        #expect(shown.department == world.using.rawValue && shown.basis == whole.basis)
        #expect(shown.operatorDigest == nil && shown.key == nil)
    }

    @Test func filtersKnowThatItIsOfNoLicence() async throws {
        try await world.user.uses.resolve(try resolution())
        let event = try #require(try await world.user.traces.trace(of: .holder(world.holder)).proved.events.first)
        var filter = TraceFilter()
        filter.licence = LicenceKey(try world.identifier())
        #expect(!filter.matches(event))
        filter.licence = nil
        filter.kind = .resolution
        filter.caseNumber = try CaseNumber("CASE-8")
        #expect(filter.matches(event))
    }

    @Test func aBasisWithPersonalDataGoesNowhere() async throws {
        let named = try resolution(basis: "650102199001011239")
        await #expect(throws: LicenceError(.personalData, "")) { try await world.user.uses.resolve(named) }
        // Nor does it for a client that does not look itself.
        let call = Call(
            contract: UsageContract.contractName, method: UsageContract.Method.resolve, arguments: named.derBytes)
        #expect(try await world.code { try await world.user.submitter.submit([call]) } == .personalData)
    }

    @Test func holdersAreNotLookedUpByTheList() async throws {
        let calls = try (0...DecisionRules.standard.transactionLimit).map { number in
            Call(
                contract: UsageContract.contractName, method: UsageContract.Method.resolve,
                arguments: try resolution(nonce: number).derBytes)
        }
        #expect(try await world.code { try await world.user.submitter.submit(calls) } == .bulkPull)
    }
}
