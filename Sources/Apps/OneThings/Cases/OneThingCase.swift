public import Formats
public import Identity
public import Licences
public import SwiftASN1

/// A case of a one-thing (一件事办件), as the ledger holds it: codes, states, times and digests; what is in it is with
/// departments.
public struct OneThingCase: DERSequence, Hashable {
    public static let formatVersion: Int64 = 1

    /// 一件事编码: what ties everything together.
    public let code: OneThingCode
    public let matter: Label
    /// The version of the definition, to which the case keeps.
    public let definition: UInt64
    public let subject: CaseSubject
    public let options: [Label]
    public let openedAt: Timestamp
    public internal(set) var status: CaseStatus = .running
    /// The end that it has come to, where that is one of the definition's.
    public internal(set) var end: Label?
    /// When it was completed, ended, withdrawn or annulled.
    public internal(set) var endedAt: Timestamp?
    /// In the order of the definition.
    public internal(set) var steps: [CaseStep]
    /// Values that stand on the ledger.
    public internal(set) var values: [CaseValue] = []
    var places: [ItemPlace] = []
    /// How many lists of content there are.
    public internal(set) var contentCount: Int64 = 0
    /// The licence that was issued in the case; of a case about a licence, none.
    public internal(set) var licence: LicenceIdentifier?
    /// The applicant's grade, 1 to 5 (评价).
    public internal(set) var rating: Int64?
    public internal(set) var archivedAt: Timestamp?

    init(
        code: OneThingCode, definition: OneThingDefinition, subject: CaseSubject, options: [Label],
        openedAt time: Timestamp
    ) {
        (self.code, self.subject, self.options) = (code, subject, options)
        (matter, self.definition, openedAt) = (definition.matter, definition.version, time)
        steps = definition.steps.map { CaseStep($0.condition.holds(for: options) ? .waiting : .leftOut) }
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.formatVersion, of: "case")
        code = try fields.domainText(limit: 64)
        matter = try fields.label()
        definition = UInt64(try fields.integer(in: 1...Int64.max))
        subject = try CaseSubject(derEncoded: &fields)
        options = try fields.labels(limit: OneThingLimits.optionCount)
        openedAt = try fields.timestamp()
        status = try fields.named()
        steps = try fields.list(limit: OneThingLimits.stepCount) { try CaseStep(derEncoded: &$0) }
        values = try fields.list(limit: OneThingLimits.fieldCount) { try CaseValue(derEncoded: &$0) }
        places = try fields.list(limit: OneThingLimits.fieldCount + OneThingLimits.materialCount) {
            try ItemPlace(derEncoded: &$0)
        }
        contentCount = try fields.integer(in: 0...Int64(OneThingLimits.contentCount))
        end = try fields.optional(tag: 0) { try $0.label() }
        endedAt = try fields.optional(tag: 1) { try $0.timestamp() }
        licence = try fields.optional(tag: 2) { try $0.domainText(limit: 256) }
        rating = try fields.optional(tag: 3) { try $0.integer(in: 1...5) }
        archivedAt = try fields.optional(tag: 4) { try $0.timestamp() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.formatVersion)
        try fields.serialize(text: code.text)
        try fields.serialize(matter)
        try fields.serialize(definition)
        try fields.serialize(subject)
        try fields.serialize(labels: options)
        try fields.serialize(openedAt)
        try fields.serialize(status)
        try fields.serialize(list: steps) { try $0.serialize($1) }
        try fields.serialize(list: values) { try $0.serialize($1) }
        try fields.serialize(list: places) { try $0.serialize($1) }
        try fields.serialize(contentCount)
        try fields.serialize(optional: end, tag: 0) { try $0.serialize($1) }
        try fields.serialize(optional: endedAt, tag: 1) { try $0.serialize($1) }
        try fields.serialize(optional: licence, tag: 2) { try $0.serialize(text: $1.text) }
        try fields.serialize(optional: rating, tag: 3) { try $0.serialize($1) }
        try fields.serialize(optional: archivedAt, tag: 4) { try $0.serialize($1) }
    }

    /// The list of content that an item stands in now; `nil` where it has not come in.
    public func content(of item: Label) -> Int64? { places.first { $0.item == item }?.content }

    /// The licence that the case is about, or has led to.
    public var anyLicence: LicenceIdentifier? {
        if case .licence(let licence) = subject { return licence }
        return licence
    }
}

/// The list of content that an item of a case came with last.
package struct ItemPlace: DERSequence, Hashable {
    let item: Label
    /// The place in the case's contents, from 0.
    var content: Int64

    package init(item: Label, content: Int64) { (self.item, self.content) = (item, content) }

    package init(fields: inout ASN1NodeCollection.Iterator) throws {
        item = try fields.label()
        content = try fields.integer(in: 0...Int64(OneThingLimits.contentCount))
    }

    package func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(item)
        try fields.serialize(content)
    }
}
