public import Formats
public import Identity
public import Licences
public import SwiftASN1

/// An objection in a window of a case (异议): who, on which ground, and since when it is lifted.
public struct CaseObjection: DERSequence, Hashable {
    /// The department that objects, or that has taken in the objection of somebody else.
    public let department: DepartmentName
    /// Whoever objects besides departments, by pseudonym.
    public let objector: HolderPseudonym?
    public let reason: ReasonCode
    /// What it is founded on, which stays off the ledger.
    public let evidence: Digest?
    public let at: Timestamp
    public internal(set) var liftedAt: Timestamp?

    init(
        by department: DepartmentName, for objector: HolderPseudonym?, reason: ReasonCode, evidence: Digest?,
        at time: Timestamp
    ) {
        (self.department, self.objector, self.reason, self.evidence) = (department, objector, reason, evidence)
        at = time
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        department = try fields.label()
        reason = try fields.reason()
        at = try fields.timestamp()
        objector = try fields.optional(tag: 0) { try $0.pseudonym() }
        evidence = try fields.optional(tag: 1) { try $0.digest() }
        liftedAt = try fields.optional(tag: 2) { try $0.timestamp() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(department)
        try fields.serialize(text: reason.text)
        try fields.serialize(at)
        try fields.serialize(optional: objector, tag: 0) { try $0.serialize(octets: $1.bytes) }
        try fields.serialize(optional: evidence, tag: 1) { try $0.serialize($1) }
        try fields.serialize(optional: liftedAt, tag: 2) { try $0.serialize($1) }
    }
}

/// How a step of a case stands, in its present attempt.
public struct CaseStep: DERSequence, Hashable {
    public internal(set) var status: StepStatus
    /// Counts from 1 with every time that the step was begun anew; 0 before the first. With the case and the step it
    /// tells a handoff from every other.
    public internal(set) var attempt: Int64 = 0
    /// When this attempt was begun: what its clocks start from.
    public internal(set) var begunAt: Timestamp?
    /// When it was pushed last, and how often within this attempt.
    public internal(set) var pushedAt: Timestamp?
    public internal(set) var pushes: Int64 = 0
    public internal(set) var acknowledgedAt: Timestamp?
    /// When the clock of the answer stood; see ``CaseClock``.
    public internal(set) var pauses: [CaseClock.Pause] = []
    public internal(set) var isExtended = false
    /// Whether the limit of the answer has gone by (超期).
    public internal(set) var isOverdue = false
    /// What was answered last.
    public internal(set) var answer: Label?
    /// When it was settled, waived or closed, or compensated.
    public internal(set) var endedAt: Timestamp?
    /// Departments that have said that they do not object.
    public internal(set) var consents: [DepartmentName] = []
    public internal(set) var objections: [CaseObjection] = []

    init(_ status: StepStatus) { self.status = status }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        status = try fields.named()
        attempt = try fields.integer(in: 0...Int64(OneThingLimits.attemptCount))
        pushes = try fields.integer(in: 0...Int64(OneThingLimits.pushCount))
        isExtended = try Bool(derEncoded: &fields)
        isOverdue = try Bool(derEncoded: &fields)
        pauses = try fields.list(limit: CaseClock.maximumPauseCount) { try CaseClock.Pause(derEncoded: &$0) }
        consents = try fields.labels(limit: OneThingLimits.roleCount)
        objections = try fields.list(limit: OneThingLimits.objectionCount) { try CaseObjection(derEncoded: &$0) }
        begunAt = try fields.optional(tag: 0) { try $0.timestamp() }
        pushedAt = try fields.optional(tag: 1) { try $0.timestamp() }
        acknowledgedAt = try fields.optional(tag: 2) { try $0.timestamp() }
        answer = try fields.optional(tag: 3) { try $0.label() }
        endedAt = try fields.optional(tag: 4) { try $0.timestamp() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(status)
        try fields.serialize(attempt)
        try fields.serialize(pushes)
        try fields.serialize(isExtended)
        try fields.serialize(isOverdue)
        try fields.serialize(list: pauses) { try $0.serialize($1) }
        try fields.serialize(labels: consents)
        try fields.serialize(list: objections) { try $0.serialize($1) }
        try fields.serialize(optional: begunAt, tag: 0) { try $0.serialize($1) }
        try fields.serialize(optional: pushedAt, tag: 1) { try $0.serialize($1) }
        try fields.serialize(optional: acknowledgedAt, tag: 2) { try $0.serialize($1) }
        try fields.serialize(optional: answer, tag: 3) { try $0.serialize($1) }
        try fields.serialize(optional: endedAt, tag: 4) { try $0.serialize($1) }
    }

    /// The clock of the answer; `nil` before the step has begun.
    func clock(_ limits: StepLimits) -> CaseClock? {
        begunAt.map { CaseClock(start: $0, firstDay: limits.firstDay, pauses: pauses) }
    }

    /// Objections that are not lifted.
    public var standingObjections: [CaseObjection] { objections.filter { $0.liftedAt == nil } }
}

extension CaseClock.Pause: DERSequence {
    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        self.init(
            from: try fields.timestamp(), until: try fields.optional(tag: 0) { try $0.timestamp() })
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(from)
        try fields.serialize(optional: until, tag: 0) { try $0.serialize($1) }
    }
}
