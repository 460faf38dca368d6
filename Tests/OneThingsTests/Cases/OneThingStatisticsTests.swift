import ClientTestKit
import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences
import OneThings
import Testing
import ZhenglianClient

/// What the tables of cases say is what the contract answers, and the statistics are made of it.
@Suite("Tables and statistics of cases")
struct OneThingStatisticsTests {
    private let step = TestMatters.label

    private func readModel(_ cases: TestCases, _ directory: TemporaryDirectory) throws -> ReadModel {
        try ReadModel(
            path: directory.path("read-model.sqlite"), genesis: cases.consortium.genesis,
            projections: [OneThingProjection()])
    }

    private func register(_ cases: TestCases, _ code: OneThingCode, _ licence: LicenceIdentifier) async throws {
        try await cases.act(
            0, code,
            .answer(
                step("registration"), attempt: 1, step("registered"), values: [CaseValue(step("uscc"), "91650100MA")],
                licence: licence), and: try cases.issuing(licence))
    }

    @Test func statisticsCountWhatTheCasesHaveComeTo() async throws {
        let cases = try await TestCases(matters: [TestMatters.opening(), TestMatters.closing()])
        let directory = try TemporaryDirectory()
        let model = try readModel(cases, directory)
        let before = try await cases.now
        let done = try await cases.openOpening()
        let licence = try cases.identifier()
        try await register(cases, done, licence)
        try await cases.act(1, done, .giveBack(step("tax"), attempt: 1, ReasonCode("WRONG")))
        try await cases.act(0, done, .push(step("tax"), attempt: 1))
        // Long enough for every alarm and the limit of the answer to go by.
        try await cases.node.idle(1, apart: .seconds(86_400))
        try await cases.act(
            1, done, .answer(step("tax"), attempt: 2, step("done"), content: cases.content(["tax-kinds"])))
        try await cases.act(0, done, .waive(step("social"), attempt: 1, ReasonCode("WRONG")))
        try await cases.act(0, done, .rate(4))
        let withdrawn = try await cases.openOpening()
        try await cases.act(0, withdrawn, .withdraw(ReasonCode("WRONG")))
        let running = try await cases.open("closing", .licence(licence), items: ["promise"])
        try await cases.node.bringUpToDate(model)

        let all = try await OneThingStatistics(
            dataPath: directory.path(""), openedIn: before..<Timestamp(milliseconds: .max))
        #expect(all.height == cases.node.height)
        let opening = try #require(all.matters.first { $0.matter == "opening" })
        #expect(opening.opened == 2)
        #expect(opening.completed == 1)
        #expect(opening.endedOtherwise == 1)
        #expect(opening.meanGradeHundredths == 400)
        let known = try await cases.standing(done).known
        let took = try #require(known.endedAt).since(known.openedAt)
        #expect(opening.medianMilliseconds.map { .milliseconds($0) } == took)
        let tax = try #require(all.steps.first { $0.step == "tax" })
        #expect(tax.department == "department-1")
        #expect(tax.begun == 2)
        #expect(tax.settled == 1)
        #expect(tax.returned == 1)
        #expect(tax.overdue == 1)
        #expect(tax.unacknowledged == OneThingLimits.pushCount - 1)
        #expect(all.matters.first { $0.matter == "closing" }?.running == 1)
        #expect(try await cases.standing(running).known.status == .running)
        // A period that begins later has none of it.
        let none = try await OneThingStatistics(
            dataPath: directory.path(""), openedIn: Timestamp(milliseconds: .max - 1)..<Timestamp(milliseconds: .max))
        #expect(none.matters.isEmpty)
    }

    @Test func theTablesHoldEveryEventAndEveryStepAsTheContractDoes() async throws {
        let cases = try await TestCases(matters: [TestMatters.opening()])
        let directory = try TemporaryDirectory()
        let model = try readModel(cases, directory)
        let code = try await cases.openOpening(options: ["with-bank"])
        try await register(cases, code, try cases.identifier())
        try await cases.act(1, code, .acknowledge(step("tax"), attempt: 1))
        try await cases.node.bringUpToDate(model)
        let queries = ReadModelQueries(path: directory.path("read-model.sqlite"))
        let events = try await queries.ask(
            "SELECT number, kind, at, department, step, attempt FROM case_events WHERE code = ? ORDER BY number",
            arguments: [.text(code.text)], limits: SQLLimits())
        let told = try await cases.events(code)
        #expect(events.rows.count == told.count)
        for (row, (number, recorded)) in zip(events.rows, told.enumerated()) {
            #expect(
                row == [
                    .integer(Int64(number)), .text("\(recorded.event.kind)"),
                    .integer(recorded.event.at.milliseconds), SQLValue(recorded.event.department?.rawValue),
                    SQLValue(recorded.event.step?.rawValue), .integer(recorded.event.attempt),
                ])
        }
        let steps = try await queries.ask(
            "SELECT step, department, status FROM case_steps WHERE code = ?", arguments: [.text(code.text)],
            limits: SQLLimits())
        #expect(
            steps.rows == [
                [.text("registration"), .text("department-0"), .text("settled")],
                [.text("tax"), .text("department-1"), .text("acknowledged")],
                [.text("social"), .text("department-2"), .text("waiting")],
                [.text("bank"), .text("department-3"), .text("pushed")],
            ])
    }
}
