import Identity
import LedgerTestKit
import Licences
import OneThings
import Testing

/// Whatever departments do and whenever: a case's events tell how it stands, clocks do not depend on who looks, no
/// handoff is begun twice, and every case can be brought to an end.
@Suite("Histories of cases")
struct CaseHistoryTests {
    @Test(arguments: 0..<300)
    func anyHistoryKeepsTheRules(_ seed: UInt64) throws {
        var history = try CaseHistory(seed: seed)
        for _ in 0..<60 where history.machine.state.status.isOpen { try history.goOn() }
        try history.finish()
        #expect(!history.machine.state.status.isOpen, "seed \(seed)")
        let told = ToldCase(history.events, of: history.machine.definition, options: history.machine.state.options)
        #expect(told.statuses == history.machine.state.steps.map(\.status), "seed \(seed)")
        #expect(told.status == history.machine.state.status, "seed \(seed)")
        #expect(told.doubledHandoffs.isEmpty, "seed \(seed)")
        #expect(history.machine.assignments.isEmpty, "seed \(seed)")
    }
}

/// A case to which things happen by chance.
private struct CaseHistory {
    static let begin = Timestamp(milliseconds: 1_767_230_000_000)

    private(set) var machine: CaseMachine
    private(set) var events: [CaseEvent]
    private var generator: SeededGenerator
    private var now = Self.begin
    private let seed: UInt64

    init(seed: UInt64) throws {
        self.seed = seed
        generator = SeededGenerator(seed: seed)
        let suite = CryptoSuiteIdentifier.p256.suite
        let definition = try [
            TestMatters.opening(), TestMatters.closing(), TestMatters.closing(lifts: true),
        ][Int(seed % 3)]
        let options = Bool.random(using: &generator) ? definition.options.map(\.name) : []
        let items = definition.intake.filter { $0.condition.holds(for: options) }.map(\.item)
        let holder = HolderPseudonym(epoch: 1, digest: suite.digest(of: []))
        let licence = LicenceIdentifier(
            typeCode: try LicenceTypeCode(TestMatters.licenceType),
            issuerCode: try UnifiedSocialCreditCode("11650000MB1A0001XQ"), serial: try LicenceSerial("000001"),
            version: try LicenceVersion("001"))
        let opened = try CaseMachine(
            opening: definition, code: OneThingCode("20260101-00000001-8"),
            subject: definition.subject == .holder ? .holder(holder) : .licence(licence), options: options,
            content: CaseContent(items: items, root: suite.digest(of: [])), by: TestMatters.label("department-0"),
            at: now, calendar: NoticeOf2026.calendar())
        events = opened.events
        machine = CaseMachine(opened.state, definition: definition, calendar: opened.calendar)
    }

    /// Lets some time pass and somebody do something, which may be refused.
    mutating func goOn() throws {
        let pause: ClosedRange<Int64> = Bool.random(using: &generator) ? 0...600 : 0...400_000
        now = now.advanced(by: .seconds(Int64.random(in: pause, using: &generator)))
        try checkThatClocksDoNotDependOnWhoLooks()
        // Most of what happens is what may happen; some is anything at all.
        if Int.random(in: 0..<4, using: &generator) == 0 {
            take(try anyAct(), by: TestMatters.label("department-\(Int.random(in: 0..<4, using: &generator))"))
        } else if let assignment = machine.assignments.randomElement(using: &generator) {
            take(try act(for: assignment.duty), by: assignment.department)
        }
    }

    /// Has everybody do what the case needs to come to its end.
    mutating func finish() throws {
        for _ in 0..<300 where machine.state.status.isOpen {
            now = now.advanced(by: .seconds(3_600))
            guard let assignment = machine.assignments.first(where: { $0.duty.kind != .reply && $0.duty.kind != .lift })
            else {
                now = now.advanced(by: .seconds(86_400))
                settle()
                continue
            }
            let index = try #require(
                machine.definition.steps.firstIndex { $0.name == assignment.duty.step })
            let (step, attempt) = (assignment.duty.step, machine.state.steps[index].attempt)
            switch assignment.duty.kind {
            case .handle where machine.state.steps[index].status == .suspended:
                take(.resume(step, attempt: attempt), by: assignment.department)
            case .handle where machine.state.steps[index].status == .asking: settle()
            case .handle:
                let answer = try #require(machine.definition.steps[index].answers.first { $0.settles })
                take(try full(answer, index), by: assignment.department)
            default: take(try act(for: assignment.duty), by: assignment.department)
            }
        }
    }

    // MARK: What happens

    private mutating func take(_ act: CaseAct, by department: DepartmentName) {
        var next = machine
        do throws(OneThingError) {
            try next.apply(act, by: department, at: now)
        } catch {
            // What is refused takes no effect; the clocks take theirs with whatever comes next.
            return settle()
        }
        adopt(next)
    }

    private mutating func settle() {
        var next = machine
        next.settle(until: now)
        adopt(next)
    }

    private mutating func adopt(_ next: CaseMachine) {
        events += next.events
        machine = CaseMachine(next.state, definition: next.definition, calendar: next.calendar)
    }

    /// Blocks come when they come: settling at every one, or only at the last, comes to the same.
    private mutating func checkThatClocksDoNotDependOnWhoLooks() throws {
        var often = machine
        var rarely = machine
        let last = now.advanced(by: .seconds(40 * 86_400))
        var time = now
        while time < last {
            often.settle(until: time)
            time = time.advanced(by: .seconds(Int64.random(in: 1...900_000, using: &generator)))
        }
        often.settle(until: last)
        rarely.settle(until: last)
        #expect(often.state == rarely.state, "seed \(seed)")
        #expect(often.events == rarely.events, "seed \(seed)")
    }

    private mutating func anyAct() throws -> CaseAct {
        let step = machine.definition.steps.randomElement(using: &generator)?.name ?? TestMatters.label("none")
        let attempt = Int64.random(in: 1...3, using: &generator)
        let reason = try #require(machine.definition.reasons.randomElement(using: &generator)).code
        let acts: [CaseAct] = [
            .acknowledge(step, attempt: attempt), .giveBack(step, attempt: attempt, reason),
            .ask(step, attempt: attempt, reason), .supply(step, attempt: attempt, nil),
            .suspend(step, attempt: attempt, reason), .resume(step, attempt: attempt), .push(step, attempt: attempt),
            .waive(step, attempt: attempt, reason), .extend(step, attempt: attempt), .consent(step, attempt: attempt),
            .object(step, attempt: attempt, reason), .lift(step, attempt: attempt, 0), .annul(reason),
            .compensate(step, attempt: attempt), .rate(3), .archive,
        ]
        return try #require(acts.randomElement(using: &generator))
    }

    /// Something that a department may do about its duty.
    private mutating func act(for duty: CaseDuty) throws -> CaseAct {
        let index = try #require(machine.definition.steps.firstIndex { $0.name == duty.step })
        let step = machine.definition.steps[index]
        let attempt = machine.state.steps[index].attempt
        let reasons = step.window?.reasons ?? machine.definition.reasons.map(\.code)
        let reason = try #require(reasons.randomElement(using: &generator))
        switch duty.kind {
        case .handle:
            if let answer = step.answers.randomElement(using: &generator), Bool.random(using: &generator) {
                return try full(answer, index)
            }
            let acts: [CaseAct] = [
                .acknowledge(step.name, attempt: attempt), .giveBack(step.name, attempt: attempt, reason),
                .ask(step.name, attempt: attempt, reason), .suspend(step.name, attempt: attempt, reason),
                .resume(step.name, attempt: attempt), .extend(step.name, attempt: attempt),
            ]
            return try #require(acts.randomElement(using: &generator))
        case .reply:
            return Int.random(in: 0..<4, using: &generator) == 0
                ? .object(step.name, attempt: attempt, reason) : .consent(step.name, attempt: attempt)
        case .mend: return .push(step.name, attempt: attempt)
        case .supply: return .supply(step.name, attempt: attempt, nil)
        case .compensate: return .compensate(step.name, attempt: attempt)
        case .lift:
            let count = Int64(machine.state.steps[index].objections.count)
            return .lift(step.name, attempt: attempt, Int64.random(in: 0..<max(1, count), using: &generator))
        }
    }

    /// An answer with all that it has to bring.
    private func full(_ answer: StepAnswer, _ index: Int) throws -> CaseAct {
        let step = machine.definition.steps[index]
        let returns = answer.settles ? step.returns : []
        let onLedger = returns.filter { machine.definition.field($0)?.isOnLedger ?? false }
        let items = returns.filter { !onLedger.contains($0) }
        let issues = answer.settles && step.effect?.kind == .issuesLicence
        let licence = LicenceIdentifier(
            typeCode: try LicenceTypeCode(TestMatters.licenceType),
            issuerCode: try UnifiedSocialCreditCode("11650000MB1A0001XQ"), serial: try LicenceSerial("000002"),
            version: try LicenceVersion("001"))
        return .answer(
            step.name, attempt: machine.state.steps[index].attempt, answer.name,
            values: try onLedger.map { try CaseValue($0, "V1") },
            content: items.isEmpty
                ? nil : CaseContent(items: items, root: CryptoSuiteIdentifier.p256.suite.digest(of: [])),
            licence: issues ? licence : nil)
    }
}

/// How a case stands by its events alone, told by other rules than those that made them.
private struct ToldCase {
    private(set) var statuses: [StepStatus]
    private(set) var status = CaseStatus.running
    /// Attempts of steps that were pushed twice without an alarm between.
    private(set) var doubledHandoffs: [String] = []

    init(_ events: [CaseEvent], of definition: OneThingDefinition, options: [Label]) {
        statuses = definition.steps.map { $0.condition.holds(for: options) ? .waiting : .leftOut }
        var pushed: Set<String> = []
        for event in events {
            guard let step = event.step, let index = definition.steps.firstIndex(where: { $0.name == step }) else {
                tell(event)
                continue
            }
            let handoff = "\(step) \(event.attempt)"
            switch event.kind {
            case .pushed:
                if !pushed.insert(handoff).inserted { doubledHandoffs.append(handoff) }
                // What comes after a step that begins anew begins anew too.
                if event.attempt > 1, statuses[index] != .returned { reset(after: step, definition) }
                statuses[index] = .pushed
            case .unacknowledged: pushed.remove(handoff)
            case .acknowledged, .resumed: statuses[index] = .acknowledged
            case .supplied where statuses[index] == .asking: statuses[index] = .acknowledged
            case .answered, .windowClosed: statuses[index] = .settled
            case .returned: statuses[index] = .returned
            case .asked: statuses[index] = .asking
            case .suspended: statuses[index] = .suspended
            case .waived: statuses[index] = .waived
            case .objected: statuses[index] = .objected
            case .recalled: statuses[index] = .waiting
            case .compensationPushed: statuses[index] = .compensating
            case .compensated: statuses[index] = .compensated
            default: break
            }
            if status == .annulling, !statuses.contains(.compensating) { status = .annulled }
        }
        if status == .annulling, !statuses.contains(.compensating) { status = .annulled }
    }

    private mutating func tell(_ event: CaseEvent) {
        switch event.kind {
        case .completed: status = .completed
        case .ended, .withdrawn:
            status = event.kind == .ended ? .ended : .withdrawn
            close()
        case .annulled:
            status = .annulling
            close()
        default: break
        }
    }

    private mutating func close() {
        for index in statuses.indices where !statuses[index].isDone { statuses[index] = .closed }
    }

    private mutating func reset(after step: Label, _ definition: OneThingDefinition) {
        for (index, other) in definition.steps.enumerated()
        where other.after.contains(step) && statuses[index] != .leftOut && statuses[index] != .waiting {
            statuses[index] = .waiting
            reset(after: other.name, definition)
        }
    }
}
