import Formats
import Identity
import Licences
import OneThings
import Testing
import VectorTestKit

/// The bytes of definitions and cases.
@Suite("Bytes of definitions and cases")
struct CaseVectorTests {
    private let suite = CryptoSuiteIdentifier.p256.suite
    private let begin = Timestamp(milliseconds: 1_767_230_000_000)
    private let step = TestMatters.label

    private func digest(_ text: String) -> Digest { suite.digest(of: Array(text.utf8)) }

    private var transaction: TransactionIdentifier { TransactionIdentifier(digest("transaction")) }

    private func content(_ items: [String]) -> CaseContent {
        CaseContent(items: items.map(step), root: digest(items.joined()))
    }

    private func licence() throws -> LicenceIdentifier {
        LicenceIdentifier(
            typeCode: try LicenceTypeCode(TestMatters.licenceType),
            issuerCode: try UnifiedSocialCreditCode("11650000MB1A0001XQ"), serial: try LicenceSerial("000001"),
            version: try LicenceVersion("001"))
    }

    /// A case of an opening that has been registered, and whose tax step is suspended.
    private func opening() throws -> CaseMachine {
        var machine = try CaseMachine(
            opening: TestMatters.opening(), code: OneThingCode("20260101-00000001-8"),
            subject: .holder(HolderPseudonym(epoch: 1, digest: digest("holder"))), options: [step("with-bank")],
            content: content(["name", "articles", "account"]), by: step("department-0"), at: begin, calendar: .empty)
        try machine.apply(
            .answer(
                step("registration"), attempt: 1, step("registered"),
                values: [CaseValue(step("uscc"), "91650100MA")], licence: licence()),
            by: step("department-0"), at: begin.advanced(by: .seconds(60)))
        try machine.apply(
            .suspend(step("tax"), attempt: 1, ReasonCode("HOLIDAY")), by: step("department-1"),
            at: begin.advanced(by: .seconds(120)))
        return machine
    }

    /// A case of a closing in whose window a creditor objects through the registrar.
    private func closing() throws -> CaseMachine {
        var machine = try CaseMachine(
            opening: TestMatters.closing(lifts: true), code: OneThingCode("20260101-00000002-6"),
            subject: .licence(licence()), options: [], content: content(["promise"]), by: step("department-0"),
            at: begin, calendar: .empty)
        try machine.apply(
            .answer(step("announcement"), attempt: 1, step("announced")), by: step("department-0"), at: begin)
        try machine.apply(.consent(step("objections"), attempt: 1), by: step("department-1"), at: begin)
        try machine.apply(objection(), by: step("department-0"), at: begin)
        return machine
    }

    private func objection() throws -> CaseAct {
        .object(
            step("objections"), attempt: 1, try ReasonCode("CREDITOR"),
            for: HolderPseudonym(epoch: 1, digest: digest("creditor")), evidence: digest("evidence"))
    }

    @Test func definitionsAreThoseOfTheVectors() throws {
        let opening = try TestMatters.opening(excludes: ["closing"])
        let closing = try TestMatters.closing(lifts: true)
        let versions = DefinitionVersions(
            matter: opening.matter,
            versions: [
                DefinitionVersion(
                    version: 1, from: Height(rawValue: 12), definition: suite.digest(of: opening.derBytes))
            ])
        var proposal = DefinitionProposal(
            ProposeDefinition(opening, notBefore: Height(rawValue: 12)), by: step("department-0"))
        proposal.approvals.append(step("department-1"))
        let vectors = [
            Vector("OneThingDefinition", opening),
            Vector("OneThingDefinition-closing", closing),
            Vector("StepDefinition", opening.steps[1]),
            Vector("StepDefinition-window", closing.steps[1]),
            Vector("ProposeDefinition", ProposeDefinition(closing)),
            Vector("ApproveDefinition", ApproveDefinition(digest("definition"), of: opening.matter)),
            Vector("DefinitionProposal", proposal),
            Vector("DefinitionVersions", versions),
            Vector("MatterNames", MatterNames([opening.matter, closing.matter])),
            Vector("MatterQuestion", MatterQuestion(opening.matter)),
            Vector("MatterQuestion-version", MatterQuestion(opening.matter, version: 3)),
            Vector("MatterAnswer", MatterAnswer(versions, definition: closing)),
            Vector("MatterAnswer-none", MatterAnswer(versions, definition: nil)),
            Vector("MattersAnswer", MattersAnswer([versions])),
        ]
        #expect(try file("definitions").differences(from: vectors) == [])
    }

    @Test func partsAreThoseOfTheVectors() throws {
        let opening = try TestMatters.opening()
        let closing = try TestMatters.closing(lifts: true)
        let window = try #require(closing.steps[1].window)
        let objected = try self.closing().state.steps[1]
        let suspended = try self.opening().state.steps[1]
        let vectors = [
            Vector("BilingualTitle", opening.title), Vector("DefinitionRole", opening.roles[0]),
            Vector("NamedTitle", opening.options[0]), Vector("DefinitionField", opening.fields[0]),
            Vector("DefinitionMaterial", opening.materials[0]), Vector("DefinitionReason", opening.reasons[0]),
            Vector("OptionCondition", OptionCondition.always),
            Vector("OptionCondition-both", OptionCondition(when: step("one"), unless: step("other"))),
            Vector("IntakeItem", opening.intake[2]), Vector("StepAnswer", opening.steps[0].answers[1]),
            Vector("StepAnswer-back", opening.steps[2].answers[1]), Vector("WindowRule", window),
            Vector("StepLimits", opening.steps[0].limits), Vector("StepLimits-none", StepLimits()),
            Vector("StepEffect", try #require(opening.steps[0].effect)),
            Vector(
                "DefinitionVersion",
                DefinitionVersion(version: 2, from: Height(rawValue: 40), definition: digest("definition"))),
            Vector("CaseSubject", CaseSubject.licence(try licence())),
            Vector("CaseValue", try CaseValue(step("uscc"), "91650100MA")), Vector("CaseContent", content(["name"])),
            Vector("CasePause", suspended.pauses[0]),
            Vector("CasePause-over", CaseClock.Pause(from: begin, until: begin)),
            Vector("CaseObjection", objected.objections[0]), Vector("CaseStep", objected),
            Vector("CaseStep-waiting", try self.closing().state.steps[3]),
            Vector("CaseEvent", try self.opening().events[2]),
            Vector("CaseDeadline", CaseStanding(try self.opening(), at: begin, eventCount: 1).deadlines[0]),
            Vector("ItemPlace", ItemPlace(item: step("name"), content: 1)),
            Vector("SubjectCase", SubjectCase(matter: step("opening"), code: try OneThingCode("20260101-00000001-8"))),
            Vector("RunningCase", RunningCase(try OneThingCode("20260101-00000001-8"), nextDue: begin)),
        ]
        #expect(try file("parts").differences(from: vectors) == [])
    }

    @Test func actsAreThoseOfTheVectors() throws {
        let tax = step("tax")
        let reason = try ReasonCode("WRONG")
        let code = try OneThingCode("20260101-00000001-8")
        let acts: [CaseAct] = [
            .acknowledge(tax, attempt: 1),
            .answer(
                tax, attempt: 1, step("done"), values: [try CaseValue(step("uscc"), "91650100MA")],
                content: content(["tax-kinds"]), licence: try licence(), reason: reason),
            .giveBack(tax, attempt: 1, reason), .ask(tax, attempt: 1, reason),
            .supply(tax, attempt: 1, content(["articles"])), .suspend(tax, attempt: 1, reason),
            .resume(tax, attempt: 1), .push(tax, attempt: 2, content(["articles"])),
            .waive(tax, attempt: 1, reason), .extend(tax, attempt: 1), .consent(step("objections"), attempt: 1),
            try objection(), .lift(step("objections"), attempt: 1, 0, evidence: digest("lifting")),
            .withdraw(reason), .annul(reason), .compensate(tax, attempt: 1), .rate(5), .archive,
        ]
        let open = OpenCase(
            matter: step("opening"), subject: .holder(HolderPseudonym(epoch: 1, digest: digest("holder"))),
            options: [step("with-bank")], content: content(["name", "articles", "account"]))
        let release = ReleaseContent(
            code: code, step: tax, attempt: 1, content: 0, items: [step("name")], delivered: digest("delivered"))
        let vectors =
            acts.map { Vector("CaseAct-\($0.kind)", $0) } + [
                Vector("OpenCase", open),
                Vector(
                    "OpenCase-licence",
                    OpenCase(
                        matter: step("closing"), subject: .licence(try licence()), options: [], content: nil)),
                Vector("CaseReference", CaseReference(code)), Vector("ActOnCase", ActOnCase(code, .archive)),
                Vector("SettleCases", SettleCases([code])), Vector("ReleaseContent", release),
            ]
        #expect(try file("acts").differences(from: vectors) == [])
    }

    @Test func casesAreThoseOfTheVectors() throws {
        let opening = try opening()
        let closing = try closing()
        let code = opening.state.code
        let events = opening.events + closing.events
        let recorded = events.map {
            RecordedCaseEvent($0, recordedAt: begin, height: Height(rawValue: 9), transaction: transaction)
        }
        let duty = try #require(opening.assignments.first { $0.duty.step == step("tax") }).duty
        let stored = StoredContent(content(["promise"]), of: step("department-0"))
        let running = RunningCase(code, nextDue: opening.nextDue?.time)
        let vectors = [
            Vector("OneThingCase", opening.state),
            Vector("OneThingCase-closing", closing.state),
            Vector("CaseStanding", CaseStanding(opening, at: begin, eventCount: 7)),
            Vector("CaseStanding-closing", CaseStanding(closing, at: begin, eventCount: 7)),
            Vector("CaseDuty", duty),
            Vector("InboxEntry", InboxEntry(duty, opening, index: 1)),
            Vector("InboxList", CaseList(count: 1, elements: [InboxEntry(duty, opening, index: 1)])),
            Vector("CaseNotice", CaseNotice(opening.events[1], number: 1, of: code)),
            Vector(
                "NoticeList", CaseList(count: 2, elements: [CaseNotice(opening.events[0], number: 0, of: code)])),
            Vector("EventList", CaseList(count: 40, elements: Array(recorded.prefix(2)))),
            Vector("RunningList", CaseList(count: 2, elements: [running, RunningCase(code, nextDue: nil)])),
            Vector("RunningCases", RunningCases([SubjectCase(matter: step("opening"), code: code)])),
            Vector("StoredContent", stored), Vector("ContentQuestion", ContentQuestion(code, 2)),
            Vector("CasePage", CasePage(of: code, from: 3, limit: 100)),
            Vector("CasePage-department", CasePage(of: step("department-1"), from: 0, limit: 1)),
            Vector("SlotNumber", SlotNumber(3)),
        ]
        let kinds = recorded.map { Vector("RecordedCaseEvent-\($0.event.kind)-\($0.event.step?.rawValue ?? "")", $0) }
        #expect(try file("cases").differences(from: vectors + kinds) == [])
    }

    private func file(_ name: String) -> VectorFile {
        VectorFile(
            "structures-onethings-\(name)",
            comment: "Structures of one-things, from fixed values: name, SHA-256 of the DER, DER.")
    }
}
