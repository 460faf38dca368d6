import Formats
import Identity
import SwiftASN1

// Field readers and writers that the structures of one-things share.

extension ASN1NodeCollection.Iterator {
    /// Reads what stands under an EXPLICIT tag of its own and may be missing.
    mutating func optional<Value>(
        tag: UInt, of read: (inout ASN1NodeCollection.Iterator) throws -> Value
    ) throws -> Value? {
        let identifier = ASN1Identifier(tagWithNumber: tag, tagClass: .contextSpecific)
        var rest = self
        guard let node = rest.next(), node.identifier == identifier else { return nil }
        self = rest
        return try DER.sequence(node, identifier: identifier) { try read(&$0) }
    }

    /// Reads a value of an enumeration.
    mutating func named<Value: NumberedName>(_: Value.Type = Value.self) throws -> Value {
        let number = try enumerated()
        guard let value = Value(rawValue: number) else {
            throw FormatError(.outOfRange, "\(number) is no \(Value.self)")
        }
        return value
    }

    mutating func labels(limit: Int) throws -> [Label] { try list(limit: limit) { try $0.label() } }
}

extension DER.Serializer {
    /// Writes what may be missing under an EXPLICIT tag of its own.
    mutating func serialize<Value>(
        optional value: Value?, tag: UInt, of write: (inout DER.Serializer, Value) throws -> Void
    ) throws {
        guard let value else { return }
        try serialize(explicitlyTaggedWithTagNumber: tag, tagClass: .contextSpecific) { try write(&$0, value) }
    }

    mutating func serialize(_ label: Label) throws { try serialize(text: label.rawValue) }

    mutating func serialize(_ value: some NumberedName) throws { try serialize(enumerated: value.rawValue) }

    mutating func serialize(labels: [Label]) throws { try serialize(list: labels) { try $0.serialize($1) } }
}
