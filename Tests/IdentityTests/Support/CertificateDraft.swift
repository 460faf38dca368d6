import Foundation
import Identity
import SwiftASN1
import X509

/// A certificate made with swift-certificates alone, in which anything can be otherwise than the profile has it.
struct CertificateDraft {
    var version = Certificate.Version.v3
    var serialNumber: [UInt8] = [0x2a]
    var key: Certificate.PublicKey
    var notBefore = TestAuthorities.validity.lowerBound
    var notAfter = TestAuthorities.validity.upperBound
    var issuer: DistinguishedName
    var subject: [(ASN1ObjectIdentifier, String)]
    var algorithm = Certificate.SignatureAlgorithm.ecdsaWithSHA256
    var basicConstraints: BasicConstraints? = .notCertificateAuthority
    var keyUsage: KeyUsage? = KeyUsage(digitalSignature: true)
    var extendedKeyUsage: [ExtendedKeyUsage.Usage] = [.serverAuth, .clientAuth]
    var names: [GeneralName]
    var otherExtensions: [Certificate.Extension] = []
    var signer: Certificate.PrivateKey

    /// What the authority of the tax department would sign for `tax/validator/node`.
    init(_ authorities: TestAuthorities) throws {
        key = try Certificate.PrivateKey(pemEncoded: authorities.suite.generateSigningKey().pemRepresentation).publicKey
        signer = try Self.key(of: authorities.tax)
        issuer = try Certificate(derEncoded: authorities.tax.anchor.der).subject
        subject = Self.subject("CN", "tax", "validator", "node")
        names = [.uniformResourceIdentifier("spiffe://demo/tax/validator/node")]
    }

    static func key(of authority: CertificateAuthority) throws -> Certificate.PrivateKey {
        try Certificate.PrivateKey(pemEncoded: authority.key.pemRepresentation)
    }

    static func subject(
        _ country: String, _ organization: String, _ unit: String, _ name: String
    ) -> [(ASN1ObjectIdentifier, String)] {
        [
            (.RDNAttributeType.countryName, country), (.RDNAttributeType.organizationName, organization),
            (.RDNAttributeType.organizationalUnitName, unit), (.RDNAttributeType.commonName, name),
        ]
    }

    var der: [UInt8] {
        get throws {
            let certificate = try Certificate(
                version: version,
                serialNumber: Certificate.SerialNumber(bytes: serialNumber),
                publicKey: key,
                notValidBefore: notBefore.date,
                notValidAfter: notAfter.date,
                issuer: issuer,
                subject: DistinguishedName(try subject.map(Self.attribute)),
                signatureAlgorithm: algorithm,
                extensions: try extensions,
                issuerPrivateKey: signer
            )
            var serializer = DER.Serializer()
            try serializer.serialize(certificate)
            return serializer.serializedBytes
        }
    }

    private var extensions: Certificate.Extensions {
        get throws {
            var list: [Certificate.Extension] = []
            if let basicConstraints {
                list.append(try Certificate.Extension(basicConstraints, critical: true))
            }
            if let keyUsage {
                list.append(try Certificate.Extension(keyUsage, critical: true))
            }
            if !extendedKeyUsage.isEmpty {
                list.append(try Certificate.Extension(ExtendedKeyUsage(extendedKeyUsage), critical: false))
            }
            if !names.isEmpty {
                list.append(try Certificate.Extension(SubjectAlternativeNames(names), critical: false))
            }
            return try Certificate.Extensions(list + otherExtensions)
        }
    }

    private static func attribute(
        type: ASN1ObjectIdentifier, value: String
    ) throws -> RelativeDistinguishedName {
        RelativeDistinguishedName(
            type == .RDNAttributeType.countryName
                ? try RelativeDistinguishedName.Attribute(type: type, printableString: value)
                : RelativeDistinguishedName.Attribute(type: type, utf8String: value)
        )
    }
}
