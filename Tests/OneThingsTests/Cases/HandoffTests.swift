import ClientTestKit
import Formats
import Identity
import LedgerTestKit
import Licences
import OneThings
import Testing

/// A case passes from department to department: each gets its step when its turn has come, once, and nobody else's.
@Suite("Handoffs")
struct HandoffTests {
    private let cases: TestCases
    private let step = TestMatters.label

    init() async throws { cases = try await TestCases(matters: [TestMatters.opening()]) }

    private func register(_ code: OneThingCode, _ serial: String = "000001") async throws {
        let licence = try cases.identifier(serial)
        try await cases.act(
            0, code,
            .answer(
                step("registration"), attempt: 1, step("registered"), values: [CaseValue(step("uscc"), "91650100MA")],
                licence: licence), and: try cases.issuing(licence))
    }

    private func answerTax(_ code: OneThingCode, attempt: Int64 = 1) async throws {
        try await cases.act(
            1, code, .answer(step("tax"), attempt: attempt, step("done"), content: cases.content(["tax-kinds"])))
    }

    private func answerSocial(_ code: OneThingCode) async throws {
        try await cases.act(
            2, code,
            .answer(step("social"), attempt: 1, step("done"), values: [CaseValue(step("social-number"), "S1")]))
    }

    @Test func aCaseGoesThroughItsStepsToItsCompletion() async throws {
        let code = try await cases.openOpening()
        #expect(try await cases.inbox(0).map(\.duty) == [CaseDuty(code, step("registration"), .handle)])
        #expect(try await cases.inbox(1).isEmpty)
        try await register(code)
        #expect(try await cases.inbox(0).isEmpty)
        #expect(try await cases.inbox(1).map(\.duty) == [CaseDuty(code, step("tax"), .handle)])
        #expect(try await cases.status(code, "bank") == .leftOut)
        try await cases.act(1, code, .acknowledge(step("tax"), attempt: 1))
        #expect(try await cases.status(code, "tax") == .acknowledged)
        try await answerTax(code)
        try await answerSocial(code)
        let standing = try await cases.standing(code)
        #expect(standing.known.status == .completed)
        #expect(standing.known.licence == (try cases.identifier()))
        #expect(standing.known.values.map(\.value) == ["91650100MA", "S1"])
        #expect(standing.nextDue == nil)
        let kinds = try await cases.events(code).map(\.event.kind)
        #expect(
            kinds == [
                .opened, .pushed, .answered, .pushed, .acknowledged, .answered, .pushed, .answered, .completed,
            ])
        try await cases.act(0, code, .rate(5))
        try await cases.act(0, code, .archive)
        #expect(try await cases.refusal { try await cases.act(0, code, .rate(4)) } == "notOpen")
        #expect(try await cases.standing(code).known.rating == 5)
    }

    @Test func branchesRunSideBySideAndTheChosenOneIsWaitedFor() async throws {
        let code = try await cases.openOpening(options: ["with-bank"])
        try await register(code)
        #expect(try await cases.status(code, "tax") == .pushed)
        #expect(try await cases.status(code, "bank") == .pushed)
        try await answerTax(code)
        try await answerSocial(code)
        #expect(try await cases.standing(code).known.status == .running)
        try await cases.act(0, code, .waive(step("bank"), attempt: 1, ReasonCode("INCOMPLETE")))
        #expect(try await cases.standing(code).known.status == .completed)
    }

    @Test func whatFollowsAStepThatIsLeftOutWaitsForWhatThatWouldHaveWaitedFor() async throws {
        func task(_ name: String, after: [String], _ condition: OptionCondition = .always) -> StepDefinition {
            StepDefinition(
                step(name), TestMatters.title(name), role: step("lead"), after: after.map(step), condition: condition,
                answers: [StepAnswer(step("done"), TestMatters.title("done"))])
        }
        let chain = OneThingDefinition(
            matter: step("chain"), version: 1, title: TestMatters.title("chain"), basis: "a rule", lead: step("lead"),
            subject: .holder, roles: [DefinitionRole(step("lead"), step("department-0"), TestMatters.title("lead"))],
            options: [NamedTitle(step("wanted"), TestMatters.title("wanted"))],
            steps: [
                task("first", after: []), task("second", after: ["first"], OptionCondition(when: step("wanted"))),
                task("third", after: ["second"]),
            ])
        let cases = try await TestCases(matters: [chain])
        let code = try await cases.open("chain", .holder(cases.holder()), items: [])
        #expect(try await cases.status(code, "second") == .leftOut)
        #expect(try await cases.status(code, "third") == .waiting)
        try await cases.act(0, code, .answer(step("first"), attempt: 1, step("done")))
        #expect(try await cases.status(code, "third") == .pushed)
    }

    @Test func aBranchThatIsReturnedIsMendedAndPushedAnew() async throws {
        let code = try await cases.openOpening()
        try await register(code)
        try await cases.act(1, code, .giveBack(step("tax"), attempt: 1, ReasonCode("WRONG")))
        #expect(try await cases.inbox(0).map(\.duty.kind) == [.mend])
        #expect(try await cases.inbox(1).isEmpty)
        try await cases.act(0, code, .push(step("tax"), attempt: 1, cases.content(["articles"])))
        #expect(try await cases.standing(code).known.content(of: step("articles")) == 1)
        #expect(try await cases.standing(code).known.content(of: step("name")) == 0)
        // What was meant for the first attempt does nothing to the second.
        #expect(try await cases.refusal { try await answerTax(code) } == "notOpen")
        try await answerTax(code, attempt: 2)
        #expect(try await cases.status(code, "tax") == .settled)
    }

    @Test func aStepThatNobodyAcknowledgesIsPushedAgainWithAnAlarm() async throws {
        let code = try await cases.openOpening()
        try await register(code)
        let pushed = try await cases.now
        try await cases.node.idle(1, apart: .seconds(601))
        try await cases.write(1, "cases", "settle", SettleCases([code]))
        let events = try await cases.events(code).map(\.event).filter { $0.step == step("tax") }
        #expect(events.map(\.kind) == [.pushed, .unacknowledged, .pushed])
        #expect(events[1].at == pushed.advanced(by: .seconds(600)))
        #expect(Set(events.map(\.attempt)) == [1])
        // The alarm ends after some pushes; the step stays where it is.
        try await cases.node.idle(1, apart: .seconds(3_600 * 24))
        try await cases.write(1, "cases", "settle", SettleCases([code]))
        let alarms = try await cases.events(code).filter { $0.event.kind == .unacknowledged }
        #expect(alarms.count == OneThingLimits.pushCount - 1)
        #expect(try await cases.standing(code).known.steps[1].isOverdue)
        try await answerTax(code)
        #expect(try await cases.status(code, "social") == .pushed)
    }

    @Test func theClockStandsWhileTheApplicantIsAskedAndGoesOnWithTheAnswer() async throws {
        let code = try await cases.openOpening()
        try await register(code)
        let begun = try await cases.now
        try await cases.act(1, code, .ask(step("tax"), attempt: 1, ReasonCode("INCOMPLETE")))
        #expect(try await cases.standing(code).deadlines[0].end == nil)
        #expect(try await cases.inbox(0).map(\.duty.kind) == [.supply])
        try await cases.node.idle(1, apart: .seconds(1_800))
        try await cases.act(0, code, .supply(step("tax"), attempt: 1, cases.content(["articles"])))
        // Asked one second after it began, supplied 1,801 seconds later.
        #expect(
            try await cases.standing(code).deadlines[0].end == begun.advanced(by: .seconds(2 * 3_600 + 1_801)))
        try await cases.act(1, code, .ask(step("tax"), attempt: 1, ReasonCode("INCOMPLETE")))
        try await cases.node.idle(1, apart: .seconds(3_600))
        #expect(
            try await cases.refusal {
                try await cases.act(0, code, .supply(step("tax"), attempt: 1, cases.content(["articles"])))
            } == "notOpen")
        #expect(try await cases.standing(code).known.end == step("lapsed"))
    }

    @Test func aSuspendedStepGoesOnByItselfAndAnExtendedOneHasLonger() async throws {
        let code = try await cases.openOpening()
        try await register(code)
        try await cases.act(1, code, .extend(step("tax"), attempt: 1))
        #expect(
            try await cases.refusal { try await cases.act(1, code, .extend(step("tax"), attempt: 1)) } == "doneBefore")
        try await cases.act(1, code, .suspend(step("tax"), attempt: 1, ReasonCode("HOLIDAY")))
        #expect(
            try await cases.refusal { try await answerTax(code) } == "notOpen")
        try await cases.node.idle(1, apart: .seconds(3 * 3_600))
        let standing = try await cases.standing(code)
        #expect(standing.known.steps[1].status == .acknowledged)
        try await answerTax(code)
        #expect(try await cases.events(code).map(\.event.kind).contains(.resumed))
    }

    @Test func aStepCanSendTheCaseBackAsOftenAsItsTargetHasAttempts() async throws {
        let code = try await cases.openOpening()
        try await register(code)
        for attempt in 1...2 {
            try await answerTax(code, attempt: Int64(attempt))
            try await cases.act(2, code, .answer(step("social"), attempt: Int64(attempt), step("tax-again")))
            #expect(try await cases.standing(code).known.steps[1].attempt == Int64(attempt) + 1)
            #expect(try await cases.status(code, "social") == .waiting)
        }
        try await answerTax(code, attempt: 3)
        #expect(
            try await cases.refusal {
                try await cases.act(2, code, .answer(step("social"), attempt: 3, step("tax-again")))
            } == "doneBefore")
    }

    @Test func anAnnulledCaseIsUndoneDepartmentByDepartment() async throws {
        let code = try await cases.openOpening()
        try await register(code)
        try await answerTax(code)
        try await answerSocial(code)
        let annul = CaseAct.annul(try ReasonCode("WRONG"))
        // The licence that the case has issued goes first, or with it.
        #expect(try await cases.refusal { try await cases.act(0, code, annul) } == "wrongEffect")
        try await cases.act(0, code, annul, and: cases.cancelling(try cases.identifier()))
        #expect(try await cases.standing(code).known.status == .annulling)
        #expect(try await cases.inbox(1).map(\.duty.kind) == [.compensate])
        try await cases.act(1, code, .compensate(step("tax"), attempt: 1))
        #expect(
            try await cases.refusal { try await cases.act(1, code, .compensate(step("tax"), attempt: 1)) } == "notOpen")
        try await cases.act(2, code, .compensate(step("social"), attempt: 1))
        #expect(try await cases.standing(code).known.status == .annulled)
        #expect(try await cases.inbox(2).isEmpty)
    }

    @Test func aCaseIsWithdrawnOnlyUntilItBinds() async throws {
        let code = try await cases.openOpening()
        try await cases.act(0, code, .withdraw(ReasonCode("WRONG")))
        #expect(try await cases.standing(code).known.status == .withdrawn)
        let other = try await cases.openOpening()
        try await register(other)
        #expect(try await cases.refusal { try await cases.act(0, other, .withdraw(ReasonCode("WRONG"))) } == "tooLate")
    }

    @Test func everyDepartmentsStreamHoldsWhatConcernsItAndNothingElse() async throws {
        let code = try await cases.openOpening()
        try await register(code)
        try await answerTax(code)
        try await answerSocial(code)
        #expect(try await cases.stream(1).map(\.kind) == [.pushed, .answered, .completed])
        #expect(try await cases.stream(2).map(\.kind) == [.pushed, .answered, .completed])
        #expect(try await cases.stream(3).isEmpty)
        let trail = try await cases.events(code)
        for notice in try await cases.stream(0) {
            #expect(trail[Int(notice.number)].event.kind == notice.kind)
        }
        #expect(try await cases.stream(0).count == trail.count)
    }
}
