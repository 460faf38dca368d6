public import Formats
public import Identity
public import SwiftASN1

/// What people read in the place of a name, in both languages.
public struct BilingualTitle: DERSequence, Hashable, Codable {
    public static let maximumByteCount = 192

    public let chinese: String
    public let english: String

    public init(_ chinese: String, _ english: String) { (self.chinese, self.english) = (chinese, english) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        chinese = try fields.text(limit: Self.maximumByteCount)
        english = try fields.text(limit: Self.maximumByteCount)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: chinese)
        try fields.serialize(text: english)
    }
}

/// Who takes part in a one-thing (参与部门): a duty, and the department of the consortium that has it here.
public struct DefinitionRole: DERSequence, Hashable, Codable {
    public let name: Label
    public let department: DepartmentName
    public let title: BilingualTitle

    public init(_ name: Label, _ department: DepartmentName, _ title: BilingualTitle) {
        (self.name, self.department, self.title) = (name, department, title)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        name = try fields.label()
        department = try fields.label()
        title = try BilingualTitle(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(name)
        try fields.serialize(department)
        try fields.serialize(title)
    }
}

/// What an applicant chooses when a case is opened (可选项): a branch that is wanted, or a track such as that of
/// individual businesses; also an end other than completion, and whatever else has only a name and a title.
public struct NamedTitle: DERSequence, Hashable, Codable {
    public let name: Label
    public let title: BilingualTitle

    public init(_ name: Label, _ title: BilingualTitle) { (self.name, self.title) = (name, title) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        name = try fields.label()
        title = try BilingualTitle(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(name)
        try fields.serialize(title)
    }
}

/// A datum of a case (信息项), and who may come to know it.
public struct DefinitionField: DERSequence, Hashable, Codable {
    public let name: Label
    public let title: BilingualTitle
    /// The roles whose duty needs it: a step of any other role that asks for it is a leak. Of a datum that stands on
    /// the ledger, where everybody reads it, this is empty.
    @Listed public private(set) var `for`: [Label]
    /// Whether its value stands on the ledger: a code that anybody may know, such as a unified social credit code of
    /// an enterprise. All others are there as digests only.
    @Marked public private(set) var isOnLedger: Bool

    public init(_ name: Label, _ title: BilingualTitle, for roles: [Label] = [], isOnLedger: Bool = false) {
        (self.name, self.title) = (name, title)
        _for = Listed(wrappedValue: roles)
        _isOnLedger = Marked(wrappedValue: isOnLedger)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        let name = try fields.label()
        let title = try BilingualTitle(derEncoded: &fields)
        let roles = try fields.labels(limit: OneThingLimits.roleCount)
        self.init(name, title, for: roles, isOnLedger: try Bool(derEncoded: &fields))
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(name)
        try fields.serialize(title)
        try fields.serialize(labels: `for`)
        try fields.serialize(isOnLedger)
    }
}

/// A paper of a case (材料), which is handed in once.
public struct DefinitionMaterial: DERSequence, Hashable, Codable {
    public let name: Label
    public let title: BilingualTitle
    /// The data that can be read in it: whoever gets the paper gets them too.
    @Listed public private(set) var contains: [Label]

    public init(_ name: Label, _ title: BilingualTitle, contains: [Label]) {
        (self.name, self.title) = (name, title)
        _contains = Listed(wrappedValue: contains)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        let name = try fields.label()
        let title = try BilingualTitle(derEncoded: &fields)
        self.init(name, title, contains: try fields.labels(limit: OneThingLimits.fieldCount))
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(name)
        try fields.serialize(title)
        try fields.serialize(labels: contains)
    }
}

/// A ground for an objection, a return, a question or a suspension (理由), as a code: no text, which might hold anything.
public struct DefinitionReason: DERSequence, Hashable, Codable {
    public let code: ReasonCode
    public let title: BilingualTitle

    public init(_ code: ReasonCode, _ title: BilingualTitle) { (self.code, self.title) = (code, title) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        code = try fields.reason()
        title = try BilingualTitle(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: code.text)
        try fields.serialize(title)
    }
}

/// When something of a definition is there in a case: always, or by what the applicant has chosen.
public struct OptionCondition: DERSequence, Hashable, Codable {
    public static let always = OptionCondition()

    /// The option that has to be chosen.
    public let when: Label?
    /// The option that must not be chosen.
    public let unless: Label?

    public init(when: Label? = nil, unless: Label? = nil) { (self.when, self.unless) = (when, unless) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        when = try fields.optional(tag: 0) { try $0.label() }
        unless = try fields.optional(tag: 1) { try $0.label() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(optional: when, tag: 0) { try $0.serialize($1) }
        try fields.serialize(optional: unless, tag: 1) { try $0.serialize($1) }
    }

    /// Whether it holds in a case with these options.
    public func holds(for options: [Label]) -> Bool {
        when.map(options.contains) ?? true && !(unless.map(options.contains) ?? false)
    }

    /// Whether this holds wherever `other` does.
    func follows(from other: OptionCondition) -> Bool {
        (when == nil || when == other.when) && (unless == nil || unless == other.unless)
    }

    /// Whether the two never hold in one case.
    func excludes(_ other: OptionCondition) -> Bool {
        (when != nil && when == other.unless) || (unless != nil && unless == other.when)
    }
}

/// What the applicant hands in when a case is opened: a datum or a paper.
public struct IntakeItem: DERSequence, Hashable, Codable {
    /// A field's or a material's name; both share one space of names.
    public let item: Label
    /// When it is handed in; otherwise it must not be.
    public let condition: OptionCondition

    public init(_ item: Label, _ condition: OptionCondition = .always) {
        (self.item, self.condition) = (item, condition)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        item = try fields.label()
        condition = try OptionCondition(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(item)
        try fields.serialize(condition)
    }

    private enum CodingKeys: String, CodingKey { case item, when, unless }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        item = try container.decode(Label.self, forKey: .item)
        condition = OptionCondition(
            when: try container.decodeIfPresent(Label.self, forKey: .when),
            unless: try container.decodeIfPresent(Label.self, forKey: .unless))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(item, forKey: .item)
        try container.encodeIfPresent(condition.when, forKey: .when)
        try container.encodeIfPresent(condition.unless, forKey: .unless)
    }
}
