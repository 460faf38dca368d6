public import Identity

/// How far a case has come (办理进度), for people: every step that is part of it, whose it is, and by when.
public struct CaseProgress: Hashable, Sendable {
    /// One step, in its present attempt.
    public struct Step: Hashable, Sendable {
        public let name: Label
        public let title: BilingualTitle
        public let department: DepartmentName
        public let state: CaseStep
        /// What the definition promises for the answer, extended or not; `nil` where it promises nothing.
        public let promise: TimeLimit?
        /// The first moment that is too late; `nil` where there is none, or it is not known while the clock stands.
        public let due: Timestamp?
        /// `nil` where the step is in nobody's hand.
        public let urgency: CaseUrgency?
        /// Of a window that has begun: what each department that is asked has said.
        public let replies: [Reply]
    }

    /// What a department has said in a window. Silence is no consent, and shows as silence.
    public struct Reply: Hashable, Sendable {
        public enum Kind: String, Hashable, Sendable, Codable {
            case noObjection
            case objection
            /// It has objected, and taken that back.
            case lifted
            case silence
        }

        public let department: DepartmentName
        public let kind: Kind
    }

    public let known: OneThingCase
    public let title: BilingualTitle
    public let lead: DepartmentName
    /// Ledger time that all this is of.
    public let time: Timestamp
    /// Without those that the applicant's choices leave out.
    public let steps: [Step]

    /// - Throws: ``OneThingError`` with code `notDefined` where the definition is not the case's.
    public init(_ standing: CaseStanding, definition: OneThingDefinition) throws(OneThingError) {
        let known = standing.known
        try definition.checkIsOf(known)
        (self.known, title, lead, time) = (known, definition.title, definition.leadDepartment, standing.time)
        steps = zip(definition.steps, known.steps).filter { $1.status != .leftOut }.map { step, state in
            let deadline = standing.deadlines.first { $0.step == step.name }
            return Step(
                name: step.name, title: step.title, department: definition.department(of: step.role), state: state,
                promise: state.isExtended ? step.limits.extended : step.limits.answer, due: deadline?.end,
                urgency: deadline.map {
                    CaseUrgency(isOverdue: state.isOverdue, amber: $0.amber, end: $0.end, at: standing.time)
                },
                replies: Self.replies(to: step, state, definition))
        }
    }

    private static func replies(
        to step: StepDefinition, _ state: CaseStep, _ definition: OneThingDefinition
    ) -> [Reply] {
        guard let window = step.window, state.attempt > 0 else { return [] }
        let asked = Set(window.objectors.map(definition.department(of:)))
        return asked.union(state.objections.map(\.department)).sorted().map { department in
            let own = state.objections.filter { $0.department == department }
            let kind: Reply.Kind =
                if own.contains(where: { $0.liftedAt == nil }) {
                    .objection
                } else if state.consents.contains(department) {
                    .noObjection
                } else {
                    own.isEmpty ? .silence : .lifted
                }
            return Reply(department: department, kind: kind)
        }
    }

    /// Steps that are over, of those that there are.
    public var doneCount: Int { steps.count { $0.state.status.isDone } }
}

extension OneThingDefinition {
    /// - Throws: ``OneThingError`` with code `notDefined`.
    func checkIsOf(_ known: OneThingCase) throws(OneThingError) {
        guard matter == known.matter, version == known.definition, steps.count == known.steps.count else {
            throw OneThingError(
                .notDefined, "\(known.code) keeps to version \(known.definition) of \(known.matter), not to this one")
        }
    }
}
