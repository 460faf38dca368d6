public import Identity

/// Which events of a trace somebody wants to see. What is not named, any matches.
public struct TraceFilter: Sendable, Hashable {
    /// The first and the last moment of ledger time.
    public var from: Timestamp?
    public var to: Timestamp?
    public var licence: LicenceKey?
    /// Any of these pseudonyms, which are one holder's.
    public var holders: [HolderPseudonym] = []
    /// The department that acted.
    public var department: DepartmentName?
    public var action: UseAction?
    public var purpose: PurposeCode?
    public var caseNumber: CaseNumber?
    public var kind: UsageEvent.Kind?
    /// Decisions alone have an outcome.
    public var outcome: Decision.Outcome?

    public init() {}

    public func matches(_ event: UsageEvent) -> Bool {
        if let from, event.time < from { return false }
        if let to, event.time > to { return false }
        if let licence, licence != event.licence.map({ LicenceKey($0) }) { return false }
        if !holders.isEmpty, event.holder.map({ holders.contains($0) }) != true { return false }
        if let department, department != event.department { return false }
        if let action, action != event.action { return false }
        if let purpose, purpose != event.purpose { return false }
        if let caseNumber, caseNumber != event.context?.caseNumber { return false }
        if let kind, kind != event.kind { return false }
        if let outcome, outcome != event.outcome { return false }
        return true
    }
}

extension UsageEvent {
    /// What was to be done with the licence; `nil` for a verification and a resolution, which do nothing with it.
    public var action: UseAction? {
        switch self {
        case .decision(let decision): decision.action
        case .release(let release): release.action
        case .presentation: .present
        case .verification, .resolution: nil
        }
    }

    /// What the licence was used for, or the pseudonym resolved for; `nil` for a presentation, which has a purpose
    /// alone.
    public var context: UseContext? {
        switch self {
        case .decision(let decision): decision.context
        case .release(let release): release.context
        case .presentation: nil
        case .verification(let verification): verification.context
        case .resolution(let resolution): resolution.context
        }
    }

    public var purpose: PurposeCode? {
        if case .presentation(let presentation) = self { return presentation.purpose }
        return context?.purpose
    }

    /// `nil` for whatever is no decision.
    public var outcome: Decision.Outcome? {
        if case .decision(let decision) = self { decision.outcome } else { nil }
    }
}
