import Formats
import Identity
import Nodes
import OneThings
import Testing
import ZhenglianClient

/// What people see of a case: how far it has come, and how long everybody had it.
@Suite("Progress and timeline of a case")
struct ProgressTests {
    @Test func progressNamesWhoHasWhatAndByWhen() async throws {
        let scene = try await OneThingScene()
        let code = try await scene.open()
        let before = try await scene.lead.progress(of: code)
        #expect(before.steps.map(\.state.status) == [.pushed, .waiting, .waiting])
        #expect(before.steps[0].urgency == .green)
        #expect(before.steps[1].urgency == nil)
        #expect(before.doneCount == 0)
        try await scene.ledger.wait(.seconds(3_700))
        // No block has recorded it yet; by ledger time it is late.
        #expect(try await scene.lead.progress(of: code).steps[0].urgency == .red)
        try await scene.register(code)
        let after = try await scene.lead.progress(of: code)
        #expect(after.steps.map(\.state.status) == [.settled, .pushed, .pushed])
        #expect(after.known.values.map(\.value) == ["91650000MA1"])
    }

    @Test func theTimelineSaysHowLongAgainstThePromise() async throws {
        let scene = try await OneThingScene()
        let code = try await scene.open()
        try await scene.ledger.wait(.seconds(3_700))
        try await scene.register(code)
        try await scene.ledger.wait(.seconds(60))
        let seal = scene.clients[1].oneThings.cases
        try await seal.act(.acknowledge(Name.seal, attempt: 1), in: code)
        try await seal.act(.answer(Name.seal, attempt: 1, Name.done), in: code)
        let timeline = try await scene.lead.timeline(of: code)
        #expect(timeline.handoffs.map(\.step) == [Name.register, Name.seal, Name.tax])
        #expect(timeline.handoffs.map(\.isLate) == [true, false, false])
        let register = timeline.handoffs[0]
        #expect(register.took >= .seconds(3_700) && register.took < .seconds(3_800))
        #expect(register.promise == (try TimeLimit(1, .hours)))
        #expect(register.due == register.begunAt.advanced(by: .seconds(3_600)))
        #expect(timeline.handoffs[1].end == .answered)
        #expect(timeline.handoffs[1].took < .seconds(70))
        #expect(timeline.handoffs[2].endedAt == nil)
    }

    @Test func theInboxHasWhatWaitsForTheDepartment() async throws {
        let scene = try await OneThingScene()
        let code = try await scene.open()
        let seal = scene.clients[1].oneThings.cases
        #expect(try await seal.inbox().isEmpty)
        try await scene.register(code)
        let entry = try #require(try await seal.inbox().first)
        #expect(entry.duty == CaseDuty(code, Name.seal, .handle))
        let end = try #require(entry.end)
        #expect(entry.urgency(at: entry.since) == .green)
        #expect(entry.urgency(at: end) == .red)
        try await seal.act(.answer(Name.seal, attempt: 1, Name.done), in: code)
        #expect(try await seal.inbox().isEmpty)
    }
}
