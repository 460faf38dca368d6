import ClientTestKit
import Formats
import Identity
import LedgerTestKit
import Licences
import Nodes
import OneThingNode
import OneThings
import Testing
import ZhenglianClient

/// Clocks end on the ledger without anybody doing anything: nodes prompt it.
@Suite("Nodes keep the clocks of cases")
struct ClockKeeperTests {
    private func keeper(
        _ scene: OneThingScene, of department: Int = 0, limits: ClockKeeperLimits = ClockKeeperLimits()
    ) -> ClockKeeper {
        ClockKeeper(
            client: ZhenglianClient(ledger: scene.ledger, identity: scene.consortium.validators[department]),
            heights: scene.ledger.heights, wallClock: scene.clock, clock: ManualClock(), limits: limits,
            logger: scene.logger)
    }

    private func alarms(_ scene: OneThingScene, _ code: OneThingCode) async throws -> Int {
        try await scene.lead.events(of: code).count { $0.event.kind == .unacknowledged }
    }

    /// Lets ledger time and the node's clock pass.
    private func pass(_ duration: Duration, _ scene: OneThingScene) async throws {
        try await scene.ledger.wait(duration)
        scene.clock.set(try await scene.ledger.status().headTime)
    }

    @Test func theLeadsNodeHasTheLedgerRecordWhatHasEnded() async throws {
        let scene = try await OneThingScene()
        let keeper = keeper(scene)
        _ = try await keeper.turn()
        let code = try await scene.open()
        scene.clock.set(try await scene.ledger.status().headTime)
        let rest = try await keeper.turn()
        #expect(rest <= .seconds(600))
        #expect(try await alarms(scene, code) == 0)
        try await pass(.seconds(601), scene)
        _ = try await keeper.turn()
        #expect(try await alarms(scene, code) == 1)
        // What is recorded is not prompted again.
        let height = scene.ledger.heights.current
        _ = try await keeper.turn()
        #expect(scene.ledger.heights.current == height)
    }

    /// A node that starts anew finds the cases that run.
    @Test func aNodeThatWasDownSettlesWhatHasEndedMeanwhile() async throws {
        let scene = try await OneThingScene()
        let codes = [try await scene.open(holder: 1), try await scene.open(holder: 2)]
        try await pass(.seconds(700), scene)
        _ = try await keeper(scene).turn()
        for code in codes { #expect(try await alarms(scene, code) == 1) }
    }

    /// The node's clock decides nothing: the ledger's time has not come.
    @Test func aClockThatIsFastChangesNothingAndIsTriedAgain() async throws {
        let scene = try await OneThingScene()
        let keeper = keeper(scene)
        let code = try await scene.open()
        let head = try await scene.ledger.status().headTime
        scene.clock.set(head.advanced(by: .seconds(3_000)))
        _ = try await keeper.turn()
        #expect(try await alarms(scene, code) == 0)
        try await scene.ledger.wait(.seconds(601))
        scene.clock.set(head.advanced(by: .seconds(3_010)))
        _ = try await keeper.turn()
        #expect(try await alarms(scene, code) == 1)
    }

    /// Another department's node leaves the lead its time, and then goes on without it.
    @Test func anotherDepartmentsNodeTakesOverWhereTheLeadsIsDown() async throws {
        let scene = try await OneThingScene()
        var limits = ClockKeeperLimits()
        limits.sweepPause = .zero
        let keeper = keeper(scene, of: 3, limits: limits)
        let code = try await scene.open()
        try await pass(.seconds(605), scene)
        for _ in 0..<8 { _ = try await keeper.turn() }
        #expect(try await alarms(scene, code) == 0)
        try await pass(limits.takeover + limits.stagger * 3, scene)
        for _ in 0..<8 { _ = try await keeper.turn() }
        #expect(try await alarms(scene, code) == 1)
    }
}

/// Which cases are prompted, and when.
@Suite("Cases by the end of their clocks")
struct DueCasesTests {
    private func code(_ number: Int) throws -> OneThingCode { try OneThingCode("20260101-0000000\(number)-A") }

    private func time(_ seconds: Int64) -> Timestamp {
        TestConsortium.createdAt.advanced(by: .seconds(seconds))
    }

    @Test func theFirstToEndComesFirst() throws {
        var due = DueCases(limit: 10)
        due.set(try code(1), due: time(20))
        due.set(try code(2), due: time(10))
        #expect(due.next == time(10))
        #expect(due.take(10, at: time(9)) == [])
        #expect(due.take(10, at: time(20)).map(\.text) == ["20260101-00000002-A", "20260101-00000001-A"])
    }

    @Test func whatIsStillDueIsTriedAgainAfterGrowingPauses() throws {
        var due = DueCases(limit: 10)
        due.set(try code(1), due: time(0))
        var now = time(0)
        var pauses: [Duration] = []
        for _ in 0..<12 {
            #expect(due.take(10, at: now).map(\.text) == ["20260101-00000001-A"])
            // It is told again that nothing has changed.
            due.set(try code(1), due: time(0))
            let next = try #require(due.next)
            pauses.append(next.since(now))
            now = next
        }
        #expect(pauses.first == DueCases.firstPause)
        #expect(pauses.last == DueCases.longestPause)
        #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $0 <= $1 })
        // Once it has moved on, it counts from the beginning.
        due.set(try code(1), due: now.advanced(by: .seconds(5)))
        #expect(due.next == now.advanced(by: .seconds(5)))
        due.set(try code(1), due: nil)
        #expect(due.next == nil)
    }

    @Test func moreThanItsBoundIsNotKept() throws {
        var due = DueCases(limit: 2)
        for number in 1...3 { due.set(try code(number), due: time(Int64(number))) }
        #expect(due.count == 2)
        // Setting the same ones again and again takes no more room.
        for round in 0..<1_000 { due.set(try code(1), due: time(Int64(100 + round))) }
        #expect(due.count == 2)
        #expect(due.take(5, at: time(2_000)).count == 2)
    }
}
