import Formats
import Identity
import LedgerTestKit
import Licences
import OneThings
import Testing
import ZhenglianClient

/// What does not fit is refused with its reason, and the case stands as it stood.
@Suite("Refusals of acts")
struct CaseRefusalTests {
    private let step = TestMatters.label

    private func registering(_ cases: TestCases, _ licence: LicenceIdentifier? = nil) throws -> CaseAct {
        .answer(
            step("registration"), attempt: 1, step("registered"), values: [try CaseValue(step("uscc"), "91650100MA")],
            licence: licence)
    }

    @Test func actsThatTheDefinitionOrTheCaseDoesNotProvideForAreRefused() async throws {
        let cases = try await TestCases(matters: [TestMatters.opening()])
        let code = try await cases.openOpening()
        let before = try await cases.standing(code).known
        let uscc = try CaseValue(step("uscc"), "91650100MA")
        let licence = try cases.identifier()
        let wrong: [(String, Int, CaseAct)] = [
            ("notConcerned", 1, .acknowledge(step("registration"), attempt: 1)),
            ("notConcerned", 3, .withdraw(try ReasonCode("WRONG"))),
            ("notDefined", 0, .acknowledge(step("unheard-of"), attempt: 1)),
            ("notOpen", 0, .acknowledge(step("registration"), attempt: 2)),
            ("notOpen", 1, .acknowledge(step("tax"), attempt: 1)),
            ("notDefined", 0, .answer(step("registration"), attempt: 1, step("perhaps"))),
            ("wrongContent", 0, .answer(step("registration"), attempt: 1, step("registered"))),
            (
                "wrongContent", 0,
                .answer(
                    step("registration"), attempt: 1, step("registered"),
                    values: [uscc, try CaseValue(step("name"), "x")],
                    licence: licence)
            ),
            (
                "wrongContent", 0,
                .answer(
                    step("registration"), attempt: 1, step("registered"), values: [uscc],
                    content: cases.content(["account"]), licence: licence)
            ),
            ("wrongContent", 0, .answer(step("registration"), attempt: 1, step("rejected"), values: [uscc])),
            ("notDefined", 0, .ask(step("registration"), attempt: 1, try ReasonCode("UNHEARD_OF"))),
            ("doneBefore", 0, .giveBack(step("registration"), attempt: 1, try ReasonCode("WRONG"))),
            ("notDefined", 0, .waive(step("registration"), attempt: 1, try ReasonCode("WRONG"))),
            ("notOpen", 0, .resume(step("registration"), attempt: 1)),
            ("notOpen", 0, .supply(step("registration"), attempt: 1, nil)),
            ("notDefined", 0, .object(step("registration"), attempt: 1, try ReasonCode("WRONG"))),
            ("notOpen", 0, .rate(5)),
            ("notOpen", 0, .archive),
            ("notOpen", 0, .annul(try ReasonCode("WRONG"))),
        ]
        for (expected, department, act) in wrong {
            let refusal = try await cases.refusal { try await cases.act(department, code, act) }
            #expect(refusal == expected, "\(act.kind) of \(act.step?.rawValue ?? "the case")")
        }
        #expect(try await cases.standing(code).known == before)
        let unknown = try OneThingCode("20260101-99999999-X")
        #expect(
            try await cases.refusal { try await cases.act(0, unknown, .archive) } == "notFound")
    }

    @Test func aCaseIsOpenedByTheLeadWithExactlyWhatIsAskedFor() async throws {
        let cases = try await TestCases(matters: [TestMatters.opening()])
        let holder = CaseSubject.holder(cases.holder())
        func refusal(
            _ subject: CaseSubject, options: [String] = [], _ items: [String], by department: Int = 0,
            of matter: String = "opening"
        ) async throws -> String? {
            try await cases.refusal {
                _ = try await cases.open(matter, subject, options: options, items: items, by: department)
            }
        }
        #expect(try await refusal(holder, ["name", "articles"], by: 1) == "notPermitted")
        #expect(try await refusal(holder, ["name"]) == "wrongContent")
        #expect(try await refusal(holder, ["name", "articles", "account"]) == "wrongContent")
        #expect(try await refusal(holder, options: ["with-bank"], ["name", "articles"]) == "wrongContent")
        #expect(try await refusal(holder, options: ["with-luck"], ["name", "articles"]) == "notDefined")
        #expect(try await refusal(holder, ["name", "name", "articles"]) == "wrongContent")
        #expect(try await refusal(.licence(try cases.identifier()), ["name", "articles"]) == "wrongSubject")
        #expect(try await refusal(holder, ["name", "articles"], of: "unheard-of") == "notFound")
        #expect(try await refusal(holder, ["name", "articles"]) == nil)
        // Two cases of one matter on one subject exclude each other.
        #expect(try await refusal(holder, ["name", "articles"]) == "excluded")
    }

    @Test func mattersThatExcludeEachOtherDoSoFromEitherSideAndUntilTheOtherIsOver() async throws {
        let opening = try TestMatters.opening(excludes: ["closing"])
        let cases = try await TestCases(matters: [opening, TestMatters.closing()])
        let code = try await cases.openOpening()
        let licence = try cases.identifier()
        try await cases.act(0, code, registering(cases, licence), and: try cases.issuing(licence))
        // The licence that the opening has issued is its subject from now on.
        #expect(
            try await cases.refusal {
                _ = try await cases.open("closing", .licence(licence), items: ["promise"])
            } == "excluded")
        try await cases.act(
            1, code, .answer(step("tax"), attempt: 1, step("done"), content: cases.content(["tax-kinds"])))
        try await cases.act(0, code, .waive(step("social"), attempt: 1, ReasonCode("WRONG")))
        #expect(try await cases.standing(code).known.status == .completed)
        _ = try await cases.open("closing", .licence(licence), items: ["promise"])
    }

    @Test func aLicenceIsIssuedInTheTransactionOfItsAnswerOrNotAtAll() async throws {
        let cases = try await TestCases(matters: [TestMatters.opening()])
        let code = try await cases.openOpening()
        let earlier = try await cases.issued("000001")
        #expect(
            try await cases.refusal { try await cases.act(0, code, registering(cases, earlier)) } == "wrongEffect")
        #expect(try await cases.refusal { try await cases.act(0, code, registering(cases)) } == "wrongContent")
        let licence = try cases.identifier("000002")
        // Without its evidence it is half a licence.
        #expect(
            try await cases.refusal {
                try await cases.act(0, code, registering(cases, licence), and: [try cases.issuing(licence)[0]])
            } == "wrongEffect")
        try await cases.act(0, code, registering(cases, licence), and: try cases.issuing(licence))
        #expect(try await cases.status(code, "registration") == .settled)
    }

    @Test func whatALicenceNoLongerAllowsOnlyEnds() async throws {
        let cases = try await TestCases(matters: [TestMatters.closing()])
        let licence = try await cases.issued()
        let code = try await cases.open("closing", .licence(licence), options: ["individual"], items: ["promise"])
        let revoke = ChangeLicenceStatus(
            identifier: licence, operation: .end, status: .revokedAsPenalty, basis: "penalty")
        try await cases.client(0).licences.submit(.changeStatus(revoke))
        let granted = CaseAct.answer(step("review"), attempt: 1, step("granted"))
        #expect(try await cases.refusal { try await cases.act(0, code, granted) } == "wrongEffect")
        #expect(
            try await cases.refusal {
                _ = try await cases.open("closing", .licence(licence), items: ["promise"])
            } == "notInForce")
        try await cases.act(0, code, .answer(step("review"), attempt: 1, step("refused")))
        #expect(try await cases.standing(code).known.end == step("refused"))
    }

    @Test func aValueForTheLedgerIsACodeAndNobodysNumber() throws {
        for value in ["", "张三", "has space", "650102199001011239", "13912345678", String(repeating: "a", count: 65)] {
            #expect(throws: OneThingError(.wrongValue, "")) { try CaseValue(step("uscc"), value) }
        }
        #expect(throws: Never.self) { try CaseValue(step("uscc"), "1.2.156.3005/A_b-9") }
    }

    @Test func anActWithWhatAnotherActHasIsNoAct() throws {
        let act = CaseAct.answer(step("review"), attempt: 1, step("granted"))
        var bytes = act.derBytes
        // The number of its kind: an acknowledgement has no answer.
        let kind = try #require(bytes.firstIndex(of: 0x0a))
        bytes[kind + 2] = 0
        #expect(throws: FormatError(.outOfRange, "")) { try CaseAct(derBytes: bytes, limit: 1_024) }
    }
}
