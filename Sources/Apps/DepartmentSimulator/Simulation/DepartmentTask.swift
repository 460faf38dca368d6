public import Identity
public import Licences
public import OneThings

/// What a simulated department does about a duty, and how long after it has come to know of it.
public struct DepartmentTask: Hashable, Sendable {
    /// What tells a piece of work from every other: with the seed it decides all else.
    public struct Key: Hashable, Sendable {
        public let code: OneThingCode
        public let step: Label
        public let attempt: Int64
        public let duty: CaseDuty.Kind
        public let status: StepStatus
        /// How often the clock had been stopped in this attempt, and for a window how many objections there were.
        public let round: Int

        public init(
            _ code: OneThingCode, _ step: Label, attempt: Int64, duty: CaseDuty.Kind, status: StepStatus, round: Int
        ) {
            (self.code, self.step, self.attempt) = (code, step, attempt)
            (self.duty, self.status, self.round) = (duty, status, round)
        }
    }

    public enum Action: Hashable, Sendable {
        case acknowledge
        case answer(Label)
        case giveBack(ReasonCode)
        case ask(ReasonCode)
        case suspend(ReasonCode)
        case resume
        case consent
        case object(ReasonCode)
        case lift(Int64)
        case push
        case supply
        case compensate

        /// Whether the department looks at what was handed over before it does this.
        var needsContent: Bool {
            switch self {
            case .answer, .giveBack, .ask, .suspend: true
            default: false
            }
        }

        /// As the log has it.
        var name: String {
            switch self {
            case .acknowledge: "acknowledge"
            case .answer: "answer"
            case .giveBack: "giveBack"
            case .ask: "ask"
            case .suspend: "suspend"
            case .resume: "resume"
            case .consent: "consent"
            case .object: "object"
            case .lift: "lift"
            case .push: "push"
            case .supply: "supply"
            case .compensate: "compensate"
            }
        }
    }

    public let key: Key
    public let action: Action
    public let delay: Duration

    public init(_ key: Key, _ action: Action, delay: Duration) {
        (self.key, self.action, self.delay) = (key, action, delay)
    }
}
