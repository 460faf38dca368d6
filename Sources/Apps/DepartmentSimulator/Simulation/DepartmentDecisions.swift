public import Identity
import Licences
public import OneThings

/// What a simulated department does: a function of how a case stands, its definition and the seed.
///
/// It asks nobody and keeps nothing, so that a department that was killed decides the same when it is back.
public struct DepartmentDecisions: Sendable {
    public let department: DepartmentName
    private let roles: Set<Label>?
    private let seed: SimulationSeed
    private let behaviour: DepartmentBehaviour

    /// - Parameters:
    ///   - department: in whose name.
    ///   - roles: the duties that are simulated; `nil` for all that the department has.
    public init(
        _ department: DepartmentName, roles: Set<Label>? = nil, seed: SimulationSeed, behaviour: DepartmentBehaviour
    ) {
        (self.department, self.roles, self.seed, self.behaviour) = (department, roles, seed, behaviour)
    }

    /// What the department has to do in a case now.
    public func tasks(in known: OneThingCase, definition: OneThingDefinition) -> [DepartmentTask] {
        // Who has which duty does not hang on the calendar.
        let machine = CaseMachine(known, definition: definition, calendar: .empty)
        return machine.assignments.filter { $0.department == department }.compactMap { assignment in
            let duty = assignment.duty
            guard let index = definition.steps.firstIndex(where: { $0.name == duty.step }) else { return nil }
            let step = definition.steps[index]
            guard plays(duty.kind, step, definition) else { return nil }
            let state = known.steps[index]
            let round = step.window == nil ? state.pauses.count : state.objections.count
            let key = DepartmentTask.Key(
                known.code, step.name, attempt: state.attempt, duty: duty.kind, status: state.status, round: round)
            guard let action = action(key, step, state, known, definition) else { return nil }
            return DepartmentTask(key, action, delay: delay(key, action))
        }
    }

    private func plays(_ kind: CaseDuty.Kind, _ step: StepDefinition, _ definition: OneThingDefinition) -> Bool {
        guard let roles else { return true }
        switch kind {
        case .handle, .compensate: return roles.contains(step.role)
        case .mend, .supply: return roles.contains(definition.lead)
        case .reply, .lift:
            return (step.window?.objectors ?? []).contains { name in
                roles.contains(name) && definition.role(name)?.department == department
            }
        }
    }

    private func action(
        _ key: DepartmentTask.Key, _ step: StepDefinition, _ state: CaseStep, _ known: OneThingCase,
        _ definition: OneThingDefinition
    ) -> DepartmentTask.Action? {
        switch key.duty {
        case .mend: return .push
        case .supply: return .supply
        case .compensate: return .compensate
        case .reply: return reply(key, step)
        case .lift:
            // Where an objection cannot be lifted it has ended the case.
            guard step.window?.back != nil else { return nil }
            let own = state.objections.firstIndex { $0.department == department && $0.liftedAt == nil }
            return own.map { .lift(Int64($0)) }
        case .handle:
            switch key.status {
            case .pushed: return .acknowledge
            case .acknowledged: return handling(key, step, state, known, definition)
            case .suspended: return .resume
            default: return nil
            }
        }
    }

    private func reply(_ key: DepartmentTask.Key, _ step: StepDefinition) -> DepartmentTask.Action? {
        var draws = seed.draws("reply", key.code.text, "\(key.step)", "\(key.attempt)", "\(department)")
        let fate = draws.below(1_000)
        if fate < behaviour.objecting, let reasons = step.window?.reasons, !reasons.isEmpty {
            return .object(reasons[draws.below(reasons.count)])
        }
        return fate < behaviour.objecting + behaviour.silent ? nil : .consent
    }

    /// What becomes of an attempt is drawn once; whoever was asked or went on after a suspension answers.
    private func handling(
        _ key: DepartmentTask.Key, _ step: StepDefinition, _ state: CaseStep, _ known: OneThingCase,
        _ definition: OneThingDefinition
    ) -> DepartmentTask.Action? {
        var draws = seed.draws("handle", key.code.text, "\(key.step)", "\(key.attempt)")
        var fate = draws.below(1_000)
        let reason = draws.below(max(1, definition.reasons.count))
        func happens(_ rate: Int) -> Bool {
            defer { fate -= rate }
            return (0..<rate).contains(fate)
        }
        if state.pauses.isEmpty, !definition.reasons.isEmpty {
            let code = definition.reasons[reason].code
            if happens(behaviour.returning), state.attempt < step.attempts { return .giveBack(code) }
            if happens(behaviour.asking), step.limits.supplement != nil { return .ask(code) }
            if happens(behaviour.suspending), step.limits.suspension != nil { return .suspend(code) }
            if happens(behaviour.goingBack), let back = step.answers.first(where: { mayGo($0, known, definition) }) {
                return .answer(back.name)
            }
            if happens(behaviour.refusing), let end = step.answers.first(where: { $0.ends != nil }) {
                return .answer(end.name)
            }
        }
        return step.answers.first(where: \.settles).map { .answer($0.name) }
    }

    /// Whether an answer leads back to a step that can be begun once more.
    private func mayGo(_ answer: StepAnswer, _ known: OneThingCase, _ definition: OneThingDefinition) -> Bool {
        guard let back = answer.back, let index = definition.steps.firstIndex(where: { $0.name == back }) else {
            return false
        }
        return known.steps[index].attempt < definition.steps[index].attempts
    }

    /// What arrives is acknowledged by a machine; everything else takes people a while.
    private func delay(_ key: DepartmentTask.Key, _ action: DepartmentTask.Action) -> Duration {
        guard action != .acknowledge else { return .zero }
        var draws = seed.draws(
            "delay", key.code.text, "\(key.step)", "\(key.attempt)", "\(key.status)", "\(key.round)", "\(department)")
        let span = behaviour.delays.upperBound - behaviour.delays.lowerBound
        return .milliseconds(behaviour.delays.lowerBound + draws.below(span + 1))
    }
}
