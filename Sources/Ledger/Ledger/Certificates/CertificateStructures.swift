public import Formats
public import Identity
public import SwiftASN1

/// Arguments of `certificates.register`: DER of the certificate of the key that signs the transaction.
public struct CertificateArguments: DERSequence, Hashable {
    public let certificate: [UInt8]

    public init(certificate: [UInt8]) { self.certificate = certificate }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        certificate = try fields.octets(limit: MemberCertificate.maximumByteCount)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(octets: certificate)
    }
}

/// A certificate as the ledger knows it: the entry under its key, the result of `register` and the answer to `byKey`.
public struct RegisteredCertificate: DERSequence, Hashable {
    /// DER of the certificate.
    public let certificate: [UInt8]
    /// The height at which it was registered.
    public let height: Height

    public init(certificate: [UInt8], height: Height) {
        self.certificate = certificate
        self.height = height
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        certificate = try fields.octets(limit: MemberCertificate.maximumByteCount)
        height = try fields.number()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(octets: certificate)
        try fields.serialize(height)
    }
}

/// Arguments of the query `certificates.byKey`.
public struct CertificateKeyArguments: DERSequence, Hashable {
    public let key: KeyIdentifier

    public init(key: KeyIdentifier) { self.key = key }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        key = KeyIdentifier(try fields.digest())
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(key.digest)
    }
}

/// Arguments of `certificates.publishRevocations`: DER of a revocation list that a department's authority has signed.
public struct RevocationArguments: DERSequence, Hashable {
    public let list: [UInt8]

    public init(list: [UInt8]) { self.list = list }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        list = try fields.octets(limit: RevocationList.maximumByteCount)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(octets: list)
    }
}

/// A department's newest revocation list: its entry, the result of `publishRevocations`, the answer to `revocations`.
public struct PublishedRevocations: DERSequence, Hashable {
    /// The list's CRL number (RFC 5280, section 5.2.3), below 2^63.
    public let number: Int64
    /// The height at which it was published.
    public let height: Height
    /// DER of the list.
    public let list: [UInt8]

    public init(number: Int64, height: Height, list: [UInt8]) {
        self.number = number
        self.height = height
        self.list = list
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        number = try fields.integer(in: 0...Int64.max)
        height = try fields.number()
        list = try fields.octets(limit: RevocationList.maximumByteCount)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(number)
        try fields.serialize(height)
        try fields.serialize(octets: list)
    }
}

/// Arguments of the query `certificates.revocations`.
public struct DepartmentArguments: DERSequence, Hashable {
    public let department: DepartmentName

    public init(department: DepartmentName) { self.department = department }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        department = try fields.label()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: department.rawValue)
    }
}

/// The entry of one revoked serial number.
package struct RevokedCertificate: DERSequence, Hashable {
    package let revokedAt: Timestamp

    package init(revokedAt: Timestamp) { self.revokedAt = revokedAt }

    package init(fields: inout ASN1NodeCollection.Iterator) throws {
        revokedAt = try fields.timestamp()
    }

    package func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(revokedAt)
    }
}
