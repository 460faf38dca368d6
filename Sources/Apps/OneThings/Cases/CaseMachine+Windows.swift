import Identity
import Licences

// Objections, and why an act is refused.
extension CaseMachine {
    mutating func applyWindow(
        _ act: CaseAct, by department: DepartmentName, at time: Timestamp
    ) throws(OneThingError) {
        guard let name = act.step, let index = index(of: name), let window = definition.steps[index].window else {
            throw OneThingError(.notDefined, "\(definition.matter) has no such window")
        }
        // Said before all else: whoever comes late reads so, and not that the case has gone on since.
        if act.kind != .lift, state.steps[index].attempt == act.attempt, state.steps[index].status == .settled {
            throw OneThingError(.tooLate, "the window '\(name)' of \(state.code) is over")
        }
        _ = try turn(act.step, act.attempt)
        guard [.pushed, .objected].contains(state.steps[index].status) else {
            throw notOpen(index, "objected to")
        }
        switch act.kind {
        case .consent:
            try checkObjector(department, window, index, for: act)
            guard !state.steps[index].consents.contains(department) else {
                throw OneThingError(.doneBefore, "\(department) has said that it does not object")
            }
            state.steps[index].consents.append(department)
            note(.consented, index, at: time, by: department)
        case .object: try object(act, by: department, window, index, at: time)
        default: try lift(act, by: department, window, index, at: time)
        }
    }

    private func checkObjector(
        _ department: DepartmentName, _ window: WindowRule, _ index: Int, for act: CaseAct
    ) throws(OneThingError) {
        if act.objector != nil {
            guard window.isPublic else {
                throw OneThingError(.notDefined, "'\(definition.steps[index].name)' is open to departments only")
            }
            return try check(department, has: definition.steps[index].role)
        }
        guard window.objectors.contains(where: { definition.department(of: $0) == department }) else {
            throw OneThingError(.notConcerned, "'\(definition.steps[index].name)' does not ask \(department)")
        }
        let isOpen = state.steps[index].standingObjections.contains {
            $0.department == department && $0.objector == nil
        }
        guard !isOpen else {
            throw OneThingError(.doneBefore, "\(department) has objected: the objection stands until it is lifted")
        }
    }

    private mutating func object(
        _ act: CaseAct, by department: DepartmentName, _ window: WindowRule, _ index: Int, at time: Timestamp
    ) throws(OneThingError) {
        try checkObjector(department, window, index, for: act)
        guard let reason = act.reason, window.reasons.contains(reason) else {
            let known = window.reasons.map(\.text).joined(separator: ", ")
            throw OneThingError(.notDefined, "grounds for an objection are \(known)")
        }
        // Where there was an objection before, the window's clock no longer closes it.
        if let end = try answerEnd(of: index), end <= time {
            throw OneThingError(.tooLate, "the window '\(definition.steps[index].name)' of \(state.code) is over")
        }
        guard state.steps[index].objections.count < OneThingLimits.objectionCount else {
            throw OneThingError(
                .doneBefore, "there are \(OneThingLimits.objectionCount) objections: a further one changes nothing")
        }
        state.steps[index].consents.removeAll { $0 == department && act.objector == nil }
        state.steps[index].objections.append(
            CaseObjection(by: department, for: act.objector, reason: reason, evidence: act.evidence, at: time))
        state.steps[index].status = .objected
        note(.objected, index, at: time, by: department) { event in
            (event.reason, event.objector, event.digest) = (reason, act.objector, act.evidence)
        }
        if window.back == nil { end(at: window.ends, time) }
    }

    private mutating func lift(
        _ act: CaseAct, by department: DepartmentName, _ window: WindowRule, _ index: Int, at time: Timestamp
    ) throws(OneThingError) {
        guard let back = window.back else {
            throw OneThingError(.notDefined, "by this definition an objection ends the case: none is lifted")
        }
        guard let number = act.number.flatMap(Int.init(exactly:)),
            state.steps[index].objections.indices.contains(number)
        else { throw OneThingError(.notDefined, "there is no objection \(act.number ?? 0)") }
        let objection = state.steps[index].objections[number]
        guard objection.department == department else {
            throw OneThingError(
                .notConcerned, "\(objection.department) has lodged this objection, and it alone lifts it")
        }
        guard objection.liftedAt == nil else { throw OneThingError(.doneBefore, "the objection is lifted already") }
        state.steps[index].objections[number].liftedAt = time
        note(.objectionLifted, index, at: time, by: department) { event in
            (event.number, event.digest) = (Int64(number), act.evidence)
        }
        guard state.steps[index].standingObjections.isEmpty else { return }
        if !goBack(to: back, at: time) { end(at: window.ends, time) }
    }

    // MARK: Refusals

    func check(_ department: DepartmentName, has role: Label) throws(OneThingError) {
        let concerned = definition.department(of: role)
        guard department == concerned else {
            throw OneThingError(.notConcerned, "this is for \(concerned) to do, as '\(role)', not for \(department)")
        }
    }

    func check(_ reason: ReasonCode?) throws(OneThingError) {
        guard let reason else { return }
        guard definition.reasons.contains(where: { $0.code == reason }) else {
            throw OneThingError(.notDefined, "\(definition.matter) has no reason \(reason)")
        }
    }

    func checkTask(_ step: StepDefinition) throws(OneThingError) {
        guard step.window == nil else {
            throw OneThingError(.notDefined, "'\(step.name)' is a window: one objects, or does not")
        }
    }

    func expect(_ status: StepStatus, _ index: Int, _ done: String) throws(OneThingError) {
        guard state.steps[index].status == status else { throw notOpen(index, done) }
    }

    /// That the department may go on with a step: it is pushed or acknowledged, and its clock goes.
    func expectInHand(_ index: Int) throws(OneThingError) {
        guard [.pushed, .acknowledged].contains(state.steps[index].status) else { throw notOpen(index, "gone on with") }
    }

    func notOpen(_ index: Int, _ done: String) -> OneThingError {
        OneThingError(
            .notOpen,
            "'\(definition.steps[index].name)' of \(state.code) is \(state.steps[index].status), and cannot be \(done)")
    }

    func notRunning(_ done: String) -> OneThingError {
        OneThingError(.notOpen, "\(state.code) is \(state.status), and cannot be \(done)")
    }

    func notProvided(_ step: StepDefinition, _ what: String) -> OneThingError {
        OneThingError(.notDefined, "the definition does not provide for \(what) in '\(step.name)'")
    }
}
