import ClientTestKit
import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import Testing
import ZhenglianClient

@Suite struct TraceTests {
    private let world: TestUsage

    init() throws { world = try TestUsage() }

    private func used(_ count: Int) async throws -> [Decision] {
        let grant = try await world.prepare()
        var decisions: [Decision] = []
        for number in 0..<count {
            let purpose = number.isMultiple(of: 2) ? "TAX-1" : "LOAN-1"
            decisions.append(try await world.user.uses.decide(try world.request(.grant(grant), purpose: purpose)))
        }
        return decisions
    }

    @Test func everyUseStandsUnderItsLicenceItsHolderAndItsDepartment() async throws {
        let decisions = try await used(3)
        let subjects: [UseSubject] = [
            .licence(LicenceKey(try world.identifier())), .holder(world.holder), .department(world.using),
        ]
        for subject in subjects {
            let (proof, proved) = try await world.stranger.traces.trace(of: subject)
            #expect(proved.events == decisions.map { .decision($0) })
            // What is kept in a file is checked without a node.
            let bytes = TraceDocument([proof]).derBytes
            let document = try TraceDocument(derBytes: bytes, limit: TraceProof.maximumByteCount)
            #expect(try document.traces[0].verify(against: world.genesis).events == proved.events)
        }
    }

    @Test func aReleaseAndAVerificationStandInTheTraceToo() async throws {
        let decision = try await used(1)[0]
        try await world.owner.uses.release(
            ReleaseUse(
                decision: decision.identifier, kind: .fields, fields: decision.fields, delivered: world.digest("d")))
        try await world.user.uses.verify(
            VerifyUse(
                licence: decision.licence, application: decision.application, context: decision.context,
                channel: .counter, outcome: .consistent))
        let now = try await world.now()
        try await world.owner.uses.present(
            PresentUse(
                presentation: world.digest("p"), licence: decision.licence, purpose: decision.context.purpose,
                fields: [.certificateName], expiresAt: now.advanced(by: .seconds(60))))
        let events = try await world.user.traces.trace(of: .holder(world.holder)).proved.events
        #expect(events.map(\.kind) == [.decision, .release, .verification, .presentation])
        let departments = try await world.user.traces.trace(of: .department(world.using)).proved.events
        #expect(departments.map(\.kind) == [.decision, .release, .verification])
    }

    @Test func aTraceThatLacksAnEventOrHasAnotherOneDoesNotHold() async throws {
        _ = try await used(4)
        let proof = try await world.user.traces.trace(of: .holder(world.holder)).proof
        var missing = proof.records
        missing.remove(at: 1)
        var swapped = proof.records
        swapped.swapAt(0, 1)
        for records in [missing, swapped, Array(proof.records.dropLast()), proof.records + [proof.records[0]], []] {
            let forged = TraceProof(subject: proof.subject, records: records, receipt: proof.receipt)
            #expect(throws: LicenceError(.wrongTrace, "")) { try forged.verify(against: world.genesis) }
        }
        let renamed = TraceProof(
            subject: .department(world.using), records: proof.records, receipt: proof.receipt)
        #expect(throws: LicenceError(.wrongTrace, "")) { try renamed.verify(against: world.genesis) }
    }

    @Test func aTraceWithoutUsesIsProvedToBeEmpty() async throws {
        try await world.issue()
        let proved = try await world.user.traces.trace(of: .licence(LicenceKey(try world.identifier()))).proved
        #expect(proved.events.isEmpty)
    }

    @Test func aLongTraceComesInPagesWithOneSmallReceipt() async throws {
        let grant = try await world.prepare()
        let rules = DecisionRules.standard
        var count = 0
        for batch in 0..<34 {
            let calls = try (0..<16).map { number in
                Call(
                    contract: UsageContract.contractName, method: UsageContract.Method.decide,
                    arguments: DecideUse(
                        try world.request(.grant(grant), nonce: Int64(batch * 16 + number))
                    ).derBytes)
            }
            try await world.user.submitter.submit(calls)
            count += calls.count
            // The holder's rate is per minute: the chain goes on for two.
            if (batch + 1).isMultiple(of: 3) { try await world.node.idle(60) }
        }
        #expect(Int64(count) < rules.departmentDayLimit)
        let (proof, proved) = try await world.user.traces.trace(of: .licence(LicenceKey(try world.identifier())))
        #expect(proved.events.count == count && count > Int(TraceQuestion.maximumCount))
        #expect(proof.receipt.derBytes.count < 20_000)
    }

    @Test func filtersLetThroughWhatTheyName() async throws {
        let decisions = try await used(4)
        let events = decisions.map(UsageEvent.decision)
        var filter = TraceFilter()
        #expect(events.filter(filter.matches).count == 4)
        filter.outcome = .denied
        #expect(events.filter(filter.matches).count == 2)
        filter.purpose = try PurposeCode("TAX-1")
        #expect(events.filter(filter.matches).isEmpty)
        filter = TraceFilter()
        filter.from = decisions[1].decidedAt
        filter.to = decisions[2].decidedAt
        #expect(events.filter(filter.matches).count == 2)
        filter = TraceFilter()
        filter.department = world.owner.identity.member.department
        #expect(events.filter(filter.matches).isEmpty)
    }

    @Test(arguments: TraceExport.Format.allCases)
    func anExportIsSealedByWhoTookItAndAnyChangeShows(_ format: TraceExport.Format) async throws {
        _ = try await used(2)
        let proved = try await world.user.traces.trace(of: .department(world.using)).proved
        let rows = proved.events.map { TraceRow($0) }
        let checkpoint = TraceCheckpoint([proved], rowCount: rows.count, genesis: world.genesis)
        var content = try TraceExport.content(of: rows, as: format, checkpoint: checkpoint)
        let seal = try ExportSeal(
            content: content, checkpoint: checkpoint, at: world.at(0), by: world.user.identity,
            suite: world.consortium.suite)
        let read = try ExportSeal(derBytes: seal.derBytes, limit: ExportSeal.maximumByteCount)
        #expect(try read.verify(content, against: world.genesis) == world.user.identity.member)
        content[content.count / 2] ^= 1
        #expect(throws: LicenceError(.wrongSeal, "")) { try read.verify(content, against: world.genesis) }
        let elsewhere = try TestUsage()
        #expect(throws: (any Error).self) { try read.verify(content, against: elsewhere.genesis) }
    }

    @Test func theHolderSeesWhoAndWhyAndNotWhichClerk() async throws {
        let decision = try await used(1)[0]
        let row = TraceRow(.decision(decision), view: .holder)
        #expect(row.department == world.using.rawValue)
        #expect(row.authority == "grant" && row.purpose == "TAX-1")
        #expect(row.key == nil && row.operatorDigest == nil)
    }
}
