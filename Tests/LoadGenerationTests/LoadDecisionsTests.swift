import ClientTestKit
import Identity
import LedgerTestKit
import Licences
import LoadGeneration
import Nodes
import Testing

/// A measurement of decisions on a real ledger; each block is a second of its time.
@Suite("Load decisions")
struct LoadDecisionsTests {
    private let consortium: TestConsortium
    private let ledger: InProcessClient

    init() throws {
        consortium = try TestConsortium(issuerCodes: [0: ["11650000MB1A0001XQ"]])
        ledger = try InProcessClient(
            consortium, contracts: [CatalogueContract(), AuthorisationContract(), UsageContract()])
    }

    private func decisions(licences: Int, hasHolders: Bool = true, department: Int = 1) async throws -> LoadDecisions {
        let owner = Submitter(client: ledger, identity: try consortium.member("counter-1"))
        return try await LoadDecisions(
            issuing: LoadDecisions.Stock(count: licences, hasHolders: hasHolders), by: owner,
            for: try asker(department), run: 7,
            period: TestConsortium.createdAt...TestConsortium.createdAt.advanced(by: .seconds(86_400)))
    }

    private func asker(_ department: Int = 1) throws -> MemberIdentity {
        try consortium.member("counter-2", department: department)
    }

    private func measure(_ decisions: LoadDecisions, count: Int, batch: Int = 1) async throws -> LoadTally {
        let asker = try asker()
        try await Submitter(client: ledger, identity: asker).register()
        return try await LoadGenerator(
            ledgers: [ledger], identity: asker, workload: decisions, run: 7,
            plan: LoadPlan(
                clientCount: 2, duration: .seconds(600), batchCount: batch, transactionCount: count)
        ).measure().tally
    }

    @Test func theLedgerAllowsEveryUse() async throws {
        let tally = try await measure(try await decisions(licences: 120), count: 10, batch: 16)
        #expect(tally.recordCount == 160)
        #expect(tally.errors.isEmpty)
    }

    @Test func whatIsDeniedIsNoDecisionThatCounts() async throws {
        let tally = try await measure(try await decisions(licences: 1), count: 80)
        #expect(tally.errors.keys.sorted() == ["denied: holderRateExceeded"])
        #expect(tally.recordCount + tally.errors.values.reduce(0, +) == 80)
    }

    @Test func aLicenceWithoutAHolderIsUsedAsOftenAsOneLikes() async throws {
        let tally = try await measure(try await decisions(licences: 1, hasHolders: false), count: 80)
        #expect(tally.recordCount == 80)
        #expect(tally.errors.isEmpty)
    }

    @Test func nobodyMeasuresWithTheirOwnLicences() async throws {
        await #expect(throws: LoadError(.ownLicences, "")) {
            try await decisions(licences: 1, department: 0)
        }
    }
}
