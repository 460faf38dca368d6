import Formats
import Identity
import SwiftASN1

// Readers and writers of the fields that records of authorisation and of use share.

extension ASN1NodeCollection.Iterator {
    mutating func nonce() throws -> CallNonce {
        CallNonce(try integer(in: CallNonce.range))
    }

    /// A list of distinct values in ascending order, so that the same set has one encoding.
    mutating func orderedSet<Element: Comparable>(
        limit: Int,
        of read: (inout ASN1NodeCollection.Iterator) throws -> Element
    ) throws -> [Element] {
        let elements = try list(limit: limit, of: read)
        guard zip(elements, elements.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw FormatError(.outOfRange, "the values of a set ascend, each once")
        }
        return elements
    }

    mutating func useAction() throws -> UseAction {
        let number = try enumerated()
        guard let action = UseAction(rawValue: number) else {
            throw FormatError(.outOfRange, "\(number) is no action on a licence")
        }
        return action
    }

    mutating func useActions() throws -> [UseAction] {
        let actions = try list(limit: UseAction.allCases.count) { try $0.useAction() }
        guard !actions.isEmpty, zip(actions, actions.dropFirst()).allSatisfy({ $0.rawValue < $1.rawValue }) else {
            throw FormatError(.outOfRange, "actions are at least one, ascend, each once")
        }
        return actions
    }

    /// Columns of a licence by their names, in the order in which ``LicenceColumn`` lists them.
    mutating func columns() throws -> [LicenceColumn] {
        let columns = try list(limit: LicenceColumn.allCases.count) { fields in
            let name = try fields.text(limit: 64)
            guard let column = LicenceColumn(rawValue: name) else {
                throw FormatError(.outOfRange, "'\(name)' is no field of a licence")
            }
            return column
        }
        guard columns == columns.inOrder else {
            throw FormatError(.outOfRange, "fields of a licence stand in their fixed order, each once")
        }
        return columns
    }

    mutating func optionalInteger(tag: UInt, in range: ClosedRange<Int64>) throws -> Int64? {
        guard let value: Int64 = try optionalPrimitive(tag: tag) else { return nil }
        guard range.contains(value) else {
            throw FormatError(.outOfRange, "\(value) is outside of \(range.lowerBound)...\(range.upperBound)")
        }
        return value
    }

    mutating func optionalLabel(tag: UInt) throws -> Label? {
        guard let text: ASN1UTF8String = try optionalPrimitive(tag: tag) else { return nil }
        guard let label = Label(String(text)) else {
            throw FormatError(.outOfRange, "a name has 1 to 32 characters of a-z, 0-9 and '-'")
        }
        return label
    }

    /// A structure under an explicit tag, which may be missing.
    mutating func optional<Value: DERSequence>(_: Value.Type = Value.self, tag: UInt) throws -> Value? {
        try DER.optionalExplicitlyTagged(&self, tagNumber: tag, tagClass: .contextSpecific) {
            try Value(derEncoded: $0)
        }
    }
}

extension DER.Serializer {
    mutating func serialize(actions: [UseAction]) throws {
        try serialize(list: actions) { try $0.serialize(enumerated: $1.rawValue) }
    }

    mutating func serialize(columns: [LicenceColumn]) throws {
        try serialize(list: columns) { try $0.serialize(text: $1.rawValue) }
    }

    mutating func serialize(integer: Int64?, tag: UInt) throws {
        try serialize(primitive: integer, tag: tag)
    }

    mutating func serialize(label: Label?, tag: UInt) throws {
        try serialize(optionalText: label?.rawValue, tag: tag)
    }

    mutating func serialize(optional value: (some DERSequence)?, tag: UInt) throws {
        guard let value else { return }
        try serialize(explicitlyTaggedWithTagNumber: tag, tagClass: .contextSpecific) { try $0.serialize(value) }
    }
}

extension Sequence<LicenceColumn> {
    /// The columns that are there, each once, in the order in which ``LicenceColumn`` lists them.
    public var inOrder: [LicenceColumn] {
        let columns = Set(self)
        return LicenceColumn.allCases.filter { columns.contains($0) }
    }
}

extension Sequence<UseAction> {
    /// The actions that are there, each once, by their numbers.
    public var inOrder: [UseAction] {
        let actions = Set(self)
        return UseAction.allCases.filter { actions.contains($0) }.sorted { $0.rawValue < $1.rawValue }
    }
}
