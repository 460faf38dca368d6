internal import Formats
package import SwiftASN1

/// One field of a licence's metadata: a name and the value as the licence prints it.
public struct LicenceField: Hashable, Sendable {
    public let name: LicenceColumn
    public let value: String

    public init(name: LicenceColumn, value: String) {
        self.name = name
        self.value = value
    }

    /// The bytes of the field's leaf in the metadata's tree:
    /// `SEQUENCE { salt OCTET STRING, name UTF8String, value UTF8String }` in DER.
    ///
    /// DER keeps the three apart, so that no two different fields share a leaf; the salt keeps a value that is easily
    /// guessed, such as an identity number, from being found by trying.
    public func leaf(salt: LicenceSalt) -> [UInt8] {
        LicenceFieldLeaf(salt: salt.bytes, name: name.rawValue, value: value).derBytes
    }
}

extension LicenceField: CustomStringConvertible {
    /// The name only: the value may be personal data.
    public var description: String { name.rawValue }
}

/// The ASN.1 of a leaf.
package struct LicenceFieldLeaf: DERSequence, Hashable {
    package let salt: [UInt8]
    package let name: String
    package let value: String

    package init(salt: [UInt8], name: String, value: String) {
        (self.salt, self.name, self.value) = (salt, name, value)
    }

    package init(fields: inout ASN1NodeCollection.Iterator) throws {
        salt = Array(try ASN1OctetString(derEncoded: &fields).bytes)
        name = String(try ASN1UTF8String(derEncoded: &fields))
        value = String(try ASN1UTF8String(derEncoded: &fields))
    }

    package func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(ASN1OctetString(contentBytes: salt[...]))
        try fields.serialize(ASN1UTF8String(name))
        try fields.serialize(ASN1UTF8String(value))
    }
}
