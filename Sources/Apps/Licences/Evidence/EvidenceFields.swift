import Formats
import Identity
import SwiftASN1

extension ASN1NodeCollection.Iterator {
    /// Reads a licence identifier by the letter of GB/T 36904: on the ledger nothing else exists.
    mutating func licenceIdentifier() throws -> LicenceIdentifier {
        try domainText(limit: LicenceIdentifier.maximumByteCount)
    }

    mutating func domainText<Value: DomainText>(limit: Int) throws -> Value {
        let text = try text(limit: limit)
        do throws(LicenceError) {
            return try Value(text)
        } catch {
            throw FormatError(.outOfRange, error.message)
        }
    }

    mutating func optionalLicenceIdentifier(tag: UInt) throws -> LicenceIdentifier? {
        let text =
            try DER.optionalImplicitlyTagged(
                &self,
                tag: ASN1Identifier(tagWithNumber: tag, tagClass: .contextSpecific)
            ) as ASN1UTF8String?
        guard let text else { return nil }
        do throws(LicenceError) {
            return try LicenceIdentifier(String(text))
        } catch {
            throw FormatError(.outOfRange, error.message)
        }
    }

    mutating func optionalDigest(tag: UInt) throws -> Digest? {
        let octets =
            try DER.optionalImplicitlyTagged(
                &self,
                tag: ASN1Identifier(tagWithNumber: tag, tagClass: .contextSpecific)
            ) as ASN1OctetString?
        guard let octets else { return nil }
        guard let digest = Digest(octets.bytes) else {
            throw FormatError(.outOfRange, "a digest is an OCTET STRING of \(Digest.byteCount) bytes")
        }
        return digest
    }
}

extension DER.Serializer {
    mutating func serialize(_ identifier: LicenceIdentifier?, tag: UInt) throws {
        guard let identifier else { return }
        let tag = ASN1Identifier(tagWithNumber: tag, tagClass: .contextSpecific)
        try ASN1UTF8String(identifier.text).serialize(into: &self, withIdentifier: tag)
    }

    mutating func serialize(_ digest: Digest?, tag: UInt) throws {
        guard let digest else { return }
        let tag = ASN1Identifier(tagWithNumber: tag, tagClass: .contextSpecific)
        try ASN1OctetString(contentBytes: digest.bytes[...]).serialize(into: &self, withIdentifier: tag)
    }
}
