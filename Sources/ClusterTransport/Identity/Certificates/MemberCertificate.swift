import SwiftASN1
import X509

/// An X.509 certificate that keeps the profile of transport.md ("Identity"), taken apart.
///
/// The profile: version 3; key and signature of one suite; subject {C, O = department, OU = role, CN = name}; one URI
/// name `spiffe://<consortium>/<department>/<role>/<name>`; key usage with digitalSignature; not a certificate
/// authority; no critical extension beyond those (RFC 5280, section 4.2). Under a suite that TLS knows, the extended
/// key usage allows server and client authentication; under another, there is none.
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
    /// The suite of the key, and of the authority's signature.
    public let suite: CryptoSuiteIdentifier
    public let publicKey: any VerificationKey

    /// The authority by its name.
    let issuer: DistinguishedName
    private let signed: SignedStructure

    /// Parses a DER certificate and checks it against the profile.
    /// - Throws: ``IdentityError`` with code `malformedCertificate`, `wrongSuite`, `wrongProfile`, `wrongUsage` or
    ///   `malformedKey`.
    public init(der: [UInt8], suite: any CryptoSuite) throws(IdentityError) {
        let certificate = try CertificateProfile.certificate(inDER: der)
        self.der = der
        (consortium, member) = try CertificateProfile.names(in: certificate)
        signed = certificate.signed
        try SignedStructure.check(algorithm: signed.algorithm, is: suite, of: "certificate of \(member)")
        try CertificateProfile.checkUsage(of: certificate, in: suite.identifier)
        issuer = certificate.issuer
        serialNumber = certificate.serialNumber
        notBefore = certificate.notBefore
        notAfter = certificate.notAfter
        self.suite = suite.identifier
        publicKey = try suite.verificationKey(subjectPublicKeyInfo: certificate.subjectPublicKeyInfo)
    }

    /// Whether `key` has signed the certificate.
    func isSigned(by key: any VerificationKey) -> Bool { signed.isSigned(by: key) }

    /// Parses a PEM document with one certificate and checks it against the profile.
    /// - Throws: as ``init(der:suite:)``.
    public init(pem: String, suite: any CryptoSuite) throws(IdentityError) {
        try self.init(der: try CertificateProfile.certificateBytes(inPEM: pem), suite: suite)
    }

    /// The same, of whichever suite the certificate's signature is.
    /// - Throws: as ``init(der:suite:)``.
    public init(pem: String) throws(IdentityError) {
        let der = try CertificateProfile.certificateBytes(inPEM: pem)
        let suite = try SignedStructure.suite(of: CertificateProfile.certificate(inDER: der).signed.algorithm)
        try self.init(der: der, suite: suite)
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
