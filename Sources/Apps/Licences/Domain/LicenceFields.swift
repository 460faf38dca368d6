import Formats
import Identity
package import SwiftASN1

extension ASN1NodeCollection.Iterator {
    /// Reads a licence identifier by the letter of GB/T 36904: on the ledger nothing else exists.
    mutating func licenceIdentifier() throws -> LicenceIdentifier {
        try domainText(limit: LicenceIdentifier.maximumByteCount)
    }

    package mutating func domainText<Value: DomainText>(limit: Int) throws -> Value {
        let text = try text(limit: limit)
        do throws(LicenceError) {
            return try Value(text)
        } catch {
            throw FormatError(.outOfRange, error.message)
        }
    }

    /// Reads a primitive value under an IMPLICIT tag of its own, which may be missing.
    mutating func optionalPrimitive<Value: DERImplicitlyTaggable>(tag: UInt) throws -> Value? {
        try DER.optionalImplicitlyTagged(
            &self, tag: ASN1Identifier(tagWithNumber: tag, tagClass: .contextSpecific))
    }

    /// Reads a domain value under an IMPLICIT tag of its own, which may be missing.
    mutating func optionalDomainText<Value: DomainText>(tag: UInt) throws -> Value? {
        guard let text: ASN1UTF8String = try optionalPrimitive(tag: tag) else { return nil }
        do throws(LicenceError) {
            return try Value(String(text))
        } catch {
            throw FormatError(.outOfRange, error.message)
        }
    }

    /// Reads text under an IMPLICIT tag of its own, which may be missing.
    mutating func optionalText(tag: UInt, limit: Int) throws -> String? {
        guard let text: ASN1UTF8String = try optionalPrimitive(tag: tag) else { return nil }
        guard text.bytes.count <= limit, let string = String(validating: text.bytes, as: UTF8.self) else {
            throw FormatError(.outOfRange, "a UTF8String is not valid UTF-8 of at most \(limit) bytes")
        }
        return string
    }

    /// Reads the days on which a licence is valid: `SEQUENCE { from UTF8String, until [0] UTF8String OPTIONAL }`.
    mutating func validity() throws -> LicenceValidity {
        guard let node = next() else { throw FormatError(.malformed, "a validity is missing") }
        return try DER.sequence(node, identifier: .sequence) { fields in
            let from: CalendarDate = try fields.domainText(limit: 8)
            let until: CalendarDate? = try fields.optionalDomainText(tag: 0)
            do throws(LicenceError) {
                return try LicenceValidity(from: from, until: until)
            } catch {
                throw FormatError(.outOfRange, error.message)
            }
        }
    }

    /// Reads the pseudonym of a holder.
    package mutating func pseudonym() throws -> HolderPseudonym {
        guard let pseudonym = HolderPseudonym(bytes: try octets(limit: HolderPseudonym.byteCount)) else {
            throw FormatError(.outOfRange, "a pseudonym is an OCTET STRING of \(HolderPseudonym.byteCount) bytes")
        }
        return pseudonym
    }

    /// Reads the pseudonym of a holder under an IMPLICIT tag of its own, which may be missing.
    mutating func optionalPseudonym(tag: UInt) throws -> HolderPseudonym? {
        guard let octets: ASN1OctetString = try optionalPrimitive(tag: tag) else { return nil }
        guard let pseudonym = HolderPseudonym(bytes: Array(octets.bytes)) else {
            throw FormatError(.outOfRange, "a pseudonym is an OCTET STRING of \(HolderPseudonym.byteCount) bytes")
        }
        return pseudonym
    }

    mutating func optionalDigest(tag: UInt) throws -> Digest? {
        guard let octets: ASN1OctetString = try optionalPrimitive(tag: tag) else { return nil }
        guard let digest = Digest(octets.bytes) else {
            throw FormatError(.outOfRange, "a digest is an OCTET STRING of \(Digest.byteCount) bytes")
        }
        return digest
    }
}

extension DER.Serializer {
    /// Writes a primitive value under an IMPLICIT tag of its own, where there is one.
    mutating func serialize(primitive value: (some DERImplicitlyTaggable)?, tag: UInt) throws {
        guard let value else { return }
        try value.serialize(
            into: &self, withIdentifier: ASN1Identifier(tagWithNumber: tag, tagClass: .contextSpecific))
    }

    mutating func serialize<Value: DomainText>(_ value: Value?, tag: UInt) throws {
        try serialize(optionalText: value?.text, tag: tag)
    }

    mutating func serialize(optionalText text: String?, tag: UInt) throws {
        try serialize(primitive: text.map { ASN1UTF8String($0) }, tag: tag)
    }

    mutating func serialize(_ validity: LicenceValidity) throws {
        try appendConstructedNode(identifier: .sequence) { fields in
            try fields.serialize(text: validity.from.text)
            try fields.serialize(validity.until, tag: 0)
        }
    }

    mutating func serialize(_ pseudonym: HolderPseudonym) throws {
        try serialize(octets: pseudonym.bytes)
    }

    /// On a ledger a pseudonym is bytes, not text: half the size.
    mutating func serialize(_ pseudonym: HolderPseudonym?, tag: UInt) throws {
        try serialize(primitive: pseudonym.map { ASN1OctetString(contentBytes: $0.bytes[...]) }, tag: tag)
    }

    mutating func serialize(_ digest: Digest?, tag: UInt) throws {
        try serialize(primitive: digest.map { ASN1OctetString(contentBytes: $0.bytes[...]) }, tag: tag)
    }
}
