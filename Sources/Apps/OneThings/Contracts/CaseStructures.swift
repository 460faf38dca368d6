public import Formats
public import Identity
public import Licences
public import SwiftASN1

/// A number on its own: of a slot, or a count.
package struct SlotNumber: DERSequence {
    let number: UInt64

    package init(_ number: UInt64) { self.number = number }

    package init(fields: inout ASN1NodeCollection.Iterator) throws {
        number = UInt64(try fields.integer(in: 0...Int64.max))
    }

    package func serialize(fields: inout DER.Serializer) throws { try fields.serialize(number) }
}

/// Arguments of `cases.open`.
public struct OpenCase: DERSequence, Hashable {
    public let matter: Label
    public let subject: CaseSubject
    public let options: [Label]
    /// What the applicant has handed in; none where the definition asks for nothing.
    public let content: CaseContent?

    public init(matter: Label, subject: CaseSubject, options: [Label], content: CaseContent?) {
        (self.matter, self.subject, self.options, self.content) = (matter, subject, options, content)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        matter = try fields.label()
        subject = try CaseSubject(derEncoded: &fields)
        options = try fields.labels(limit: OneThingLimits.optionCount)
        content = try fields.optional(tag: 0) { try CaseContent(derEncoded: &$0) }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(matter)
        try fields.serialize(subject)
        try fields.serialize(labels: options)
        try fields.serialize(optional: content, tag: 0) { try $0.serialize($1) }
    }
}

/// Result of `cases.open`, and argument of queries about one case.
public struct CaseReference: DERSequence, Hashable {
    public let code: OneThingCode

    public init(_ code: OneThingCode) { self.code = code }

    public init(fields: inout ASN1NodeCollection.Iterator) throws { code = try fields.domainText(limit: 64) }

    public func serialize(fields: inout DER.Serializer) throws { try fields.serialize(text: code.text) }
}

/// Arguments of `cases.act`.
public struct ActOnCase: DERSequence, Hashable {
    public let code: OneThingCode
    public let act: CaseAct

    public init(_ code: OneThingCode, _ act: CaseAct) { (self.code, self.act) = (code, act) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        code = try fields.domainText(limit: 64)
        act = try CaseAct(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: code.text)
        try fields.serialize(act)
    }
}

/// Arguments of `cases.settle`: cases of which a clock may have ended.
public struct SettleCases: DERSequence, Hashable {
    public static let maximumCount = 100

    public let codes: [OneThingCode]

    public init(_ codes: [OneThingCode]) { self.codes = codes }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        codes = try fields.list(limit: Self.maximumCount) { try $0.domainText(limit: 64) }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(list: codes) { try $0.serialize(text: $1.text) }
    }
}

/// Arguments of `cases.release`: what a department has given out of its content, for a step that needs it.
public struct ReleaseContent: DERSequence, Hashable {
    public let code: OneThingCode
    /// The step that it was given for.
    public let step: Label
    public let attempt: Int64
    /// The list of content that the items stand in.
    public let content: Int64
    public let items: [Label]
    /// The digest of what was given, whose plain text the receiver has.
    public let delivered: Digest

    public init(
        code: OneThingCode, step: Label, attempt: Int64, content: Int64, items: [Label], delivered: Digest
    ) {
        (self.code, self.step, self.attempt) = (code, step, attempt)
        (self.content, self.items, self.delivered) = (content, items, delivered)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        code = try fields.domainText(limit: 64)
        step = try fields.label()
        attempt = try fields.integer(in: 1...Int64(OneThingLimits.attemptCount))
        content = try fields.integer(in: 0...Int64(OneThingLimits.contentCount))
        items = try fields.labels(limit: OneThingLimits.fieldCount + OneThingLimits.materialCount)
        delivered = try fields.digest()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: code.text)
        try fields.serialize(step)
        try fields.serialize(attempt)
        try fields.serialize(content)
        try fields.serialize(labels: items)
        try fields.serialize(delivered)
    }
}

/// A list of content, as the ledger holds it, with the department that keeps what is in it.
public struct StoredContent: DERSequence, Hashable {
    public let department: DepartmentName
    public let content: CaseContent

    package init(_ content: CaseContent, of department: DepartmentName) {
        (self.content, self.department) = (content, department)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        department = try fields.label()
        content = try CaseContent(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(department)
        try fields.serialize(content)
    }
}

/// What a department has to do in a case, or may do (待办).
public struct CaseDuty: DERSequence, Hashable {
    public enum Kind: Int64, NumberedName {
        /// Its own step, which is in its hand (待办理).
        case handle = 0
        /// A window in which it is asked whether it objects (待回复).
        case reply = 1
        /// As the lead: a step that was returned, to be mended and pushed again (待更正).
        case mend = 2
        /// As the lead: what a department has asked the applicant for (待补正).
        case supply = 3
        /// A step that it has to undo (待补偿).
        case compensate = 4
        /// Its own objection, which it may lift (待撤回异议).
        case lift = 5
    }

    public let code: OneThingCode
    public let step: Label
    public let kind: Kind

    public init(_ code: OneThingCode, _ step: Label, _ kind: Kind) {
        (self.code, self.step, self.kind) = (code, step, kind)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        code = try fields.domainText(limit: 64)
        step = try fields.label()
        kind = try fields.named()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: code.text)
        try fields.serialize(step)
        try fields.serialize(kind)
    }
}

/// One entry of a department's stream (事件流): something that happened in a case which concerns it.
public struct CaseNotice: DERSequence, Hashable {
    public let code: OneThingCode
    /// The event's place in the case's trail, from 0.
    public let number: UInt64
    public let kind: CaseEvent.Kind
    public let step: Label?
    public let attempt: Int64

    package init(_ event: CaseEvent, number: UInt64, of code: OneThingCode) {
        (self.code, self.number, kind, step, attempt) = (code, number, event.kind, event.step, event.attempt)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        code = try fields.domainText(limit: 64)
        number = UInt64(try fields.integer(in: 0...Int64.max))
        kind = try fields.named()
        attempt = try fields.integer(in: 0...Int64(OneThingLimits.attemptCount))
        step = try fields.optional(tag: 0) { try $0.label() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: code.text)
        try fields.serialize(number)
        try fields.serialize(kind)
        try fields.serialize(attempt)
        try fields.serialize(optional: step, tag: 0) { try $0.serialize($1) }
    }
}

/// A case that runs on a subject.
package struct SubjectCase: DERSequence, Hashable {
    package let matter: Label
    package let code: OneThingCode

    package init(matter: Label, code: OneThingCode) { (self.matter, self.code) = (matter, code) }

    package init(fields: inout ASN1NodeCollection.Iterator) throws {
        matter = try fields.label()
        code = try fields.domainText(limit: 64)
    }

    package func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(matter)
        try fields.serialize(text: code.text)
    }
}

/// The cases that run on one subject.
package struct RunningCases: DERSequence {
    var entries: [SubjectCase]

    package init(_ entries: [SubjectCase]) { self.entries = entries }

    package init(fields: inout ASN1NodeCollection.Iterator) throws {
        entries = try fields.list(limit: OneThingLimits.casesPerSubject) { try SubjectCase(derEncoded: &$0) }
    }

    package func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(list: entries) { try $0.serialize($1) }
    }
}
