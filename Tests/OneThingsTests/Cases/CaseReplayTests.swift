import ClientTestKit
import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import OneThings
import Testing
import ZhenglianClient

/// A case of the ledger, tried on other definitions.
@Suite("Cases tried on another definition")
struct CaseReplayTests {
    private let consortium: TestConsortium
    private let node: InProcessClient

    init() throws {
        consortium = try TestConsortium()
        node = try InProcessClient(
            consortium, contracts: [CalendarContract(), DefinitionsContract(), CasesContract()])
    }

    private func client(_ department: Int, role: Role = .client) throws -> ZhenglianClient {
        ZhenglianClient(ledger: node, identity: try consortium.member("desk", department: department, role: role))
    }

    /// The small matter with departments of this consortium and no working days, and with something else in places.
    private func definition(
        _ edits: (old: String, new: String)..., police: Int = 1, window: TimeLimit? = nil
    ) throws -> OneThingDefinition {
        var text = DefinitionFiles.newbornText
        for edit in edits {
            #expect(text.contains(edit.old))
            text = text.replacing(edit.old, with: edit.new, maxReplacements: 1)
        }
        var file = try DefinitionFile(Array(text.utf8))
        for (role, department) in [("hospital", 0), ("police", police), ("insurer", 2)] {
            try file.setDepartment(consortium.authorities[department].anchor.department, of: label(role))
        }
        for (name, hours) in [("answer", 72), ("amber", 48), ("extended", 120)] as [(String, Int64)] {
            try file.setLimit(TimeLimit(hours, .hours), name, of: label("household"))
        }
        if let window { try file.setLimit(window, "answer", of: label("notice")) }
        return try file.definition()
    }

    private func label(_ text: String) throws -> Label { try #require(Label(text)) }

    private func call(_ method: String, _ arguments: some DERSequence) -> Call {
        Call(contract: CasesContract.contractName, method: method, arguments: arguments.derBytes)
    }

    /// A case in which a child is registered, and an objection is raised and lifted, so that it begins anew.
    private func tellStory() async throws -> OneThingCode {
        let agreed = try definition()
        try await client(0, role: .administrator).oneThings.definitions.propose(agreed)
        let digest = consortium.suite.digest(of: agreed.derBytes)
        for department in 1...2 {
            try await client(department, role: .administrator).oneThings.definitions.approve(digest, of: agreed.matter)
        }
        try await node.idle(Int(DefinitionsContract.notice))
        let content = CaseContent(
            items: try ["child-name", "mother-ref", "certificate"].map(label), root: consortium.suite.digest(of: [1]))
        let holder = HolderPseudonym(epoch: 1, digest: consortium.suite.digest(of: [2]))
        let opened = try await client(0).submitter.submit([
            call(
                CasesContract.Method.open,
                OpenCase(matter: agreed.matter, subject: .holder(holder), options: [], content: content))
        ])
        guard case .applied(_, let values) = opened.status, let bytes = values.first else {
            throw OneThingError(.notOpen, "the case was not opened")
        }
        let code = try CaseReference(derBytes: bytes, limit: 1_024).code
        let (household, notice) = (try label("household"), try label("notice"))
        let number = try CaseValue(label("register-number"), "650100-1")
        let acts: [(Int, CaseAct)] = [
            (1, .acknowledge(household, attempt: 1)),
            (1, .answer(household, attempt: 1, try label("registered"), values: [number])),
            (2, .object(notice, attempt: 1, try ReasonCode("DISPUTE"))),
            (2, .lift(notice, attempt: 1, 0)),
        ]
        for (department, act) in acts {
            try await node.idle(1, apart: .seconds(10))
            _ = try await client(department).submitter.submit([
                call(CasesContract.Method.act, ActOnCase(code, act))
            ])
        }
        return code
    }

    @Test func aCaseStandsByItsOwnDefinitionWhereItStands() async throws {
        let code = try await tellStory()
        let replay = try await client(3).oneThings.definitions.replay(code, on: try definition())
        let standing = try await node.query(
            contract: CasesContract.contractName, name: CasesContract.Query.standing, arguments: CaseReference(code),
            as: CaseStanding.self
        ).result
        #expect(replay.outcome == .stands(standing.known))
        #expect(standing.known.steps.first?.attempt == 2)
    }

    @Test func anotherDefinitionRefusesTheFirstActThatItDoesNotProvideFor() async throws {
        let code = try await tellStory()
        let definitions = try client(3).oneThings.definitions
        func refusal(_ other: OneThingDefinition) async throws -> (CaseEvent.Kind, OneThingError.Code)? {
            guard case .refused(_, let event, let reason) = try await definitions.replay(code, on: other).outcome
            else { return nil }
            return (event.kind, reason.code)
        }
        let final = try await refusal(
            definition(
                (#""reasons": ["DISPUTE"], "ends": "refused","#, #""reasons": ["DISPUTE"], "ends": "refused""#),
                (#""back": "household", "lift": "7 calendarDays""#, "")))
        #expect(final?.0 == .objectionLifted && final?.1 == .notOpen)
        let short = try await refusal(definition(window: TimeLimit(1, .seconds)))
        #expect(short?.0 == .objected && short?.1 == .tooLate)
        let moved = try await refusal(definition(police: 3))
        #expect(moved?.0 == .acknowledged && moved?.1 == .notConcerned)
        let more = try await refusal(
            definition(
                (#""fields": ["#, #""fields": [\#(DefinitionCheckTests.field("colour", for: #""police""#)),"#),
                (#""intake": ["#, #""intake": [{ "item": "colour" },"#),
                (#""needs": ["child-name", "mother-ref""#, #""needs": ["colour", "child-name", "mother-ref""#)))
        #expect(more?.0 == .opened && more?.1 == .wrongContent)
    }
}
