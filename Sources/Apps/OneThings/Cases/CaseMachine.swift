package import Identity
package import Licences

/// A case as it goes on: acts of departments and the passing of ledger time in, a new state and events out.
///
/// It knows no clock but the times that it is given, and nothing of ledgers. What is refused leaves no trace: the
/// caller throws the machine away.
package struct CaseMachine {
    package let definition: OneThingDefinition
    package let calendar: StatutoryCalendar
    package internal(set) var state: OneThingCase
    /// What has happened since the machine was made.
    package internal(set) var events: [CaseEvent] = []

    /// Takes a case up again.
    package init(_ state: OneThingCase, definition: OneThingDefinition, calendar: StatutoryCalendar) {
        precondition(
            state.matter == definition.matter && state.definition == definition.version
                && state.steps.count == definition.steps.count, "a case keeps its definition")
        (self.state, self.definition, self.calendar) = (state, definition, calendar)
    }

    /// Opens a case.
    /// - Parameters:
    ///   - content: what the applicant has handed in: exactly what the definition asks for with these options.
    ///   - department: the lead.
    /// - Throws: ``OneThingError`` with code `notDefined`, `wrongContent` or `calendarMissing`.
    package init(
        opening definition: OneThingDefinition, code: OneThingCode, subject: CaseSubject, options: [Label],
        content: CaseContent?, by department: DepartmentName, at time: Timestamp, calendar: StatutoryCalendar
    ) throws(OneThingError) {
        (self.definition, self.calendar) = (definition, calendar)
        if let option = options.first(where: { name in !definition.options.contains { $0.name == name } }) {
            throw OneThingError(.notDefined, "\(definition.matter) has no option '\(option)'")
        }
        guard Set(options).count == options.count else {
            throw OneThingError(.notDefined, "an option is chosen once")
        }
        state = OneThingCase(
            code: code, definition: definition, subject: subject, options: options.sorted(), openedAt: time)
        let wanted = definition.intake.filter { $0.condition.holds(for: options) }.map(\.item)
        try check(content, isExactly: wanted, "the case is opened with")
        var event = CaseEvent(.opened, at: time, by: department)
        event.content = try take(content)
        events.append(event)
        advance(at: time)
        try checkClocks()
    }

    // MARK: Events

    mutating func note(
        _ kind: CaseEvent.Kind, _ index: Int, at time: Timestamp, by department: DepartmentName? = nil,
        _ change: (inout CaseEvent) -> Void = { _ in }
    ) {
        var event = CaseEvent(kind, at: time, by: department)
        event.step = definition.steps[index].name
        event.attempt = state.steps[index].attempt
        change(&event)
        events.append(event)
    }

    // MARK: Content

    /// Takes in a list of content, and remembers where each item came last.
    /// - Returns: the list's place; `nil` where there is none.
    mutating func take(_ content: CaseContent?) throws(OneThingError) -> Int64? {
        guard let content else { return nil }
        guard state.contentCount < Int64(OneThingLimits.contentCount) else {
            throw OneThingError(.doneBefore, "a case takes in content \(OneThingLimits.contentCount) times at most")
        }
        let place = state.contentCount
        state.contentCount += 1
        for item in content.items {
            if let known = state.places.firstIndex(where: { $0.item == item }) {
                state.places[known].content = place
            } else {
                state.places.append(.init(item: item, content: place))
            }
        }
        return place
    }

    func check(_ content: CaseContent?, isExactly wanted: [Label], _ what: String) throws(OneThingError) {
        let items = content?.items ?? []
        if let unknown = items.first(where: { !wanted.contains($0) }) {
            throw OneThingError(.wrongContent, "\(what) '\(unknown)', which the definition does not name here")
        }
        if let missing = wanted.first(where: { !items.contains($0) }) {
            throw OneThingError(.wrongContent, "\(what) nothing as '\(missing)', which the definition asks for")
        }
        guard Set(items).count == items.count else {
            throw OneThingError(.wrongContent, "\(what) the same item twice")
        }
    }

    // MARK: Going on

    /// Begins every step whose turn it is, and completes the case when there is none left.
    mutating func advance(at time: Timestamp) {
        guard state.status == .running else { return }
        let passed = passedSteps
        for index in state.steps.indices where state.steps[index].status == .waiting && isReady(index, passed) {
            begin(index, at: time)
        }
        guard state.steps.allSatisfy({ $0.status.isDone }) else { return }
        state.status = .completed
        state.endedAt = time
        events.append(CaseEvent(.completed, at: time))
    }

    private func isReady(_ index: Int, _ passed: [Bool]) -> Bool {
        definition.steps[index].after.allSatisfy { name in self.index(of: name).map { passed[$0] } ?? false }
    }

    /// The steps whose followers may begin. One that is left out is passed when what it would have waited for is:
    /// leaving it out lets nobody begin before the others.
    private var passedSteps: [Bool] {
        var passed = state.steps.map { $0.status.isDone && $0.status != .leftOut }
        // Nothing waits in a circle, so every round but the last passes a step.
        for _ in state.steps.indices {
            let next = state.steps.indices.filter {
                state.steps[$0].status == .leftOut && !passed[$0] && isReady($0, passed)
            }
            guard !next.isEmpty else { break }
            for index in next { passed[index] = true }
        }
        return passed
    }

    /// Begins a step: its first attempt, or a further one.
    mutating func begin(_ index: Int, at time: Timestamp) {
        var step = CaseStep(.pushed)
        step.attempt = state.steps[index].attempt + 1
        step.begunAt = time
        step.pushedAt = time
        step.pushes = 1
        state.steps[index] = step
        note(.pushed, index, at: time)
    }

    /// Begins a step that came before anew, and sets back whatever comes after it.
    /// - Returns: whether it has an attempt left.
    mutating func goBack(to name: Label, at time: Timestamp) -> Bool {
        guard let target = index(of: name), state.steps[target].attempt < definition.steps[target].attempts else {
            return false
        }
        let graph = StepGraph(definition)
        let later = state.steps.indices.filter { index in
            graph.isBefore(name, definition.steps[index].name) && state.steps[index].status != .leftOut
        }
        guard later.allSatisfy({ state.steps[$0].attempt < Int64(OneThingLimits.attemptCount) }) else { return false }
        for index in later {
            if state.steps[index].status.isInHand { note(.recalled, index, at: time) }
            // Attempts are counted on: a handoff's key never comes twice.
            var step = CaseStep(.waiting)
            step.attempt = state.steps[index].attempt
            state.steps[index] = step
        }
        begin(target, at: time)
        return true
    }

    /// Brings the case to an end before it is completed.
    mutating func end(_ status: CaseStatus, _ end: Label?, at time: Timestamp, event: CaseEvent) {
        state.status = status
        state.end = end
        state.endedAt = time
        for index in state.steps.indices where !state.steps[index].status.isDone {
            state.steps[index].status = .closed
            state.steps[index].endedAt = time
        }
        events.append(event)
    }

    mutating func end(at end: Label, _ time: Timestamp) {
        var event = CaseEvent(.ended, at: time)
        event.answer = end
        self.end(.ended, end, at: time, event: event)
    }

    func index(of step: Label) -> Int? { definition.steps.firstIndex { $0.name == step } }

    /// Whether content of a step may be given to its department: while it has the step in hand.
    func mayRead(_ items: [Label], step name: Label, attempt: Int64) throws(OneThingError) -> Int {
        let index = try turn(name, attempt)
        guard state.steps[index].status.isInHand || state.steps[index].status == .objected else {
            throw OneThingError(.notOpen, "'\(name)' is \(state.steps[index].status): nothing is given out for it")
        }
        if let item = items.first(where: { !definition.steps[index].needs.contains($0) }) {
            throw OneThingError(.notDefined, "'\(name)' does not need '\(item)' by the definition")
        }
        return index
    }

    /// The step that an act is about.
    /// - Throws: ``OneThingError`` with code `notDefined` or `notOpen`.
    func turn(_ name: Label?, _ attempt: Int64) throws(OneThingError) -> Int {
        guard let name, let index = index(of: name) else {
            throw OneThingError(.notDefined, "\(definition.matter) has no step '\(name.map { "\($0)" } ?? "")'")
        }
        let step = state.steps[index]
        guard state.status.isOpen else {
            throw OneThingError(.notOpen, "\(state.code) is \(state.status): nothing more is done in it")
        }
        guard step.attempt == attempt else {
            throw OneThingError(
                .notOpen,
                step.attempt == 0
                    ? "'\(name)' of \(state.code) has not begun"
                    : "'\(name)' of \(state.code) is at attempt \(step.attempt), not \(attempt)")
        }
        return index
    }
}
