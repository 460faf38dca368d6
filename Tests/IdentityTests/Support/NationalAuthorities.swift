import Identity
import SwiftASN1
import Testing
import X509

/// Two departments of a consortium of the suite sm: each with an authority for the ledger and one for TLS.
struct NationalAuthorities {
    let suite = SMSuite()
    let consortium: ConsortiumName
    let tax: CertificateAuthority
    let taxTransport: CertificateAuthority
    let land: CertificateAuthority
    let anchors: TrustAnchors
    let transportAnchors: TrustAnchors

    init() throws {
        func make(_ name: String, _ suite: any CryptoSuite) throws -> CertificateAuthority {
            try CertificateAuthority.create(
                department: label(name), suite: suite, validity: TestAuthorities.validity)
        }
        consortium = try label("demo")
        tax = try make("tax", suite)
        taxTransport = try make("tax", P256Suite())
        land = try make("land", suite)
        anchors = try TrustAnchors(consortium: consortium, suite: suite, anchors: [tax.anchor, land.anchor])
        transportAnchors = try TrustAnchors(
            consortium: consortium, suite: P256Suite(), anchors: [taxTransport.anchor])
    }

    /// A certificate of the tax department, for the ledger.
    func certificate(
        _ name: String = "tax/validator/node", key: (any SigningKey)? = nil
    ) throws -> MemberCertificate {
        try identity(name, by: tax, key: key).certificate
    }

    /// A member with a certificate of `authority`.
    func identity(
        _ name: String = "tax/validator/node",
        by authority: CertificateAuthority,
        in other: ConsortiumName? = nil,
        key: (any SigningKey)? = nil
    ) throws -> MemberIdentity {
        let key = key ?? authority.suite.generateSigningKey()
        let certificate = try authority.issue(
            to: member(name), in: other ?? consortium, publicKey: key.verificationKey,
            validity: TestAuthorities.validity)
        return try MemberIdentity(certificate: certificate, key: key)
    }
}

/// A certificate that the tax department's authority signs with SM2, in which things can be otherwise than the profile
/// has them.
struct NationalCertificateDraft {
    var algorithm = SMSuite().signatureAlgorithm
    var innerAlgorithm: [UInt8]?
    var subjectPublicKeyInfo: [UInt8]
    var extensions: [Certificate.Extension]
    let authority: CertificateAuthority

    init(_ authorities: NationalAuthorities) throws {
        authority = authorities.tax
        subjectPublicKeyInfo = authorities.suite.generateSigningKey().verificationKey.subjectPublicKeyInfo
        extensions = [
            try Certificate.Extension(KeyUsage(digitalSignature: true), critical: true),
            try Certificate.Extension(
                SubjectAlternativeNames([.uniformResourceIdentifier("spiffe://demo/tax/validator/node")]),
                critical: false),
        ]
    }

    var der: [UInt8] {
        get throws {
            let body = try self.body
            let signature = try authority.key.sign(body)
            var serializer = DER.Serializer()
            try serializer.appendConstructedNode(identifier: .sequence) { certificate in
                certificate.serializeRawBytes(body)
                certificate.serializeRawBytes(algorithm)
                try certificate.serialize(ASN1BitString(bytes: signature.bytes[...]))
            }
            return serializer.serializedBytes
        }
    }

    private var body: [UInt8] {
        get throws {
            var serializer = DER.Serializer()
            try serializer.appendConstructedNode(identifier: .sequence) { body in
                try body.serialize(2, explicitlyTaggedWithTagNumber: 0, tagClass: .contextSpecific)
                try body.serialize(42)
                body.serializeRawBytes(innerAlgorithm ?? algorithm)
                try body.serialize(
                    DistinguishedName {
                        CountryName("CN")
                        OrganizationName("tax")
                        CommonName("tax authority")
                    })
                try body.appendConstructedNode(identifier: .sequence) { times in
                    try times.serialize(UTCTime(year: 2026, month: 11, day: 21, hours: 0, minutes: 0, seconds: 0))
                    try times.serialize(UTCTime(year: 2026, month: 11, day: 22, hours: 0, minutes: 0, seconds: 0))
                }
                try body.serialize(
                    DistinguishedName {
                        CountryName("CN")
                        OrganizationName("tax")
                        OrganizationalUnitName("validator")
                        CommonName("node")
                    })
                body.serializeRawBytes(subjectPublicKeyInfo)
                try body.serialize(explicitlyTaggedWithTagNumber: 3, tagClass: .contextSpecific) {
                    try $0.serializeSequenceOf(extensions)
                }
            }
            return serializer.serializedBytes
        }
    }
}
