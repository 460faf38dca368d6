package import Identity
import Licences

// What departments do.
extension CaseMachine {
    /// Has an act take effect, once every clock has that ended before it.
    /// - Throws: ``OneThingError``, which says why the act is refused; the machine is of no use then.
    package mutating func apply(_ act: CaseAct, by department: DepartmentName, at time: Timestamp) throws(OneThingError)
    {
        settle(until: time)
        switch act.kind {
        case .acknowledge, .giveBack, .ask, .suspend, .resume, .extend:
            try applyHandling(act, by: department, at: time)
        case .answer: try applyAnswer(act, by: department, at: time)
        case .supply, .push, .waive: try applyLeading(act, by: department, at: time)
        case .consent, .object, .lift: try applyWindow(act, by: department, at: time)
        case .withdraw, .annul, .rate, .archive: try applyToCase(act, by: department, at: time)
        case .compensate: try applyCompensation(act, by: department, at: time)
        }
        advance(at: time)
        try checkClocks()
    }

    // MARK: A step's own department

    private mutating func applyHandling(
        _ act: CaseAct, by department: DepartmentName, at time: Timestamp
    ) throws(OneThingError) {
        let index = try turn(act.step, act.attempt)
        let step = definition.steps[index]
        try check(department, has: step.role)
        try checkTask(step)
        try check(act.reason)
        switch act.kind {
        case .acknowledge:
            try expect(.pushed, index, "acknowledged")
            state.steps[index].status = .acknowledged
            state.steps[index].acknowledgedAt = time
            note(.acknowledged, index, at: time, by: department)
        case .giveBack:
            try expectInHand(index)
            guard state.steps[index].attempt < step.attempts else {
                throw OneThingError(
                    .doneBefore, "'\(step.name)' is at its last attempt: it is answered now, one way or the other")
            }
            try hold(index, as: .returned, at: time)
            note(.returned, index, at: time, by: department) { $0.reason = act.reason }
        case .ask:
            guard step.limits.supplement != nil else { throw notProvided(step, "questions to the applicant") }
            try expectInHand(index)
            try hold(index, as: .asking, at: time)
            note(.asked, index, at: time, by: department) { $0.reason = act.reason }
        case .suspend:
            guard step.limits.suspension != nil else { throw notProvided(step, "suspension") }
            try expectInHand(index)
            try hold(index, as: .suspended, at: time)
            note(.suspended, index, at: time, by: department) { $0.reason = act.reason }
        case .resume:
            try expect(.suspended, index, "resumed")
            goOn(index, at: time)
            note(.resumed, index, at: time, by: department)
        default:
            guard step.limits.extended != nil else { throw notProvided(step, "extension") }
            try expectInHand(index)
            guard !state.steps[index].isExtended else {
                throw OneThingError(.doneBefore, "the limit of '\(step.name)' is extended already")
            }
            guard !state.steps[index].isOverdue else {
                throw OneThingError(.tooLate, "the limit of '\(step.name)' is over: it cannot be extended any more")
            }
            state.steps[index].isExtended = true
            note(.extended, index, at: time, by: department)
        }
    }

    private mutating func applyAnswer(
        _ act: CaseAct, by department: DepartmentName, at time: Timestamp
    ) throws(OneThingError) {
        let index = try turn(act.step, act.attempt)
        let step = definition.steps[index]
        try check(department, has: step.role)
        try checkTask(step)
        try check(act.reason)
        guard let name = act.answer, let answer = step.answer(name) else {
            let known = step.answers.map(\.name.rawValue).joined(separator: ", ")
            throw OneThingError(.notDefined, "'\(step.name)' is answered by one of \(known)")
        }
        try expectInHand(index)
        try checkReturns(act, of: step, settles: answer.settles)
        let content = try take(act.content)
        state.values.removeAll { value in act.values.contains { $0.field == value.field } }
        state.values += act.values
        if step.effect?.kind == .issuesLicence, let licence = act.licence { state.licence = licence }
        if state.steps[index].acknowledgedAt == nil { state.steps[index].acknowledgedAt = time }
        state.steps[index].answer = name
        state.steps[index].endedAt = time
        state.steps[index].status = .settled
        note(.answered, index, at: time, by: department) { event in
            (event.answer, event.reason, event.values) = (name, act.reason, act.values)
            (event.content, event.licence) = (content, act.licence)
        }
        if let end = answer.ends { self.end(at: end, time) }
        if let back = answer.back, !goBack(to: back, at: time) {
            throw OneThingError(.doneBefore, "'\(back)' has no attempt left: answer another way")
        }
    }

    private func checkReturns(
        _ act: CaseAct, of step: StepDefinition, settles: Bool
    ) throws(OneThingError) {
        let returns = settles ? step.returns : []
        let onLedger = returns.filter { definition.field($0)?.isOnLedger ?? false }
        let fields = act.values.map(\.field)
        if let unknown = fields.first(where: { !onLedger.contains($0) }) {
            throw OneThingError(
                .wrongContent, "'\(step.name)' returns no '\(unknown)' for the ledger with this answer")
        }
        if let missing = onLedger.first(where: { !fields.contains($0) }) {
            throw OneThingError(.wrongContent, "'\(step.name)' returns '\(missing)', which is missing")
        }
        guard Set(fields).count == fields.count else {
            throw OneThingError(.wrongContent, "'\(step.name)' returns a value twice")
        }
        try check(act.content, isExactly: returns.filter { !onLedger.contains($0) }, "'\(step.name)' returns")
        guard (settles && step.effect?.kind == .issuesLicence) == (act.licence != nil) else {
            throw OneThingError(
                .wrongContent,
                act.licence == nil
                    ? "'\(step.name)' issues a licence: name it" : "'\(step.name)' issues no licence with this answer")
        }
    }

    // MARK: The lead

    private mutating func applyLeading(
        _ act: CaseAct, by department: DepartmentName, at time: Timestamp
    ) throws(OneThingError) {
        let index = try turn(act.step, act.attempt)
        let step = definition.steps[index]
        try check(department, has: definition.lead)
        try check(act.reason)
        try checkMended(act.content)
        switch act.kind {
        case .supply:
            try expect(.asking, index, "supplied")
            let content = try take(act.content)
            goOn(index, at: time)
            note(.supplied, index, at: time, by: department) { $0.content = content }
        case .push:
            try expect(.returned, index, "pushed again")
            let content = try take(act.content)
            note(.supplied, index, at: time, by: department) { $0.content = content }
            begin(index, at: time)
        default:
            guard step.isWaivable else { throw notProvided(step, "waiving") }
            guard state.steps[index].status.isInHand || state.steps[index].status == .returned else {
                throw notOpen(index, "waived")
            }
            state.steps[index].status = .waived
            state.steps[index].endedAt = time
            note(.waived, index, at: time, by: department) { $0.reason = act.reason }
        }
    }

    /// What the lead mends is what the applicant had handed in.
    private func checkMended(_ content: CaseContent?) throws(OneThingError) {
        guard let content else { return }
        for item in content.items {
            guard let intake = definition.intake.first(where: { $0.item == item }),
                intake.condition.holds(for: state.options)
            else {
                throw OneThingError(.wrongContent, "'\(item)' is not among what was handed in: it cannot be mended")
            }
        }
        guard !content.items.isEmpty, Set(content.items).count == content.items.count else {
            throw OneThingError(.wrongContent, "what is mended is something, and each item once")
        }
    }

    private mutating func applyToCase(
        _ act: CaseAct, by department: DepartmentName, at time: Timestamp
    ) throws(OneThingError) {
        try check(department, has: definition.lead)
        try check(act.reason)
        switch act.kind {
        case .withdraw:
            guard state.status == .running else { throw notRunning("withdrawn") }
            if let binding = definition.bindingStep.flatMap(index(of:)), state.steps[binding].status == .settled {
                throw OneThingError(
                    .tooLate, "'\(definition.steps[binding].name)' is done: the case is annulled, not withdrawn")
            }
            var event = CaseEvent(.withdrawn, at: time, by: department)
            event.reason = act.reason
            end(.withdrawn, nil, at: time, event: event)
        case .annul:
            try annul(act, by: department, at: time)
        case .rate:
            guard state.status == .completed, state.archivedAt == nil else { throw notRunning("rated") }
            guard state.rating == nil else { throw OneThingError(.doneBefore, "\(state.code) has been rated") }
            guard let grade = act.number, (1...5).contains(grade) else {
                throw OneThingError(.notDefined, "a grade is 1 to 5")
            }
            state.rating = grade
            var event = CaseEvent(.rated, at: time, by: department)
            event.number = grade
            events.append(event)
        default:
            guard !state.status.isOpen else {
                throw OneThingError(.notOpen, "\(state.code) is \(state.status): it is archived when it is over")
            }
            guard state.archivedAt == nil else { throw OneThingError(.doneBefore, "\(state.code) has been archived") }
            state.archivedAt = time
            events.append(CaseEvent(.archived, at: time, by: department))
        }
    }

    // MARK: Annulment

    private mutating func annul(_ act: CaseAct, by department: DepartmentName, at time: Timestamp) throws(OneThingError)
    {
        let isBound =
            definition.bindingStep.flatMap(index(of:)).map { state.steps[$0].status == .settled } ?? false
        guard state.status == .completed || (state.status == .running && isBound) else {
            throw notRunning("annulled: a case that binds nobody yet is withdrawn")
        }
        var event = CaseEvent(.annulled, at: time, by: department)
        event.reason = act.reason
        events.append(event)
        state.status = .annulling
        state.endedAt = nil
        for index in state.steps.indices {
            if state.steps[index].status == .settled, definition.steps[index].isCompensated {
                state.steps[index].status = .compensating
                state.steps[index].pushedAt = time
                note(.compensationPushed, index, at: time)
            } else if !state.steps[index].status.isDone {
                state.steps[index].status = .closed
                state.steps[index].endedAt = time
            }
        }
        finishAnnulment(at: time)
    }

    private mutating func applyCompensation(
        _ act: CaseAct, by department: DepartmentName, at time: Timestamp
    ) throws(OneThingError) {
        let index = try turn(act.step, act.attempt)
        try check(department, has: definition.steps[index].role)
        try expect(.compensating, index, "compensated")
        state.steps[index].status = .compensated
        state.steps[index].endedAt = time
        note(.compensated, index, at: time, by: department)
        finishAnnulment(at: time)
    }

    private mutating func finishAnnulment(at time: Timestamp) {
        guard !state.steps.contains(where: { $0.status == .compensating }) else { return }
        state.status = .annulled
        state.endedAt = time
    }
}
