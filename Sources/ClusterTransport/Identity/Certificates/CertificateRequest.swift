import SwiftASN1
import X509

/// A request for a certificate (PKCS #10, RFC 2986): a member's public key and name, signed with the private key.
///
/// With it a key never leaves the machine that uses it: the department's authority sees the request alone.
public struct CertificateRequest: Sendable {
    /// A longer request is refused before it is parsed.
    public static let maximumByteCount = 4096

    public let member: MemberName
    /// The suite of the key, and of the authority that can sign the request.
    public let suite: CryptoSuiteIdentifier
    public let publicKey: any VerificationKey
    private let der: [UInt8]

    /// Makes a request for `member`, signed with `key`.
    /// - Throws: ``IdentityError`` where the key cannot sign.
    public init(member: MemberName, key: any SigningKey) throws(IdentityError) {
        let subjectPublicKeyInfo = key.verificationKey.subjectPublicKeyInfo
        guard let suite = CryptoSuiteIdentifier(subjectPublicKeyInfo: subjectPublicKeyInfo) else {
            throw IdentityError(.malformedKey, "the key to certify is of no suite that is known")
        }
        do {
            var serializer = DER.Serializer()
            try serializer.appendConstructedNode(identifier: .sequence) { body in
                try body.serialize(Self.version)
                try body.serialize(try CertificateProfile.subject(of: member))
                body.serializeRawBytes(subjectPublicKeyInfo)
                // No attributes: what the certificate will say is the authority's to decide.
                body.appendConstructedNode(identifier: Self.attributesTag) { _ in }
            }
            self.der = try SignedStructure.der(of: serializer.serializedBytes, signedWith: key, of: suite.suite)
        } catch {
            throw IdentityError(.signingFailed, "the certificate request could not be made", cause: error)
        }
        self.member = member
        self.suite = suite
        self.publicKey = key.verificationKey
    }

    /// Parses a PEM request, of whichever suite, and checks its signature, which proves that the sender holds the
    /// private key.
    /// - Throws: ``IdentityError`` with code `malformedCertificate`, `malformedKey`, `suiteUnavailable`, `wrongSuite`,
    ///   `wrongProfile` or `wrongSignature`.
    public init(pem: String) throws(IdentityError) {
        let signed: SignedStructure
        let subject: DistinguishedName
        let subjectPublicKeyInfo: [UInt8]
        do {
            let document = try PEMDocument(pemString: String(pem.prefix(2 * Self.maximumByteCount)))
            guard document.derBytes.count <= Self.maximumByteCount else {
                throw IdentityError(
                    .malformedCertificate,
                    "the request has \(document.derBytes.count) bytes, more than the \(Self.maximumByteCount) allowed"
                )
            }
            self.der = document.derBytes
            signed = try SignedStructure(derEncoded: document.derBytes)
            (subject, subjectPublicKeyInfo) = try Self.content(of: signed.body)
        } catch let error as IdentityError {
            throw error
        } catch {
            throw IdentityError(.malformedCertificate, "the file is no PEM certificate request", cause: error)
        }
        guard let identifier = CryptoSuiteIdentifier(subjectPublicKeyInfo: subjectPublicKeyInfo) else {
            throw IdentityError(.malformedKey, "the request's key is of no suite that is known")
        }
        try identifier.checkAvailability()
        let key = try identifier.suite.verificationKey(subjectPublicKeyInfo: subjectPublicKeyInfo)
        try SignedStructure.check(algorithm: signed.algorithm, is: identifier.suite, of: "request")
        guard signed.isSigned(by: key) else {
            throw IdentityError(.wrongSignature, "the request is not signed by the key that it asks a certificate for")
        }
        self.member = try Self.member(in: subject)
        self.suite = identifier
        self.publicKey = key
    }

    private static let version = 0
    private static let attributesTag = ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)

    /// `CertificationRequestInfo` (RFC 2986, section 4.1). Attributes are passed over: none of them changes the
    /// certificate.
    private static func content(of body: [UInt8]) throws -> (DistinguishedName, [UInt8]) {
        try DER.sequence(try DER.parse(body), identifier: .sequence) { nodes in
            guard try Int(derEncoded: &nodes) == version, let subject = nodes.next(), let key = nodes.next(),
                let attributes = nodes.next(), attributes.identifier == attributesTag
            else { throw ASN1Error.invalidASN1Object(reason: "a request has a version, a subject, a key, attributes") }
            return (try DistinguishedName(derEncoded: subject), Array(key.encodedBytes))
        }
    }

    /// The request as a PEM document.
    public var pemRepresentation: String {
        PEMDocument(type: "CERTIFICATE REQUEST", derBytes: der).pemString + "\n"
    }

    private static func member(in subject: DistinguishedName) throws(IdentityError) -> MemberName {
        let texts = subject.map { name in
            name.count == 1 ? name.first.flatMap { String($0.value) } : nil
        }
        guard texts.count == 4, let department = texts[1], let role = texts[2], let name = texts[3],
            let member = MemberName("\(department)/\(role)/\(name)"),
            let expected = try? CertificateProfile.subject(of: member), expected == subject
        else {
            throw IdentityError(
                .wrongProfile,
                "the request's subject '\(subject)' is not C=CN, O=department, OU=role, CN=name"
            )
        }
        return member
    }
}
