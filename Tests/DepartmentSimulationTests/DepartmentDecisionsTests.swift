import DepartmentSimulation
import Identity
import Licences
import OneThings
import Testing

/// What simulated departments decide, without a node: a case machine takes their acts.
@Suite("Decisions of simulated departments")
struct DepartmentDecisionsTests {
    @Test func theSameSeedDecidesTheSame() throws {
        let scene = try Scene()
        var behaviour = DepartmentBehaviour()
        (behaviour.returning, behaviour.asking, behaviour.delays) = (300, 300, 5...500)
        for number in 1...50 {
            let known = try scene.open(number).state
            let first = scene.tasks(in: known, seed: 7, behaviour)
            #expect(first == scene.tasks(in: known, seed: 7, behaviour))
            #expect(!first.isEmpty)
        }
    }

    @Test func withoutRatesACaseGoesStraightToItsEnd() throws {
        let scene = try Scene()
        let (machine, acts) = try scene.run(1, seed: 1, DepartmentBehaviour())
        #expect(machine.state.status == .completed)
        #expect(
            acts == [
                "acknowledge intake", "answer intake", "consent window", "acknowledge closing", "answer closing",
            ])
    }

    /// Every rate shows, and every case ends nevertheless.
    @Test func casesEndWhateverHappensInThem() throws {
        let scene = try Scene()
        var behaviour = DepartmentBehaviour()
        (behaviour.returning, behaviour.asking, behaviour.suspending) = (150, 150, 150)
        (behaviour.goingBack, behaviour.refusing, behaviour.objecting) = (150, 100, 300)
        behaviour.silent = 200
        var seen: Set<String> = []
        var ends: Set<CaseStatus> = []
        for number in 1...300 {
            let (machine, acts) = try scene.run(number, seed: 3, behaviour)
            #expect(!machine.state.status.isOpen)
            ends.insert(machine.state.status)
            seen.formUnion(acts.map { String($0.prefix { $0 != " " }) })
        }
        #expect(ends == [.completed, .ended])
        #expect(
            seen.isSuperset(of: [
                "acknowledge", "answer", "giveBack", "ask", "supply", "suspend", "resume", "push", "consent", "object",
                "lift",
            ]))
    }

    @Test func onlyTheRolesThatArePlayedHaveTasks() throws {
        let scene = try Scene()
        let known = try scene.open(1).state
        let other = DepartmentDecisions(
            scene.lead, roles: [scene.label("bureau")], seed: SimulationSeed(1), behaviour: DepartmentBehaviour())
        #expect(other.tasks(in: known, definition: scene.definition).isEmpty)
        let own = DepartmentDecisions(
            scene.lead, roles: [scene.label("counter")], seed: SimulationSeed(1), behaviour: DepartmentBehaviour())
        #expect(own.tasks(in: known, definition: scene.definition).map(\.action) == [.acknowledge])
    }

    @Test func ratesThatLeaveNothingAreNone() {
        var behaviour = DepartmentBehaviour()
        (behaviour.returning, behaviour.asking) = (600, 500)
        #expect(!behaviour.isPossible)
        behaviour.asking = 400
        #expect(behaviour.isPossible)
    }
}

/// Two departments, a step of each, and between them a window whose objections can be lifted.
private struct Scene {
    let definition: OneThingDefinition
    let lead: DepartmentName
    let bureau: DepartmentName

    init() throws {
        func label(_ text: String) throws -> Label { try #require(Label(text)) }
        (lead, bureau) = (try label("market"), try label("tax"))
        let title = BilingualTitle("事项", "matter")
        let reason = try ReasonCode("OTHER")
        let limits = StepLimits(
            acknowledge: try TimeLimit(10, .minutes), answer: try TimeLimit(1, .hours),
            supplement: try TimeLimit(1, .hours), lapsesUnsupplemented: try label("refused"),
            suspension: try TimeLimit(1, .hours))
        definition = OneThingDefinition(
            matter: try label("closing"), version: 1, title: title, basis: "rule", lead: try label("counter"),
            subject: .holder,
            roles: [
                DefinitionRole(try label("counter"), lead, title), DefinitionRole(try label("bureau"), bureau, title),
            ],
            fields: [DefinitionField(try label("number"), title, isOnLedger: true)],
            reasons: [DefinitionReason(reason, title)],
            ends: [NamedTitle(try label("refused"), title)],
            steps: [
                StepDefinition(
                    try label("intake"), title, role: try label("counter"), returns: [try label("number")],
                    answers: [
                        StepAnswer(try label("done"), title),
                        StepAnswer(try label("refused"), title, ends: try label("refused")),
                    ], limits: limits, attempts: 5),
                StepDefinition(
                    try label("window"), title, role: try label("counter"), after: [try label("intake")],
                    window: WindowRule(
                        objectors: [try label("bureau")], isPublic: false, reasons: [reason],
                        ends: try label("refused"), back: try label("window"), lift: try TimeLimit(1, .hours)),
                    limits: StepLimits(answer: try TimeLimit(1, .hours)), attempts: 5),
                StepDefinition(
                    try label("closing"), title, role: try label("bureau"), after: [try label("window")],
                    answers: [
                        StepAnswer(try label("done"), title),
                        StepAnswer(try label("anew"), title, back: try label("intake")),
                    ], limits: limits, attempts: 5),
            ])
    }

    func label(_ text: String) -> Label {
        guard let label = Label(text) else { preconditionFailure("'\(text)' is no label") }
        return label
    }

    func open(_ number: Int) throws -> CaseMachine {
        let digits = String(repeating: "0", count: 8 - "\(number)".count) + "\(number)"
        return try CaseMachine(
            opening: definition, code: try OneThingCode("20260105\(digits)"),
            subject: .holder(HolderPseudonym(epoch: 1, digest: try #require(Digest([UInt8](repeating: 1, count: 32))))),
            options: [], content: nil, by: lead, at: Timestamp(milliseconds: 1_767_600_000_000), calendar: .empty)
    }

    func tasks(in known: OneThingCase, seed: UInt64, _ behaviour: DepartmentBehaviour) -> [DepartmentTask] {
        [lead, bureau].flatMap { department in
            DepartmentDecisions(department, seed: SimulationSeed(seed), behaviour: behaviour)
                .tasks(in: known, definition: definition)
        }
    }

    /// Has departments act until nobody has anything to do, and then lets time pass.
    func run(
        _ number: Int, seed: UInt64, _ behaviour: DepartmentBehaviour
    ) throws -> (machine: CaseMachine, acts: [String]) {
        var machine = try open(number)
        var time = Timestamp(milliseconds: 1_767_600_000_000)
        var acts: [String] = []
        for _ in 0..<300 where machine.state.status.isOpen {
            time = time.advanced(by: .seconds(1))
            if let (department, task) = next(machine.state, seed, behaviour) {
                acts.append("\(task.action)".prefix { $0 != "(" } + " \(task.key.step)")
                try machine.apply(try act(task), by: department, at: time)
            } else if let due = machine.nextDue {
                time = max(time, due.time)
                machine.settle(until: time)
            }
        }
        return (machine, acts)
    }

    private func next(
        _ known: OneThingCase, _ seed: UInt64, _ behaviour: DepartmentBehaviour
    ) -> (DepartmentName, DepartmentTask)? {
        for department in [lead, bureau] {
            let decisions = DepartmentDecisions(department, seed: SimulationSeed(seed), behaviour: behaviour)
            if let task = decisions.tasks(in: known, definition: definition).first { return (department, task) }
        }
        return nil
    }

    private func act(_ task: DepartmentTask) throws -> CaseAct {
        let (step, attempt) = (task.key.step, task.key.attempt)
        switch task.action {
        case .acknowledge: return .acknowledge(step, attempt: attempt)
        case .answer(let name):
            let returns = name.rawValue == "done" && step.rawValue == "intake"
            let values = returns ? [try CaseValue(label("number"), "N-1")] : []
            return .answer(step, attempt: attempt, name, values: values)
        case .giveBack(let reason): return .giveBack(step, attempt: attempt, reason)
        case .ask(let reason): return .ask(step, attempt: attempt, reason)
        case .suspend(let reason): return .suspend(step, attempt: attempt, reason)
        case .resume: return .resume(step, attempt: attempt)
        case .consent: return .consent(step, attempt: attempt)
        case .object(let reason): return .object(step, attempt: attempt, reason)
        case .lift(let number): return .lift(step, attempt: attempt, number)
        case .push: return .push(step, attempt: attempt)
        case .supply: return .supply(step, attempt: attempt, nil)
        case .compensate: return .compensate(step, attempt: attempt)
        }
    }
}
