import SwiftASN1
import X509

/// `Certificate` of RFC 5280, section 4.1, as far as the profile uses it, of any suite.
struct CertificateSyntax: Sendable {
    let signed: SignedStructure
    /// 2 for version 3.
    let version: Int
    /// The serial number's magnitude, big-endian.
    let serialNumber: [UInt8]
    let issuer: DistinguishedName
    let notBefore: Timestamp
    let notAfter: Timestamp
    let subject: DistinguishedName
    /// DER, as it stands in the certificate.
    let subjectPublicKeyInfo: [UInt8]
    let extensions: Certificate.Extensions

    private static let versionTag: UInt = 0
    private static let extensionsTag: UInt = 3

    init(derEncoded der: [UInt8]) throws {
        let signed = try SignedStructure(derEncoded: der)
        self.signed = signed
        (version, serialNumber, issuer, notBefore, notAfter, subject, subjectPublicKeyInfo, extensions) =
            try DER.sequence(try DER.parse(signed.body), identifier: .sequence) { nodes in
                let version = try DER.decodeDefaultExplicitlyTagged(
                    &nodes, tagNumber: Self.versionTag, tagClass: .contextSpecific, defaultValue: 0)
                let serialNumber = try ArraySlice<UInt8>(derEncoded: &nodes)
                // RFC 5280, section 4.1.1.2: the same algorithm in both places.
                guard let algorithm = nodes.next(), algorithm.encodedBytes.elementsEqual(signed.algorithm) else {
                    throw ASN1Error.invalidASN1Object(reason: "the certificate names two signature algorithms")
                }
                let issuer = try Self.name(&nodes)
                let (notBefore, notAfter) = try Self.validity(&nodes)
                let subject = try Self.name(&nodes)
                guard let key = nodes.next() else {
                    throw ASN1Error.invalidASN1Object(reason: "the certificate has no public key")
                }
                let extensions = try DER.optionalExplicitlyTagged(
                    &nodes, tagNumber: Self.extensionsTag, tagClass: .contextSpecific
                ) {
                    try DER.sequence(of: Certificate.Extension.self, identifier: .sequence, rootNode: $0)
                }
                return (
                    version, Array(serialNumber), issuer, notBefore, notAfter, subject, Array(key.encodedBytes),
                    try Certificate.Extensions(extensions ?? [])
                )
            }
    }

    private static func validity(_ nodes: inout ASN1NodeCollection.Iterator) throws -> (Timestamp, Timestamp) {
        guard let node = nodes.next() else {
            throw ASN1Error.invalidASN1Object(reason: "the certificate has no validity")
        }
        return try DER.sequence(node, identifier: .sequence) { times in
            (try Timestamp(derEncoded: &times), try Timestamp(derEncoded: &times))
        }
    }

    private static func name(_ nodes: inout ASN1NodeCollection.Iterator) throws -> DistinguishedName {
        guard let node = nodes.next() else {
            throw ASN1Error.invalidASN1Object(reason: "the certificate lacks a name")
        }
        return try DistinguishedName(derEncoded: node)
    }

    /// What an authority is about to sign.
    struct Draft {
        let issuer: DistinguishedName
        let subject: DistinguishedName
        let validity: ClosedRange<Timestamp>
        /// DER.
        let subjectPublicKeyInfo: [UInt8]
        let extensions: Certificate.Extensions

        /// DER `TBSCertificate` of version 3.
        func body(serialNumber: Certificate.SerialNumber, algorithm: [UInt8]) throws -> [UInt8] {
            var serializer = DER.Serializer()
            try serializer.appendConstructedNode(identifier: .sequence) { body in
                try body.serialize(
                    2, explicitlyTaggedWithTagNumber: CertificateSyntax.versionTag, tagClass: .contextSpecific)
                try body.serialize(serialNumber.bytes)
                body.serializeRawBytes(algorithm)
                try body.serialize(issuer)
                try body.appendConstructedNode(identifier: .sequence) { times in
                    try validity.lowerBound.serialize(into: &times)
                    try validity.upperBound.serialize(into: &times)
                }
                try body.serialize(subject)
                body.serializeRawBytes(subjectPublicKeyInfo)
                try body.serialize(
                    explicitlyTaggedWithTagNumber: CertificateSyntax.extensionsTag, tagClass: .contextSpecific
                ) {
                    try $0.serializeSequenceOf(extensions)
                }
            }
            return serializer.serializedBytes
        }
    }
}
