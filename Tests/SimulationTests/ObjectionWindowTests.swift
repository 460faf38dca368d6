import Formats
import Identity
import Ledger
import Licences
import OneThings
import Simulation
import Testing

/// A window of a case is open by ledger time alone: however the clocks of the machines differ, an objection in a block
/// before the window's end counts, one in a block from the end on does not, and every machine says the same.
@Suite("Windows under skewed clocks")
struct ObjectionWindowTests {
    private static let matter = label("window")
    private static let step = label("objections")
    private static let windowSeconds: Int64 = 3

    private static func label(_ text: String) -> Label {
        guard let label = Label(text) else { preconditionFailure("'\(text)' is no label") }
        return label
    }

    /// One window in which two departments may object.
    private func definition(_ departments: [DepartmentName]) throws -> OneThingDefinition {
        let title = BilingualTitle("名称", "title")
        let reason = try ReasonCode("ARREARS")
        return OneThingDefinition(
            matter: Self.matter, version: 1, title: title, basis: "a rule", lead: departments[0], subject: .holder,
            roles: departments.prefix(3).map { DefinitionRole($0, $0, title) },
            reasons: [DefinitionReason(reason, title)], ends: [NamedTitle(Self.label("terminated"), title)],
            steps: [
                StepDefinition(
                    Self.step, title, role: departments[0],
                    window: WindowRule(
                        objectors: Array(departments[1...2]), isPublic: false, reasons: [reason],
                        ends: Self.label("terminated")),
                    limits: StepLimits(answer: try TimeLimit(Self.windowSeconds, .seconds)))
            ])
    }

    private func call(_ contract: String, _ method: String, _ arguments: some DERSequence) -> Call {
        Call(contract: contract, method: method, arguments: arguments.derBytes)
    }

    private func run(_ scenario: Scenario, until isDone: () -> Bool) {
        let start = scenario.now
        while !isDone(), scenario.now - start < .seconds(60), scenario.violations.isEmpty {
            scenario.run(for: .milliseconds(5))
        }
    }

    private func result(
        _ transaction: TransactionIdentifier, _ scenario: Scenario
    ) throws -> (outcome: Outcome, time: Timestamp) {
        run(scenario) { scenario.outcome(of: transaction, on: 0) != nil }
        return try #require(scenario.outcome(of: transaction, on: 0), "\(scenario.unsettled)")
    }

    /// Has all departments adopt the matter, and waits until it is in force.
    private func adopt(_ scenario: Scenario) throws {
        let definition = try definition(scenario.departments)
        let digest = scenario.suite.digest(of: definition.derBytes)
        let proposal = try #require(
            scenario.order(
                [call("onethings", "propose", ProposeDefinition(definition))], as: .administrator, of: 0))
        _ = try result(proposal, scenario)
        for department in 1...2 {
            let approve = call("onethings", "approve", ApproveDefinition(digest, of: Self.matter))
            let approval = try #require(scenario.order([approve], as: .administrator, of: department))
            _ = try result(approval, scenario)
        }
        let inForce = scenario.height + DefinitionsContract.notice + 2
        while scenario.height < inForce, scenario.violations.isEmpty {
            scenario.order(3)
            scenario.run(for: .milliseconds(100))
        }
    }

    @Test(arguments: 1...12)
    func anObjectionCountsByTheTimeOfItsBlockAndOfNothingElse(_ seed: UInt64) throws {
        let scenario = try Scenario(
            validators: 4, seed: seed, applications: [CalendarContract(), DefinitionsContract(), CasesContract()])
        var generator = SeededGenerator(seed: seed)
        for machine in 0..<4 {
            scenario.setClock(of: machine, ahead: .milliseconds(Int64.random(in: -400...400, using: &generator)))
        }
        try adopt(scenario)
        var objections: [(code: OneThingCode, end: Timestamp, objection: TransactionIdentifier)] = []
        for number: UInt8 in 0..<8 {
            let holder = HolderPseudonym(epoch: 1, digest: scenario.suite.digest(of: [number]))
            let open = OpenCase(matter: Self.matter, subject: .holder(holder), options: [], content: nil)
            let opening = try #require(scenario.order([call("cases", "open", open)], of: 0))
            let opened = try result(opening, scenario)
            guard case .applied(_, let values) = opened.outcome.status, let value = values.last else {
                Issue.record("seed \(seed): \(opened.outcome.status)")
                return
            }
            let code = try CaseReference(derBytes: value, limit: 1_024).code
            let end = opened.time.advanced(by: .seconds(Self.windowSeconds))
            // As near to the end as whoever looks at ledger time can come.
            let wait = Int64.random(in: -150...100, using: &generator)
            run(scenario) {
                // Something has to be on the ledger for its time to go on.
                if scenario.isResting { scenario.order(3) }
                return scenario.ledgerTime(of: 1).milliseconds >= end.milliseconds + wait
            }
            let object = CaseAct.object(Self.step, attempt: 1, try ReasonCode("ARREARS"))
            let department = 1 + Int(number % 2)
            let objection = try #require(
                scenario.order([call("cases", "act", ActOnCase(code, object))], of: department))
            _ = try result(objection, scenario)
            objections.append((code, end, objection))
        }
        try check(objections, scenario, seed)
    }

    private func check(
        _ objections: [(code: OneThingCode, end: Timestamp, objection: TransactionIdentifier)], _ scenario: Scenario,
        _ seed: UInt64
    ) throws {
        #expect(scenario.settle() != nil, "seed \(seed): \(scenario.unsettled)")
        for (code, end, objection) in objections {
            for machine in 0..<4 {
                let found = try #require(scenario.outcome(of: objection, on: machine))
                let counts = found.time < end
                let isApplied = if case .applied = found.outcome.status { true } else { false }
                #expect(isApplied == counts, "seed \(seed), \(code), machine \(machine)")
                let bytes = try #require(
                    scenario.value(
                        at: StateAddress(contract: "cases", key: StateKey("case", Array(code.text.utf8))), on: machine))
                let known = try OneThingCase(derBytes: bytes, limit: 1 << 16)
                #expect((known.status == .ended) == counts, "seed \(seed), \(code), machine \(machine)")
            }
        }
        #expect(scenario.violations.isEmpty, "\(scenario.story)")
    }
}
