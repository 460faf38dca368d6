public import Formats
public import Identity
public import Licences
public import SwiftASN1

/// Something that happened in a case: what a department did, or what the clock brought.
public struct CaseEvent: DERSequence, Hashable {
    public enum Kind: Int64, NumberedName {
        case opened = 0
        /// A step was handed to its department: for the first time, anew, or again because nobody acknowledged it.
        case pushed = 1
        case acknowledged = 2
        case answered = 3
        case returned = 4
        case asked = 5
        case supplied = 6
        case suspended = 7
        case resumed = 8
        case waived = 9
        case extended = 10
        /// The limit of the acknowledgement went by: an alarm.
        case unacknowledged = 11
        /// The limit of the answer went by: a red mark.
        case overdue = 12
        case consented = 13
        case objected = 14
        case objectionLifted = 15
        /// A window ended without an objection.
        case windowClosed = 16
        case completed = 17
        case ended = 18
        case withdrawn = 19
        case annulled = 20
        /// A department is to undo what it did.
        case compensationPushed = 21
        case compensated = 22
        case rated = 23
        case archived = 24
        /// Content was given to a department whose step needs it.
        case released = 25
        /// A step was taken back from its department, because the case goes back to a step before it.
        case recalled = 26
    }

    public let kind: Kind
    /// Ledger time at which it took effect: of a clock, its end, which the next block records.
    public let at: Timestamp
    /// Who acted; `nil` where it was the clock, or what followed from another event.
    public internal(set) var department: DepartmentName?
    public internal(set) var step: Label?
    /// The attempt of the step; 0 where there is no step.
    public internal(set) var attempt: Int64 = 0
    /// The answer, or the end of the case.
    public internal(set) var answer: Label?
    public internal(set) var reason: ReasonCode?
    /// Values that came on the ledger with it.
    public internal(set) var values: [CaseValue] = []
    /// The list of content that came with it, or that was released from.
    public internal(set) var content: Int64?
    /// The items that were released.
    public internal(set) var items: [Label] = []
    /// Evidence of an objection or of its lifting; the digest of what was released.
    public internal(set) var digest: Digest?
    public internal(set) var objector: HolderPseudonym?
    /// Which objection was lifted, from 0; the grade of a rating.
    public internal(set) var number: Int64?
    public internal(set) var licence: LicenceIdentifier?

    init(_ kind: Kind, at time: Timestamp, by department: DepartmentName? = nil) {
        (self.kind, at, self.department) = (kind, time, department)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        kind = try fields.named()
        at = try fields.timestamp()
        attempt = try fields.integer(in: 0...Int64(OneThingLimits.attemptCount))
        values = try fields.list(limit: OneThingLimits.fieldCount) { try CaseValue(derEncoded: &$0) }
        items = try fields.labels(limit: OneThingLimits.fieldCount + OneThingLimits.materialCount)
        department = try fields.optional(tag: 0) { try $0.label() }
        step = try fields.optional(tag: 1) { try $0.label() }
        answer = try fields.optional(tag: 2) { try $0.label() }
        reason = try fields.optional(tag: 3) { try $0.reason() }
        content = try fields.optional(tag: 4) { try $0.integer(in: 0...Int64(OneThingLimits.contentCount)) }
        digest = try fields.optional(tag: 5) { try $0.digest() }
        objector = try fields.optional(tag: 6) { try $0.pseudonym() }
        number = try fields.optional(tag: 7) { try $0.integer(in: 0...Int64.max) }
        licence = try fields.optional(tag: 8) { try $0.domainText(limit: 256) }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(kind)
        try fields.serialize(at)
        try fields.serialize(attempt)
        try fields.serialize(list: values) { try $0.serialize($1) }
        try fields.serialize(labels: items)
        try fields.serialize(optional: department, tag: 0) { try $0.serialize($1) }
        try fields.serialize(optional: step, tag: 1) { try $0.serialize($1) }
        try fields.serialize(optional: answer, tag: 2) { try $0.serialize($1) }
        try fields.serialize(optional: reason, tag: 3) { try $0.serialize(text: $1.text) }
        try fields.serialize(optional: content, tag: 4) { try $0.serialize($1) }
        try fields.serialize(optional: digest, tag: 5) { try $0.serialize($1) }
        try fields.serialize(optional: objector, tag: 6) { try $0.serialize(octets: $1.bytes) }
        try fields.serialize(optional: number, tag: 7) { try $0.serialize($1) }
        try fields.serialize(optional: licence, tag: 8) { try $0.serialize(text: $1.text) }
    }
}

/// An event of a case, as its trail holds it: with the block that recorded it.
public struct RecordedCaseEvent: DERSequence, Hashable {
    public let event: CaseEvent
    public let recordedAt: Timestamp
    public let height: Height
    /// What a receipt is asked for.
    public let transaction: TransactionIdentifier

    package init(_ event: CaseEvent, recordedAt: Timestamp, height: Height, transaction: TransactionIdentifier) {
        (self.event, self.recordedAt, self.height, self.transaction) = (event, recordedAt, height, transaction)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        event = try CaseEvent(derEncoded: &fields)
        recordedAt = try fields.timestamp()
        height = try fields.number()
        transaction = TransactionIdentifier(try fields.digest())
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(event)
        try fields.serialize(recordedAt)
        try fields.serialize(height)
        try fields.serialize(transaction.digest)
    }
}
