import Identity

/// Where a case stands.
public enum CaseStatus: Int64, NumberedName {
    /// 办理中
    case running = 0
    /// 办结: every step is settled, waived or left out.
    case completed = 1
    /// 终结: by an answer, an objection or a clock, at an end that the definition names.
    case ended = 2
    /// 撤回: by the applicant.
    case withdrawn = 3
    /// 撤销中: what was done is being undone.
    case annulling = 4
    /// 已撤销
    case annulled = 5

    /// The ends that every matter has.
    static let reservedEnds: [Label] = [completed, withdrawn, annulled].compactMap { Label("\($0)") }

    /// Whether something may still happen to the case's steps.
    public var isOpen: Bool { self == .running || self == .annulling }
}

/// Where a step of a case stands.
public enum StepStatus: Int64, NumberedName {
    /// Waits for steps before it (待启动).
    case waiting = 0
    /// Pushed to its department, which has not said that it has it (已推送).
    case pushed = 1
    /// 已签收
    case acknowledged = 2
    /// The department has asked the applicant for something; the clock stands (待补正).
    case asking = 3
    /// 中止; the clock stands.
    case suspended = 4
    /// Given back to the lead, which pushes it again once it is mended (退回).
    case returned = 5
    /// A window in which somebody has objected, and the objection may yet be lifted (有异议).
    case objected = 6
    /// 已办结
    case settled = 7
    /// 免办
    case waived = 8
    /// Not part of this case, by what the applicant has chosen (不涉及).
    case leftOut = 9
    /// The case ended first (已关闭).
    case closed = 10
    /// Its department is to undo what it did (补偿中).
    case compensating = 11
    /// 已补偿
    case compensated = 12

    /// Whether the steps after it may begin.
    public var isDone: Bool { self == .settled || self == .waived || self == .leftOut }

    /// Whether its department has it in hand.
    public var isInHand: Bool {
        switch self {
        case .pushed, .acknowledged, .asking, .suspended: true
        default: false
        }
    }
}
