package import Identity
import Licences

// What the passing of ledger time brings. A clock's end is exclusive: at that very millisecond it is over.
extension CaseMachine {
    /// A clock that runs in a case, with what it brings. Of two that end together, the one that stands first here
    /// comes first.
    package enum ClockKind: Int {
        case window
        case lift
        case suspension
        case supplement
        case answer
        case acknowledgement
    }

    package struct Due {
        package let time: Timestamp
        let index: Int
        let kind: ClockKind

        func isBefore(_ other: Due) -> Bool {
            (time.milliseconds, index, kind.rawValue) < (other.time.milliseconds, other.index, other.kind.rawValue)
        }
    }

    /// Has every clock take effect that has ended by `time`, one after the other, each at its own end.
    package mutating func settle(until time: Timestamp) {
        // Each effect uses up a push, an attempt or a mark that does not come again within an attempt.
        let most =
            OneThingLimits.stepCount * OneThingLimits.attemptCount
            * (OneThingLimits.pushCount + CaseClock.maximumPauseCount + 4)
        for _ in 0..<most {
            guard let due = nextDue, due.time <= time else { return }
            carryOut(due)
        }
        preconditionFailure("the clocks of \(state.code) do not come to an end")
    }

    /// The next clock to end; `nil` where none runs, or none whose end is known yet.
    package var nextDue: Due? {
        guard state.status.isOpen else { return nil }
        var first: Due?
        for index in state.steps.indices {
            for due in dues(of: index) where first.map(due.isBefore) ?? true { first = due }
        }
        return first
    }

    /// That the end of every clock that runs is known.
    /// - Throws: ``OneThingError`` with code `calendarMissing`.
    func checkClocks() throws(OneThingError) {
        for index in state.steps.indices { _ = try clocks(of: index) }
    }

    private func dues(of index: Int) -> [Due] {
        // Where the calendar lacks a year the end is unknown; it will be known when the year is there.
        (try? clocks(of: index)) ?? []
    }

    private func clocks(of index: Int) throws(OneThingError) -> [Due] {
        let step = state.steps[index]
        let definition = definition.steps[index]
        let limits = definition.limits
        var dues: [Due] = []
        func add(_ kind: ClockKind, _ time: Timestamp?) {
            if let time { dues.append(Due(time: time, index: index, kind: kind)) }
        }
        guard step.status.isInHand || step.status == .objected || step.status == .returned else { return [] }
        if let window = definition.window {
            guard let end = try answerEnd(of: index) else { return [] }
            if step.status == .objected {
                guard let lift = window.lift else { return [] }
                add(.lift, try CaseClock(start: end).end(of: lift, in: calendar))
            } else {
                add(.window, end)
            }
            return dues
        }
        if let pause = step.pauses.last, pause.until == nil {
            let held = CaseClock(start: pause.from)
            if step.status == .suspended, let limit = limits.suspension {
                add(.suspension, try held.end(of: limit, in: calendar))
            }
            if step.status == .asking, let limit = limits.supplement {
                add(.supplement, try held.end(of: limit, in: calendar))
            }
        }
        if !step.isOverdue { add(.answer, try answerEnd(of: index)) }
        if step.status == .pushed, step.pushes > 0, !isAlarmed(step), let limit = limits.acknowledge,
            let pushed = step.pushedAt
        {
            add(.acknowledgement, try CaseClock(start: pushed).end(of: limit, in: calendar))
        }
        return dues
    }

    /// Whether the alarm about a step that nobody acknowledges has been raised for the last time.
    private func isAlarmed(_ step: CaseStep) -> Bool { step.pushes >= Int64(OneThingLimits.pushCount) }

    /// When the limit of a step's answer ends; `nil` where there is none, or the clock stands.
    func answerEnd(of index: Int) throws(OneThingError) -> Timestamp? {
        let limits = definition.steps[index].limits
        guard let limit = state.steps[index].isExtended ? limits.extended : limits.answer,
            let clock = state.steps[index].clock(limits)
        else { return nil }
        return try clock.end(of: limit, in: calendar)
    }

    private mutating func carryOut(_ due: Due) {
        let index = due.index
        let definition = definition.steps[index]
        switch due.kind {
        case .window:
            state.steps[index].status = .settled
            state.steps[index].endedAt = due.time
            note(.windowClosed, index, at: due.time)
            advance(at: due.time)
        case .lift:
            // A window whose objections nobody has lifted in time ends the case as one that cannot be lifted does.
            if let window = definition.window { end(at: window.ends, due.time) }
        case .suspension:
            goOn(index, at: due.time)
            note(.resumed, index, at: due.time)
        case .supplement:
            if let end = definition.limits.lapsesUnsupplemented { self.end(at: end, due.time) }
        case .answer:
            state.steps[index].isOverdue = true
            note(.overdue, index, at: due.time)
            if let end = definition.limits.lapses { self.end(at: end, due.time) }
        case .acknowledgement:
            note(.unacknowledged, index, at: due.time)
            state.steps[index].pushes += 1
            state.steps[index].pushedAt = due.time
            note(.pushed, index, at: due.time)
        }
    }

    /// Lets the clock of a step go on.
    mutating func goOn(_ index: Int, at time: Timestamp) {
        state.steps[index].status = .acknowledged
        guard let last = state.steps[index].pauses.indices.last else { return }
        if state.steps[index].pauses[last].until == nil { state.steps[index].pauses[last].until = time }
    }

    /// Lets it stand.
    mutating func hold(_ index: Int, as status: StepStatus, at time: Timestamp) throws(OneThingError) {
        guard state.steps[index].pauses.count < CaseClock.maximumPauseCount else {
            throw OneThingError(
                .tooManyPauses,
                "the clock of '\(definition.steps[index].name)' has been stopped \(CaseClock.maximumPauseCount) times")
        }
        state.steps[index].status = status
        state.steps[index].pauses.append(CaseClock.Pause(from: time))
    }
}
