import Formats
import Identity
import Licences
import SwiftASN1

// Field readers and writers that the structures of access share.

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

    /// Reads words in ascending order, each once.
    mutating func words<Word: RawRepresentable<String> & Comparable>(
        limit: Int, _: Word.Type = Word.self
    ) throws -> [Word] {
        let words = try list(limit: limit) { fields in
            let text = try fields.text(limit: 32)
            guard let word = Word(rawValue: text) else {
                throw FormatError(.outOfRange, "'\(text)' is no \(Word.self) that this software knows: use a newer one")
            }
            return word
        }
        guard zip(words, words.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw FormatError(.outOfRange, "the words of a set ascend, each once")
        }
        return words
    }

    mutating func address() throws -> PlatformAddress {
        let text = try text(limit: PlatformAddress.maximumByteCount)
        guard let address = PlatformAddress(text) else {
            throw FormatError(.outOfRange, "'\(text)' is no address: https, or http on the machine itself")
        }
        return address
    }

    mutating func day() throws -> CalendarDate { try domainText(limit: 8) }

    mutating func application() throws -> ApplicationName { try domainText(limit: 32) }
}

extension DER.Serializer {
    /// Writes what may be missing under an EXPLICIT tag of its own.
    mutating func serialize<Value>(
        optional value: Value?, tag: UInt, of write: (inout DER.Serializer, Value) throws -> Void
    ) throws {
        guard let value else { return }
        try serialize(explicitlyTaggedWithTagNumber: tag, tagClass: .contextSpecific) { try write(&$0, value) }
    }

    mutating func serialize<Word: RawRepresentable<String>>(words: [Word]) throws {
        try serialize(list: words) { try $0.serialize(text: $1.rawValue) }
    }
}
