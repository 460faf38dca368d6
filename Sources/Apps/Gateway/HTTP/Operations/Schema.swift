/// What a JSON value has to be: a part of JSON Schema 2020-12, as OpenAPI 3.1 uses it.
///
/// The same value describes the interface and holds requests to it, so that the description cannot say one thing and
/// the gateway do another.
public struct Schema: Sendable {
    indirect enum Kind: Sendable {
        case string(StringFormat, lengths: ClosedRange<Int>)
        case choice([String])
        case integer(ClosedRange<Int64>)
        case number
        case boolean
        case array(Schema, counts: ClosedRange<Int>)
        case object([Property])
        /// Whatever JSON there is: a contract's or a definition's own.
        case anything
    }

    /// A member of an object.
    struct Property: Sendable {
        let name: String
        let schema: Schema
        let isRequired: Bool
    }

    let kind: Kind
    /// What it means, in English and Chinese.
    var summary: Summary?
    /// Whether `null` may stand in its place.
    var isNullable = false
    /// Under which name it stands among the components; `nil` for one that is written where it is used.
    var name: String?

    private init(_ kind: Kind) { self.kind = kind }

    static func string(_ format: StringFormat, _ lengths: ClosedRange<Int> = 1...256) -> Schema {
        Schema(.string(format, lengths: lengths))
    }

    static func text(_ lengths: ClosedRange<Int> = 0...1_024) -> Schema { .string(.text, lengths) }

    static func choice(_ words: [String]) -> Schema { Schema(.choice(words)) }

    static func integer(_ range: ClosedRange<Int64> = 0...Int64.max) -> Schema { Schema(.integer(range)) }

    static let number = Schema(.number)
    static let boolean = Schema(.boolean)
    static let anything = Schema(.anything)

    static func array(of element: Schema, _ counts: ClosedRange<Int> = 0...1_000) -> Schema {
        Schema(.array(element, counts: counts))
    }

    /// An object with these members and no others.
    static func object(_ properties: Property...) -> Schema { Schema(.object(properties)) }

    static func object(_ properties: [Property]) -> Schema { Schema(.object(properties)) }

    /// The same, described.
    func described(_ english: String, _ chinese: String) -> Schema {
        var copy = self
        copy.summary = Summary(english, chinese)
        return copy
    }

    /// The same, or `null`.
    var orNull: Schema {
        var copy = self
        copy.isNullable = true
        return copy
    }

    /// The same as a component with a name.
    func named(_ name: String) -> Schema {
        var copy = self
        copy.name = name
        return copy
    }

    /// The members of an object, none for anything else.
    var properties: [Property] { if case .object(let properties) = kind { properties } else { [] } }
}

/// What something is, for people of both languages.
public struct Summary: Sendable, Hashable {
    public let english: String
    public let chinese: String

    init(_ english: String, _ chinese: String) { (self.english, self.chinese) = (english, chinese) }

    /// Both, as a description in a document has them.
    var both: String { "\(english) / \(chinese)" }
}

extension Schema.Property {
    /// A member that has to be there.
    static func required(_ name: String, _ schema: Schema) -> Schema.Property {
        Schema.Property(name: name, schema: schema, isRequired: true)
    }

    /// A member that may be missing or `null`.
    static func optional(_ name: String, _ schema: Schema) -> Schema.Property {
        Schema.Property(name: name, schema: schema.orNull, isRequired: false)
    }
}
