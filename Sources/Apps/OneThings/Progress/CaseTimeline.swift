public import Identity

/// What was handed to whom in a case, when it came back, and how long that took against the promise (办理时效).
public struct CaseTimeline: Hashable, Sendable {
    /// One attempt at a step: from its push to its end.
    public struct Handoff: Hashable, Sendable {
        public let step: Label
        public let title: BilingualTitle
        public let attempt: Int64
        public let department: DepartmentName
        public let begunAt: Timestamp
        public internal(set) var acknowledgedAt: Timestamp?
        public internal(set) var endedAt: Timestamp?
        /// What ended it; `nil` while it is open.
        public internal(set) var end: CaseEvent.Kind?
        public internal(set) var answer: Label?
        /// What the definition promises; `nil` where it promises nothing.
        public internal(set) var promise: TimeLimit?
        /// The first moment that was too late; `nil` where there is none, or it is not known while the clock stands.
        public internal(set) var due: Timestamp?
        /// How long the department had it: until its end, or until now, without the time in which the clock stood.
        public internal(set) var took: Duration
        public internal(set) var isLate: Bool
    }

    /// In the order in which they began.
    public let handoffs: [Handoff]

    /// - Parameters:
    ///   - events: all of the case's, in their order.
    ///   - definition: the one that the case keeps to.
    ///   - calendar: the statutory calendar.
    ///   - time: ledger time, for what is still open.
    public init(
        _ events: [CaseEvent], definition: OneThingDefinition, calendar: StatutoryCalendar, at time: Timestamp
    ) {
        var open: [OpenHandoff] = []
        for event in events {
            guard let name = event.step, let step = definition.step(name) else {
                // The end of the case ends whatever is open in it.
                if event.kind.endsCase { for index in open.indices { open[index].end(event) } }
                continue
            }
            if let index = open.firstIndex(where: { $0.step.name == name && $0.attempt == event.attempt }) {
                open[index].take(event)
            } else if event.kind == .pushed {
                open.append(OpenHandoff(step, definition.department(of: step.role), event))
            }
        }
        handoffs = open.map { $0.handoff(calendar: calendar, now: time) }
    }
}

extension CaseEvent.Kind {
    fileprivate var endsCase: Bool {
        switch self {
        case .completed, .ended, .withdrawn, .annulled: true
        default: false
        }
    }
}

/// A handoff while its events come in.
private struct OpenHandoff {
    let step: StepDefinition
    let department: DepartmentName
    let attempt: Int64
    private let begunAt: Timestamp
    private var pauses: [CaseClock.Pause] = []
    private var acknowledgedAt: Timestamp?
    private var last: CaseEvent?
    private var isExtended = false
    private var isOverdue = false

    init(_ step: StepDefinition, _ department: DepartmentName, _ pushed: CaseEvent) {
        (self.step, self.department, attempt, begunAt) = (step, department, pushed.attempt, pushed.at)
    }

    mutating func end(_ event: CaseEvent) { if last == nil { last = event } }

    mutating func take(_ event: CaseEvent) {
        switch event.kind {
        case .acknowledged: acknowledgedAt = event.at
        case .asked, .suspended: pauses.append(CaseClock.Pause(from: event.at))
        case .supplied, .resumed:
            if let open = pauses.indices.last, pauses[open].until == nil { pauses[open].until = event.at }
        case .extended: isExtended = true
        case .overdue: isOverdue = true
        case .answered, .waived, .returned, .recalled, .windowClosed, .objected: end(event)
        // A window goes on when its objections are lifted, unless the case goes back; then it is begun anew.
        case .objectionLifted: last = nil
        default: break
        }
    }

    func handoff(calendar: StatutoryCalendar, now: Timestamp) -> CaseTimeline.Handoff {
        let promise = isExtended ? step.limits.extended : step.limits.answer
        let clock = CaseClock(start: begunAt, firstDay: step.limits.firstDay, pauses: pauses)
        let due = promise.flatMap { (try? clock.end(of: $0, in: calendar)) ?? nil }
        let until = last?.at ?? now
        let stood = pauses.reduce(Duration.zero) { sum, pause in
            let end = min(pause.until ?? until, until)
            return end > pause.from ? sum + end.since(pause.from) : sum
        }
        return CaseTimeline.Handoff(
            step: step.name, title: step.title, attempt: attempt, department: department, begunAt: begunAt,
            acknowledgedAt: acknowledgedAt, endedAt: last?.at, end: last?.kind, answer: last?.answer, promise: promise,
            due: due, took: until.since(begunAt) - stood,
            isLate: step.window == nil && (isOverdue || due.map { $0 <= until } ?? false))
    }
}
