import SwiftASN1
import X509

/// A department's certificate authority: its certificate and the key that signs.
///
/// A value without storage; what was issued and what number comes next is kept by whoever administers it.
public struct CertificateAuthority: Sendable {
    public let anchor: TrustAnchor
    public let key: any SigningKey

    public var suite: any CryptoSuite { anchor.suite }

    /// Joins an authority's certificate with its key.
    /// - Throws: ``IdentityError`` with code `malformedKey` where they do not belong together.
    public init(anchor: TrustAnchor, key: any SigningKey) throws(IdentityError) {
        guard key.verificationKey.identifier == anchor.publicKey.identifier else {
            throw IdentityError(.malformedKey, "the key is not the one in the certificate of \(anchor.department)")
        }
        self.anchor = anchor
        self.key = key
    }

    /// Makes a new authority for `department`, with a new key and a self-signed certificate.
    /// - Throws: ``IdentityError`` where the key cannot sign.
    public static func create(
        department: DepartmentName,
        suite: any CryptoSuite,
        validity: ClosedRange<Timestamp>
    ) throws(IdentityError) -> CertificateAuthority {
        try suite.identifier.checkAvailability()
        return try create(
            department: department, suite: suite, validity: validity, key: suite.generateSigningKey(),
            serialNumber: makeSerialNumber())
    }

    /// The same with a key and a serial number that are at hand: for a simulation, whose every byte follows from its
    /// seed.
    /// - Parameter serialNumber: the magnitude, big-endian, 1 to 20 bytes of which the first is 1 to 127.
    /// - Throws: ``IdentityError`` where the key cannot sign.
    package static func create(
        department: DepartmentName,
        suite: any CryptoSuite,
        validity: ClosedRange<Timestamp>,
        key: any SigningKey,
        serialNumber: [UInt8]
    ) throws(IdentityError) -> CertificateAuthority {
        let der = try serialized { () throws -> [UInt8] in
            let name = try subject(of: department)
            let draft = CertificateSyntax.Draft(
                issuer: name,
                subject: name,
                validity: validity,
                subjectPublicKeyInfo: key.verificationKey.subjectPublicKeyInfo,
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                    Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                    SubjectKeyIdentifier(keyIdentifier: keyIdentifier(of: key.verificationKey))
                }
            )
            return try signed(draft, with: key, of: suite, serialNumber: serialNumber)
        }
        return try CertificateAuthority(anchor: TrustAnchor(department: department, der: der), key: key)
    }

    /// Signs a certificate for a member of this department.
    /// - Parameters:
    ///   - member: who the certificate speaks for; its department has to be this authority's.
    ///   - consortium: the consortium in the certificate's URI name.
    ///   - publicKey: the member's key.
    ///   - validity: first and last moment of validity; X.509 keeps whole seconds, so the part below is cut off.
    /// - Throws: ``IdentityError`` with code `wrongDepartment`, or where the key cannot sign.
    public func issue(
        to member: MemberName,
        in consortium: ConsortiumName,
        publicKey: any VerificationKey,
        validity: ClosedRange<Timestamp>
    ) throws(IdentityError) -> MemberCertificate {
        try issue(
            to: member, in: consortium, publicKey: publicKey, validity: validity, serialNumber: Self.makeSerialNumber())
    }

    /// The same with a serial number that is at hand: for a simulation, whose every byte follows from its seed.
    /// - Parameter serialNumber: the magnitude, big-endian, 1 to 20 bytes of which the first is 1 to 127.
    /// - Throws: ``IdentityError`` as above.
    package func issue(
        to member: MemberName,
        in consortium: ConsortiumName,
        publicKey: any VerificationKey,
        validity: ClosedRange<Timestamp>,
        serialNumber: [UInt8]
    ) throws(IdentityError) -> MemberCertificate {
        guard member.department == anchor.department else {
            throw IdentityError(
                .wrongDepartment,
                "the authority of \(anchor.department) cannot sign for \(member); ask that department's authority"
            )
        }
        let der = try Self.serialized { () throws -> [UInt8] in
            let draft = CertificateSyntax.Draft(
                issuer: anchor.certificate.subject,
                subject: try CertificateProfile.subject(of: member),
                validity: validity,
                subjectPublicKeyInfo: publicKey.subjectPublicKeyInfo,
                extensions: try memberExtensions(of: member, in: consortium, publicKey: publicKey)
            )
            return try Self.signed(draft, with: key, of: suite, serialNumber: serialNumber)
        }
        return try MemberCertificate(der: der, suite: suite)
    }

    private func memberExtensions(
        of member: MemberName,
        in consortium: ConsortiumName,
        publicKey: any VerificationKey
    ) throws -> Certificate.Extensions {
        let uri = CertificateProfile.uniformResourceIdentifier(of: member, in: consortium)
        var extensions = [
            try Certificate.Extension(BasicConstraints.notCertificateAuthority, critical: true),
            try Certificate.Extension(KeyUsage(digitalSignature: true, nonRepudiation: true), critical: true),
        ]
        if suite.identifier.servesTransport {
            extensions.append(
                try Certificate.Extension(ExtendedKeyUsage([.serverAuth, .clientAuth]), critical: false))
        }
        extensions += [
            try Certificate.Extension(SubjectAlternativeNames([.uniformResourceIdentifier(uri)]), critical: false),
            try Certificate.Extension(
                SubjectKeyIdentifier(keyIdentifier: Self.keyIdentifier(of: publicKey)), critical: false),
            try Certificate.Extension(
                AuthorityKeyIdentifier(keyIdentifier: Self.keyIdentifier(of: key.verificationKey)), critical: false),
        ]
        return try Certificate.Extensions(extensions)
    }

    /// Signs the list of what this authority has revoked.
    /// - Parameters:
    ///   - entries: serial numbers and when each was revoked.
    ///   - number: the CRL number, larger than that of every list before (RFC 5280, section 5.2.3).
    ///   - thisUpdate: when the list was made.
    ///   - nextUpdate: when the next one is due at the latest.
    /// - Throws: ``IdentityError`` where the key cannot sign.
    public func revocationList(
        entries: [RevocationList.Entry],
        number: UInt64,
        thisUpdate: Timestamp,
        nextUpdate: Timestamp
    ) throws(IdentityError) -> RevocationList {
        try RevocationList(
            signedBy: self,
            entries: entries,
            number: number,
            thisUpdate: thisUpdate,
            nextUpdate: nextUpdate
        )
    }

    static func subject(of department: DepartmentName) throws -> DistinguishedName {
        try DistinguishedName {
            CountryName(CertificateProfile.country)
            OrganizationName(department.rawValue)
            CommonName("\(department) authority")
        }
    }

    /// The leftmost 160 bits of the digest of the public key (RFC 7093, section 2, method 1).
    static func keyIdentifier(of key: any VerificationKey) -> ArraySlice<UInt8> {
        key.identifier.digest.bytes.prefix(20)
    }

    /// 159 random bits: with the sign bit of DER they fill the 20 octets that RFC 5280, section 4.1.2.2, allows.
    private static func makeSerialNumber() -> [UInt8] {
        let random = Array(Certificate.SerialNumber().bytes)
        let leading = random.count == 20 ? random[0] & 0x7f : 0
        return [leading] + random.suffix(19)
    }

    private static func signed(
        _ draft: CertificateSyntax.Draft,
        with key: any SigningKey,
        of suite: any CryptoSuite,
        serialNumber: [UInt8]
    ) throws -> [UInt8] {
        let number = Certificate.SerialNumber(bytes: serialNumber[...])
        let body = try draft.body(serialNumber: number, algorithm: suite.signatureAlgorithm)
        return try SignedStructure.der(of: body, signedWith: key, of: suite)
    }

    private static func serialized(_ make: () throws -> [UInt8]) throws(IdentityError) -> [UInt8] {
        do {
            return try make()
        } catch {
            throw IdentityError(.signingFailed, "the certificate could not be made", cause: error)
        }
    }
}
