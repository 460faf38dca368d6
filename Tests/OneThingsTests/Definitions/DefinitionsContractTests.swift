import ClientTestKit
import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences
import OneThings
import Testing

/// A definition is the consortium's, and a case keeps to the one under which it was opened.
@Suite("The contract of definitions")
struct DefinitionsContractTests {
    private func propose(
        _ definition: OneThingDefinition, _ cases: TestCases, by department: Int = 0, as role: Role = .administrator
    ) async throws -> String? {
        try await cases.refusal {
            try await cases.write(department, as: role, "onethings", "propose", ProposeDefinition(definition))
        }
    }

    private func approve(
        _ definition: OneThingDefinition, _ cases: TestCases, by department: Int
    ) async throws -> String? {
        let digest = cases.consortium.suite.digest(of: definition.derBytes)
        return try await cases.refusal {
            try await cases.write(
                department, as: .administrator, "onethings", "approve", ApproveDefinition(digest, of: definition.matter)
            )
        }
    }

    @Test func allWhoTakePartHaveToApproveAndMoreThanHalfOfTheDepartments() async throws {
        let cases = try await TestCases(matters: [])
        let definition = try TestMatters.opening()
        #expect(try await propose(definition, cases, as: .client) == "notPermitted")
        #expect(try await propose(definition, cases) == nil)
        #expect(try await approve(definition, cases, by: 0) == "alreadyApproved")
        #expect(try await approve(TestMatters.opening(version: 2), cases, by: 1) == "stateHasMoved")
        #expect(try await approve(TestMatters.closing(), cases, by: 1) == "notFound")
        for department in 1...2 { #expect(try await approve(definition, cases, by: department) == nil) }
        // Three of four are more than half, but the bank has not been heard.
        let proposal: DefinitionProposal = try await cases.ask(
            "proposal", MatterQuestion(definition.matter), of: "onethings")
        #expect(proposal.approvals.count == 3)
        #expect(try await approve(definition, cases, by: 3) == nil)
        #expect(try await cases.refusal { _ = try await cases.openOpening() } == "notInForce")
        try await cases.node.idle(Int(DefinitionsContract.notice))
        _ = try await cases.openOpening()
    }

    @Test func aDefinitionThatCannotBeCarriedOutIsRefusedWithThePlace() async throws {
        let cases = try await TestCases(matters: [])
        #expect(try await propose(TestMatters.opening(version: 2), cases) == "wrongVersion")
        let stranger = OneThingDefinition(
            matter: TestMatters.label("strange"), version: 1, title: TestMatters.title("strange"), basis: "a rule",
            lead: TestMatters.label("lead"), subject: .holder,
            roles: [
                DefinitionRole(
                    TestMatters.label("lead"), TestMatters.label("department-9"), TestMatters.title("nobody"))
            ],
            steps: [
                StepDefinition(
                    TestMatters.label("only"), TestMatters.title("only"), role: TestMatters.label("lead"),
                    answers: [StepAnswer(TestMatters.label("done"), TestMatters.title("done"))])
            ])
        #expect(try await propose(stranger, cases) == "unknownDepartment")
        let endless = OneThingDefinition(
            matter: TestMatters.label("endless"), version: 1, title: TestMatters.title("endless"), basis: "a rule",
            lead: TestMatters.label("lead"), subject: .holder,
            roles: [
                DefinitionRole(
                    TestMatters.label("lead"), TestMatters.label("department-0"), TestMatters.title("lead"))
            ],
            steps: [
                StepDefinition(
                    TestMatters.label("only"), TestMatters.title("only"), role: TestMatters.label("lead"),
                    after: [TestMatters.label("only")],
                    answers: [StepAnswer(TestMatters.label("done"), TestMatters.title("done"))])
            ])
        #expect(try await propose(endless, cases) == "wrongDefinition")
        #expect(try await propose(TestMatters.opening(), cases) == nil)
    }

    @Test func aRunningCaseKeepsItsVersion() async throws {
        let cases = try await TestCases(matters: [TestMatters.opening()])
        let code = try await cases.openOpening()
        try await cases.adopt(TestMatters.opening(version: 2))
        // Announced, and not in force yet.
        let early: MatterAnswer = try await cases.ask(
            "matter", MatterQuestion(TestMatters.label("opening")), of: "onethings")
        #expect(early.definition?.version == 1)
        #expect(early.versions.versions.map(\.version) == [1, 2])
        try await cases.node.idle(Int(DefinitionsContract.notice))
        try await cases.act(0, code, .withdraw(ReasonCode("WRONG")))
        let next = try await cases.openOpening()
        #expect(try await cases.standing(code).known.definition == 1)
        #expect(try await cases.standing(next).known.definition == 2)
        let matters: MattersAnswer = try await cases.ask("matters", NoResult(), of: "onethings")
        #expect(matters.matters.map(\.matter.rawValue) == ["opening"])
    }
}
