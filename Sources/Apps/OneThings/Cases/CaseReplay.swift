public import Identity
import Licences

/// What would have become of a case by another definition (试运行): the acts that its trail records, one after the other,
/// each at its own time and by the department that did it. Clocks are the other definition's.
///
/// It says how much of a new version old cases would have come through. It does not look at licences: whether one was
/// in force, or was issued, is the ledger's to know.
public struct CaseReplay: Hashable, Sendable {
    /// Where the case comes to.
    public enum Outcome: Hashable, Sendable {
        /// Every act is taken, and the case stands so by the time that was asked for.
        case stands(OneThingCase)
        /// An act is refused: the event that records it, by its number in the trail, from 0, and why.
        case refused(number: Int, event: CaseEvent, reason: OneThingError)

        public static func == (left: Outcome, right: Outcome) -> Bool {
            switch (left, right) {
            case (.stands(let left), .stands(let right)): left == right
            case (.refused(let number, let event, let reason), .refused(let other, let another, let why)):
                number == other && event == another && reason == why
            default: false
            }
        }

        public func hash(into hasher: inout Hasher) {
            switch self {
            case .stands(let known): hasher.combine(known)
            case .refused(let number, let event, _):
                hasher.combine(number)
                hasher.combine(event)
            }
        }
    }

    public let outcome: Outcome

    /// Replays a case.
    /// - Parameters:
    ///   - known: the case as it is.
    ///   - events: its whole trail, in order.
    ///   - contents: what came in, by its place in the case.
    ///   - definition: the one to try, which has passed ``DefinitionCheck``.
    ///   - time: until when clocks run.
    public init(
        _ known: OneThingCase, events: [CaseEvent], contents: [Int64: CaseContent],
        on definition: OneThingDefinition, calendar: StatutoryCalendar, until time: Timestamp
    ) {
        var machine: CaseMachine?
        for (number, event) in events.enumerated() {
            do throws(OneThingError) {
                try Self.replay(event, of: known, contents, on: definition, calendar, &machine)
            } catch {
                outcome = .refused(number: number, event: event, reason: error)
                return
            }
        }
        machine?.settle(until: time)
        outcome = .stands(machine?.state ?? known)
    }

    private static func replay(
        _ event: CaseEvent, of known: OneThingCase, _ contents: [Int64: CaseContent],
        on definition: OneThingDefinition, _ calendar: StatutoryCalendar, _ machine: inout CaseMachine?
    ) throws(OneThingError) {
        // What clocks brought, and what followed from an act, comes again by itself or not at all.
        guard let department = event.department else { return }
        let content = event.content.flatMap { contents[$0] }
        if event.kind == .opened {
            try check(known.subject, definition)
            guard department == definition.leadDepartment else {
                throw OneThingError(
                    .notConcerned, "cases of \(definition.matter) are opened by \(definition.leadDepartment)")
            }
            machine = try CaseMachine(
                opening: definition, code: known.code, subject: known.subject, options: known.options,
                content: content, by: department, at: event.at, calendar: calendar)
            return
        }
        guard var next = machine else { return }
        next.settle(until: event.at)
        if event.kind == .released {
            // What is given out is for a step: the other definition may need less.
            _ = try event.step.map { (step) throws(OneThingError) in
                try next.mayRead(event.items, step: step, attempt: event.attempt)
            }
        } else if let act = act(event, content, in: next) {
            try next.apply(act, by: department, at: event.at)
        }
        machine = next
    }

    private static func check(_ subject: CaseSubject, _ definition: OneThingDefinition) throws(OneThingError) {
        switch (subject, definition.subject) {
        case (.holder, .holder), (.licence, .licence): return
        default:
            throw OneThingError(.notDefined, "a case of \(definition.matter) is about a \(definition.subject)")
        }
    }

    /// The act that an event records; `nil` for one that records none.
    private static func act(_ event: CaseEvent, _ content: CaseContent?, in machine: CaseMachine) -> CaseAct? {
        if let act = actOnCase(event) { return act }
        guard let step = event.step else { return nil }
        let attempt = event.attempt
        switch event.kind {
        case .acknowledged: return .acknowledge(step, attempt: attempt)
        case .answered:
            return event.answer.map {
                .answer(
                    step, attempt: attempt, $0, values: event.values, content: content, licence: event.licence,
                    reason: event.reason)
            }
        case .returned: return event.reason.map { .giveBack(step, attempt: attempt, $0) }
        case .asked: return event.reason.map { .ask(step, attempt: attempt, $0) }
        case .supplied:
            // One event for both: of a step that was returned, the lead has mended it and pushed it again.
            let isReturned = machine.index(of: step).map { machine.state.steps[$0].status == .returned } ?? false
            return isReturned
                ? .push(step, attempt: attempt, content) : .supply(step, attempt: attempt, content)
        case .suspended: return event.reason.map { .suspend(step, attempt: attempt, $0) }
        case .resumed: return .resume(step, attempt: attempt)
        case .waived: return event.reason.map { .waive(step, attempt: attempt, $0) }
        case .extended: return .extend(step, attempt: attempt)
        case .consented: return .consent(step, attempt: attempt)
        case .objected:
            return event.reason.map {
                .object(step, attempt: attempt, $0, for: event.objector, evidence: event.digest)
            }
        case .objectionLifted:
            return event.number.map { .lift(step, attempt: attempt, $0, evidence: event.digest) }
        case .compensated: return .compensate(step, attempt: attempt)
        default: return nil
        }
    }

    private static func actOnCase(_ event: CaseEvent) -> CaseAct? {
        switch event.kind {
        case .withdrawn: event.reason.map { .withdraw($0) }
        case .annulled: event.reason.map { .annul($0) }
        case .rated: event.number.map { .rate($0) }
        case .archived: .archive
        default: nil
        }
    }
}
