import Formats
import Identity
import LedgerTestKit
import Licences
import OneThings
import Testing

/// A window is open by ledger time, to the millisecond, and says what became of it.
@Suite("Objection windows")
struct ObjectionWindowTests {
    private let step = TestMatters.label
    private let objections = TestMatters.label("objections")

    /// A case whose window has just been opened.
    private func announced(
        lifts: Bool = false
    ) async throws -> (cases: TestCases, code: OneThingCode, licence: LicenceIdentifier) {
        let cases = try await TestCases(matters: [TestMatters.closing(lifts: lifts)])
        let licence = try await cases.issued()
        let code = try await cases.open("closing", .licence(licence), items: ["promise"])
        try await cases.act(0, code, .answer(step("announcement"), attempt: 1, step("announced")))
        return (cases, code, licence)
    }

    private func end(of code: OneThingCode, _ cases: TestCases) async throws -> Timestamp {
        let deadlines = try await cases.standing(code).deadlines
        return try #require(deadlines.first { $0.step == objections }?.end)
    }

    @Test func aWindowOfTwentyDaysEndsWithTheTwentiethDayInChina() async throws {
        let (cases, code, _) = try await announced()
        // Announced on 1 January 2026; the day itself does not count.
        #expect(try await end(of: code, cases) == CalendarDate("20260122").beijingBeginning)
    }

    @Test func anObjectionInTheLastBlockBeforeTheEndCounts() async throws {
        let (cases, code, _) = try await announced()
        let end = try await end(of: code, cases)
        try await cases.wait(until: Timestamp(milliseconds: end.milliseconds - 1))
        try await cases.act(1, code, .object(objections, attempt: 1, ReasonCode("ARREARS")))
        #expect(try await cases.now == Timestamp(milliseconds: end.milliseconds - 1))
        let known = try await cases.standing(code).known
        #expect(known.status == .ended)
        #expect(known.end == step("terminated"))
    }

    @Test func anObjectionInTheFirstBlockAfterTheEndDoesNot() async throws {
        let (cases, code, _) = try await announced()
        let end = try await end(of: code, cases)
        try await cases.wait(until: end)
        let refusal = try await cases.refusal {
            try await cases.act(1, code, .object(objections, attempt: 1, ReasonCode("ARREARS")))
        }
        #expect(try await cases.now == end)
        #expect(refusal == "tooLate")
        #expect(
            try await cases.refusal { try await cases.act(2, code, .consent(objections, attempt: 1)) } == "tooLate")
        // Whoever asks finds it closed, and the next step begun at the window's end, before anything records it.
        let standing = try await cases.standing(code)
        #expect(standing.known.steps[1].status == .settled)
        #expect(standing.known.steps[2].begunAt == end)
        #expect(standing.known.steps[1].consents.isEmpty, "silence is silence")
        try await cases.write(3, "cases", "settle", SettleCases([code]))
        let closed = try #require(try await cases.events(code).last { $0.event.kind == .windowClosed })
        #expect(closed.event.at == end)
        #expect(closed.recordedAt > end)
    }

    @Test func withoutAnObjectionTheLicenceIsCancelledWithItsAuthorisations() async throws {
        let (cases, code, licence) = try await announced()
        try await cases.act(1, code, .consent(objections, attempt: 1))
        #expect(try await cases.inbox(1).isEmpty)
        #expect(try await cases.inbox(2).map(\.duty.kind) == [.reply])
        try await cases.wait(until: try await end(of: code, cases))
        try await cases.act(0, code, .answer(step("application"), attempt: 1, step("applied")))
        let granted = CaseAct.answer(step("review"), attempt: 1, step("granted"))
        // The licence goes with the answer, and what was granted on it goes with the licence.
        #expect(try await cases.refusal { try await cases.act(0, code, granted) } == "wrongEffect")
        #expect(
            try await cases.refusal {
                try await cases.act(0, code, granted, and: [cases.cancelling(licence)[0]])
            } == "wrongEffect")
        try await cases.act(0, code, granted, and: cases.cancelling(licence))
        try await cases.act(2, code, .answer(step("social-closing"), attempt: 1, step("closed")))
        #expect(try await cases.standing(code).known.status == .completed)
    }

    @Test func whoDoesNotApplyInTimeIsTooLateAndMayHaveTheTimeExtendedOnce() async throws {
        let (cases, code, _) = try await announced()
        try await cases.wait(until: try await end(of: code, cases))
        try await cases.act(0, code, .extend(step("application"), attempt: 1))
        // Thirty days from the end of 21 January on.
        let last = try CalendarDate("20260221").beijingBeginning
        #expect(try await cases.standing(code).deadlines.first?.end == last)
        try await cases.wait(until: last)
        #expect(
            try await cases.refusal {
                try await cases.act(0, code, .answer(step("application"), attempt: 1, step("applied")))
            } == "notOpen")
        #expect(try await cases.standing(code).known.end == step("lapsed"))
    }

    @Test func objectionsThatAreLiftedLeadToANewAnnouncement() async throws {
        let (cases, code, _) = try await announced(lifts: true)
        try await cases.act(1, code, .object(objections, attempt: 1, ReasonCode("ARREARS")))
        try await cases.act(
            0, code, .object(objections, attempt: 1, ReasonCode("CREDITOR"), for: cases.holder(9)))
        #expect(try await cases.status(code, "objections") == .objected)
        #expect(
            try await cases.refusal { try await cases.act(2, code, .lift(objections, attempt: 1, 0)) }
                == "notConcerned")
        try await cases.act(1, code, .lift(objections, attempt: 1, 0))
        #expect(try await cases.status(code, "objections") == .objected)
        try await cases.act(0, code, .lift(objections, attempt: 1, 1))
        #expect(try await cases.status(code, "announcement") == .pushed)
        #expect(try await cases.standing(code).known.steps[0].attempt == 2)
        try await cases.act(0, code, .answer(step("announcement"), attempt: 2, step("announced")))
        #expect(try await cases.standing(code).known.steps[1].objections.isEmpty)
    }

    @Test func anObjectionThatIsNotLiftedInTimeEndsTheCase() async throws {
        let (cases, code, _) = try await announced(lifts: true)
        let end = try await end(of: code, cases)
        try await cases.act(1, code, .object(objections, attempt: 1, ReasonCode("ARREARS")))
        try await cases.wait(until: end)
        #expect(
            try await cases.refusal {
                try await cases.act(2, code, .object(objections, attempt: 1, ReasonCode("ARREARS")))
            } == "tooLate")
        // Five days from the end of 21 January on.
        let last = try CalendarDate("20260127").beijingBeginning
        #expect(try await cases.standing(code).nextDue == last)
        try await cases.wait(until: last)
        #expect(
            try await cases.refusal { try await cases.act(1, code, .lift(objections, attempt: 1, 0)) } == "notOpen")
        #expect(try await cases.standing(code).known.end == step("terminated"))
    }

    @Test func onlyThoseWhoAreAskedObjectAndOnlyOnGroundsThatThereAre() async throws {
        let (cases, code, _) = try await announced()
        let object = CaseAct.object(objections, attempt: 1, try ReasonCode("ARREARS"))
        #expect(try await cases.refusal { try await cases.act(3, code, object) } == "notConcerned")
        #expect(
            try await cases.refusal {
                try await cases.act(1, code, .object(objections, attempt: 1, ReasonCode("CHANGED")))
            } == "notDefined")
        // Objections of the public come through the department whose window it is.
        #expect(
            try await cases.refusal {
                try await cases.act(
                    1, code, .object(objections, attempt: 1, ReasonCode("CREDITOR"), for: cases.holder(3)))
            } == "notConcerned")
        #expect(
            try await cases.refusal { try await cases.act(1, code, .lift(objections, attempt: 1, 0)) } == "notDefined")
        try await cases.act(1, code, .consent(objections, attempt: 1))
        #expect(
            try await cases.refusal { try await cases.act(1, code, .consent(objections, attempt: 1)) } == "doneBefore")
        // Who has agreed may still find something.
        try await cases.act(1, code, object)
        #expect(try await cases.standing(code).known.end == step("terminated"))
    }

    @Test func withoutTheYearsCalendarNothingBeginsThatCountsWorkingDays() async throws {
        let cases = try await TestCases(matters: [TestMatters.closing()], withCalendar: false)
        let licence = try await cases.issued()
        #expect(
            try await cases.refusal {
                _ = try await cases.open("closing", .licence(licence), options: ["individual"], items: ["promise"])
            } == "calendarMissing")
        // Where a clock brings it about, the step begins, and its end is known once the calendar is there.
        let code = try await cases.open("closing", .licence(licence), items: ["promise"])
        try await cases.act(0, code, .answer(step("announcement"), attempt: 1, step("announced")))
        try await cases.wait(until: try await end(of: code, cases))
        #expect(
            try await cases.refusal {
                try await cases.act(0, code, .answer(step("application"), attempt: 1, step("applied")))
            } == "calendarMissing")
    }
}
