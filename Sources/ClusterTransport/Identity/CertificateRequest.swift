import SwiftASN1
import X509

/// A request for a certificate (PKCS #10, RFC 2986): a member's public key and name, signed with the private key.
///
/// With it a key never leaves the machine that uses it: the department's authority sees the request alone.
public struct CertificateRequest: Sendable {
    /// A longer request is refused before it is parsed.
    public static let maximumByteCount = 4096

    public let member: MemberName
    public let publicKey: any VerificationKey
    private let der: [UInt8]

    /// Makes a request for `member`, signed with `key`.
    /// - Throws: ``IdentityError`` where the key cannot sign.
    public init(member: MemberName, key: any SigningKey) throws(IdentityError) {
        do {
            let privateKey = try Certificate.PrivateKey(pemEncoded: key.pemRepresentation)
            let request = try CertificateSigningRequest(
                version: .v1,
                subject: try CertificateProfile.subject(of: member),
                privateKey: privateKey,
                attributes: CertificateSigningRequest.Attributes(),
                signatureAlgorithm: .ecdsaWithSHA256
            )
            var serializer = DER.Serializer()
            try serializer.serialize(request)
            self.der = serializer.serializedBytes
        } catch {
            throw IdentityError(.signingFailed, "the certificate request could not be made", cause: error)
        }
        self.member = member
        self.publicKey = key.verificationKey
    }

    /// Parses a PEM request and checks its signature, which proves that the sender holds the private key.
    /// - Throws: ``IdentityError`` with code `malformedCertificate`, `wrongProfile` or `wrongSignature`.
    public init(pem: String, suite: any CryptoSuite) throws(IdentityError) {
        let request: CertificateSigningRequest
        do {
            let document = try PEMDocument(pemString: String(pem.prefix(2 * Self.maximumByteCount)))
            guard document.derBytes.count <= Self.maximumByteCount else {
                throw IdentityError(
                    .malformedCertificate,
                    "the request has \(document.derBytes.count) bytes, more than the \(Self.maximumByteCount) allowed"
                )
            }
            self.der = document.derBytes
            request = try CertificateSigningRequest(derEncoded: document.derBytes)
        } catch let error as IdentityError {
            throw error
        } catch {
            throw IdentityError(.malformedCertificate, "the file is no PEM certificate request", cause: error)
        }
        try CertificateProfile.checkSignatureEncoding(inDER: der)
        guard request.publicKey.isValidSignature(request.signature, for: request) else {
            throw IdentityError(.wrongSignature, "the request is not signed by the key that it asks a certificate for")
        }
        self.member = try Self.member(in: request.subject)
        do {
            var serializer = DER.Serializer()
            try request.publicKey.serialize(into: &serializer)
            self.publicKey = try suite.verificationKey(subjectPublicKeyInfo: serializer.serializedBytes)
        } catch let error as IdentityError {
            throw error
        } catch {
            throw IdentityError(.malformedKey, "the request's public key does not serialize", cause: error)
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
