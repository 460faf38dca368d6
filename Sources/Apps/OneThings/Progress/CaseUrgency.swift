public import Identity

/// How urgent a step in somebody's hand is (绿、黄、红).
public enum CaseUrgency: String, Hashable, Sendable, Codable {
    case green
    /// 临期
    case amber
    /// 超期
    case red

    /// By ledger time.
    /// - Parameters:
    ///   - isOverdue: whether the limit is recorded as gone by.
    ///   - amber: from when on the step shows as amber.
    ///   - end: the first moment that is too late.
    init(isOverdue: Bool, amber: Timestamp?, end: Timestamp?, at time: Timestamp) {
        if isOverdue || end.map({ $0 <= time }) ?? false {
            self = .red
        } else if amber.map({ $0 <= time }) ?? false {
            self = .amber
        } else {
            self = .green
        }
    }
}

extension InboxEntry {
    public func urgency(at time: Timestamp) -> CaseUrgency {
        CaseUrgency(isOverdue: isOverdue, amber: amber, end: end, at: time)
    }
}
