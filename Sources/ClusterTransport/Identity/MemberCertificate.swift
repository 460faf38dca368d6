import SwiftASN1
import X509

/// An X.509 certificate that keeps the profile of transport.md ("Identity"), taken apart.
///
/// The profile: version 3; ECDSA with SHA-256 on P-256; subject {C, O = department, OU = role, CN = name}; one URI name
/// `spiffe://<consortium>/<department>/<role>/<name>`; key usage with digitalSignature; extended key usage for server
/// and client authentication; not a certificate authority; no critical extension beyond those (RFC 5280, section 4.2).
///
/// Holding a value means that the certificate is well formed, not that anybody should trust it: that is
/// ``TrustAnchors/authenticate(_:at:)``.
public struct MemberCertificate: Sendable {
    /// A longer certificate is refused before it is parsed.
    public static let maximumByteCount = 4096

    /// The certificate as it was received.
    public let der: [UInt8]
    public let consortium: ConsortiumName
    public let member: MemberName
    /// The serial number's magnitude, big-endian, without a leading zero (RFC 5280, section 4.1.2.2).
    public let serialNumber: [UInt8]
    public let notBefore: Timestamp
    public let notAfter: Timestamp
    public let publicKey: any VerificationKey

    let certificate: Certificate

    /// Parses a DER certificate and checks it against the profile.
    /// - Throws: ``IdentityError`` with code `malformedCertificate`, `wrongProfile`, `wrongUsage` or `malformedKey`.
    public init(der: [UInt8], suite: any CryptoSuite) throws(IdentityError) {
        guard der.count <= Self.maximumByteCount else {
            throw IdentityError(
                .malformedCertificate,
                "the certificate has \(der.count) bytes, more than the \(Self.maximumByteCount) allowed"
            )
        }
        do {
            self.certificate = try Certificate(derEncoded: der)
        } catch {
            throw IdentityError(.malformedCertificate, "the bytes are no DER certificate", cause: error)
        }
        try CertificateProfile.checkSignatureEncoding(inDER: der)
        self.der = der
        (consortium, member) = try CertificateProfile.names(in: certificate)
        try CertificateProfile.checkAlgorithm(of: certificate)
        try CertificateProfile.checkUsage(of: certificate)
        self.serialNumber = Array(certificate.serialNumber.bytes)
        self.notBefore = Timestamp(certificate.notValidBefore)
        self.notAfter = Timestamp(certificate.notValidAfter)
        self.publicKey = try suite.verificationKey(
            subjectPublicKeyInfo: try CertificateProfile.subjectPublicKeyInfo(of: certificate)
        )
    }

    /// Parses a PEM document with one certificate and checks it against the profile.
    /// - Throws: as ``init(der:suite:)``.
    public init(pem: String, suite: any CryptoSuite) throws(IdentityError) {
        try self.init(der: try CertificateProfile.certificateBytes(inPEM: pem), suite: suite)
    }

    /// The certificate as a PEM document.
    public var pemRepresentation: String {
        PEMDocument(type: "CERTIFICATE", derBytes: der).pemString + "\n"
    }
}

extension MemberCertificate: Hashable {
    public static func == (left: MemberCertificate, right: MemberCertificate) -> Bool { left.der == right.der }

    public func hash(into hasher: inout Hasher) { hasher.combine(der) }
}
