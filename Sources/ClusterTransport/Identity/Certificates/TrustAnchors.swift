import SwiftASN1
import X509

/// The authority certificate of one department: the only key whose signature makes somebody a member of it.
public struct TrustAnchor: Sendable {
    public let department: DepartmentName
    /// The authority's certificate as it was received.
    public let der: [UInt8]

    /// The suite of the authority's key, and so of everything that it signs.
    public let suite: any CryptoSuite
    let publicKey: any VerificationKey
    let certificate: CertificateSyntax

    /// Parses a department's authority certificate, of whichever suite.
    /// - Throws: ``IdentityError`` with code `malformedCertificate`, `wrongUsage`, `wrongDepartment`, `malformedKey`,
    ///   `suiteUnavailable`, `wrongSuite`, `wrongProfile` or `wrongSignature`.
    public init(department: DepartmentName, der: [UInt8]) throws(IdentityError) {
        let certificate = try CertificateProfile.certificate(inDER: der)
        guard let constraints = try? certificate.extensions.basicConstraints,
            case .isCertificateAuthority = constraints,
            let keyUsage = try? certificate.extensions.keyUsage, keyUsage.keyCertSign, keyUsage.cRLSign
        else {
            throw IdentityError(
                .wrongUsage,
                "the certificate offered as the authority of \(department) may not sign certificates and lists"
            )
        }
        guard let subject = try? CertificateAuthority.subject(of: department), certificate.subject == subject else {
            throw IdentityError(
                .wrongDepartment,
                "the authority '\(certificate.subject)' is not the one of \(department)"
            )
        }
        guard let identifier = CryptoSuiteIdentifier(subjectPublicKeyInfo: certificate.subjectPublicKeyInfo) else {
            throw IdentityError(.malformedKey, "the key of the authority of \(department) is of no suite that is known")
        }
        try identifier.checkAvailability()
        let suite = identifier.suite
        try SignedStructure.check(
            algorithm: certificate.signed.algorithm, is: suite, of: "authority of \(department)")
        let publicKey = try suite.verificationKey(subjectPublicKeyInfo: certificate.subjectPublicKeyInfo)
        guard certificate.signed.isSigned(by: publicKey) else {
            throw IdentityError(.wrongSignature, "the authority of \(department) is not signed by its own key")
        }
        self.department = department
        self.der = der
        self.suite = suite
        self.publicKey = publicKey
        self.certificate = certificate
    }

    /// Parses a department's authority certificate from PEM; the department is the one that its subject names.
    /// - Throws: as ``init(department:der:)``.
    public init(pem: String) throws(IdentityError) {
        let der = try CertificateProfile.certificateBytes(inPEM: pem)
        let certificate = try CertificateProfile.certificate(inDER: der)
        let organization = certificate.subject.lazy.flatMap { $0 }
            .first { $0.type == .RDNAttributeType.organizationName }
        guard let name = organization.flatMap({ String($0.value) }), let department = DepartmentName(name) else {
            throw IdentityError(
                .wrongProfile,
                "the subject '\(certificate.subject)' names no department; make authorities with 'zhenglian ca init'"
            )
        }
        try self.init(department: department, der: der)
    }

    public var notBefore: Timestamp { certificate.notBefore }
    public var notAfter: Timestamp { certificate.notAfter }

    /// The certificate as a PEM document.
    public var pemRepresentation: String {
        PEMDocument(type: "CERTIFICATE", derBytes: der).pemString + "\n"
    }
}

/// The trust anchors of a consortium, one for each department, and the question that they answer:
/// may this certificate speak, and for whom?
///
/// Paths have exactly two certificates, the department's authority and the member, so nothing has to be built or
/// searched: a certificate of one department's authority can never speak for another department. The check is
/// synchronous and takes its time as an argument, because the ledger runs it too and every node has to come to the
/// same answer.
public struct TrustAnchors: Sendable {
    public let consortium: ConsortiumName
    public let suite: any CryptoSuite
    private let anchors: [DepartmentName: TrustAnchor]

    /// - Throws: ``IdentityError`` with code `wrongSuite` where an authority is of another suite.
    public init(
        consortium: ConsortiumName,
        suite: any CryptoSuite,
        anchors: [TrustAnchor]
    ) throws(IdentityError) {
        for anchor in anchors where anchor.suite.identifier != suite.identifier {
            throw IdentityError(
                .wrongSuite,
                "the authority of \(anchor.department) is of the suite \(anchor.suite.identifier.rawValue) where "
                    + "\(suite.identifier.rawValue) is asked for: authorities of two suites are never mixed"
            )
        }
        self.consortium = consortium
        self.suite = suite
        self.anchors = Dictionary(anchors.map { ($0.department, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The departments, in the order of their names.
    public var departments: [DepartmentName] { anchors.keys.sorted() }

    /// The trust anchor of a department, if it has one.
    public subscript(department: DepartmentName) -> TrustAnchor? { anchors[department] }

    /// Checks that `der` is a member's certificate of this consortium, signed by its department's authority and valid
    /// at `time`. Revocation is another question: ``Revocations``.
    /// - Throws: ``IdentityError`` whose code names the one thing that is wrong.
    public func authenticate(_ der: [UInt8], at time: Timestamp) throws(IdentityError) -> MemberCertificate {
        let member = try MemberCertificate(der: der, suite: suite)
        try authenticate(member, at: time)
        return member
    }

    /// The same check for a certificate that is parsed already.
    /// - Throws: ``IdentityError`` whose code names the one thing that is wrong.
    public func authenticate(_ member: MemberCertificate, at time: Timestamp) throws(IdentityError) {
        guard member.suite == suite.identifier else {
            throw IdentityError(
                .wrongSuite,
                "the certificate of \(member.member) is of the suite \(member.suite.rawValue), not "
                    + "\(suite.identifier.rawValue)"
            )
        }
        guard member.consortium == consortium else {
            throw IdentityError(
                .wrongConsortium,
                "the certificate of \(member.member) is for consortium '\(member.consortium)', not '\(consortium)'"
            )
        }
        try checkIssuer(of: member)
        try authenticate(again: member, at: time)
    }

    /// The same check for a certificate that has passed it, at this time or another: whose signature it bears does not
    /// change.
    /// - Throws: ``IdentityError`` with code `notYetValid` or `expired`.
    package func authenticate(again member: MemberCertificate, at time: Timestamp) throws(IdentityError) {
        // RFC 5280, section 6.1.3 (a)(2): both ends of the validity are inclusive.
        guard member.notBefore <= time else {
            throw IdentityError(
                .notYetValid,
                "the certificate of \(member.member) is valid from \(member.notBefore); it is \(time): check the clock"
            )
        }
        guard time <= member.notAfter else {
            throw IdentityError(
                .expired,
                "the certificate of \(member.member) expired at \(member.notAfter); have its authority sign a new one"
            )
        }
        guard let anchor = anchors[member.member.department], anchor.notBefore <= time, time <= anchor.notAfter else {
            throw IdentityError(
                .expired,
                "the authority of \(member.member.department) is not valid at \(time); it has to be replaced"
            )
        }
        precondition(member.issuer == anchor.certificate.subject, "checkIssuer lets no other issuer pass")
    }

    private func checkIssuer(of member: MemberCertificate) throws(IdentityError) {
        let issuer = anchors.values.first { $0.certificate.subject == member.issuer }
        guard let issuer else {
            if member.isSigned(by: member.publicKey) {
                throw IdentityError(
                    .selfSigned,
                    "the certificate of \(member.member) is self-signed; have the department's authority sign it"
                )
            }
            throw IdentityError(
                .unknownAuthority,
                "no authority of consortium '\(consortium)' has signed the certificate of \(member.member)"
            )
        }
        guard issuer.department == member.member.department else {
            throw IdentityError(
                .wrongDepartment,
                "the authority of \(issuer.department) has signed a certificate for \(member.member): refused"
            )
        }
        guard member.isSigned(by: issuer.publicKey) else {
            // The name is the authority's, the signature is not: another key called itself by its name.
            throw IdentityError(
                .unknownAuthority,
                "the certificate of \(member.member) names the authority of \(issuer.department), which did not sign it"
            )
        }
    }
}
