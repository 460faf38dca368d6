import SwiftASN1
import X509

/// The rules of the certificate profile, one function each.
///
/// ``MemberCertificate`` and ``CertificateAuthority`` apply them.
enum CertificateProfile {
    static let country = "CN"

    static func subject(of member: MemberName) throws -> DistinguishedName {
        try DistinguishedName {
            CountryName(country)
            OrganizationName(member.department.rawValue)
            OrganizationalUnitName(member.role.rawValue)
            CommonName(member.name.rawValue)
        }
    }

    static func uniformResourceIdentifier(of member: MemberName, in consortium: ConsortiumName) -> String {
        "spiffe://\(consortium)/\(member)"
    }

    /// The certificate's bytes in a PEM document with exactly one certificate.
    static func certificateBytes(inPEM pem: String) throws(IdentityError) -> [UInt8] {
        do {
            let document = try PEMDocument(pemString: pem)
            guard document.discriminator == "CERTIFICATE" else {
                throw IdentityError(.malformedCertificate, "the PEM document holds \(document.discriminator)")
            }
            return document.derBytes
        } catch let error as IdentityError {
            throw error
        } catch {
            throw IdentityError(.malformedCertificate, "the file is no PEM certificate", cause: error)
        }
    }

    /// Takes a certificate apart.
    /// - Throws: ``IdentityError`` with code `malformedCertificate`.
    static func certificate(inDER der: [UInt8]) throws(IdentityError) -> CertificateSyntax {
        guard der.count <= MemberCertificate.maximumByteCount else {
            throw IdentityError(
                .malformedCertificate,
                "the certificate has \(der.count) bytes, more than the \(MemberCertificate.maximumByteCount) allowed"
            )
        }
        do {
            return try CertificateSyntax(derEncoded: der)
        } catch {
            throw IdentityError(.malformedCertificate, "the bytes are no DER certificate", cause: error)
        }
    }

    /// Who the certificate speaks for: its one URI name, with which the subject has to agree.
    static func names(in certificate: CertificateSyntax) throws(IdentityError) -> (ConsortiumName, MemberName) {
        guard certificate.version == 2 else {
            throw IdentityError(.wrongProfile, "the certificate is not of version 3")
        }
        let names: SubjectAlternativeNames?
        do {
            names = try certificate.extensions.subjectAlternativeNames
        } catch {
            throw IdentityError(.malformedCertificate, "the subject alternative names do not parse", cause: error)
        }
        guard let names, names.count == 1, case .uniformResourceIdentifier(let text)? = names.first else {
            throw IdentityError(.wrongProfile, "the certificate has not exactly one URI name")
        }
        let scheme = "spiffe://"
        // One name has one spelling: an empty part is kept, and refused.
        let parts = text.dropFirst(scheme.count).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard text.hasPrefix(scheme), parts.count == 2,
            let consortium = ConsortiumName(parts[0]), let member = MemberName(parts[1])
        else {
            throw IdentityError(
                .wrongProfile,
                "the URI name '\(text.prefix(160))' is not spiffe://<consortium>/<department>/<role>/<name>"
            )
        }
        guard let subject = try? subject(of: member), certificate.subject == subject else {
            throw IdentityError(
                .wrongProfile,
                "the subject '\(certificate.subject)' is not C=CN, O=department, OU=role, CN=name of \(member)"
            )
        }
        return (consortium, member)
    }

    /// Checks what the certificate may be used for: signatures, and, where members have one certificate for everything,
    /// both sides of TLS.
    static func checkUsage(
        of certificate: CertificateSyntax,
        in suite: CryptoSuiteIdentifier
    ) throws(IdentityError) {
        try checkCriticalExtensions(of: certificate)
        do {
            if case .isCertificateAuthority? = try certificate.extensions.basicConstraints {
                throw IdentityError(.wrongUsage, "the certificate is an authority's; a member's is not one")
            }
            guard let keyUsage = try certificate.extensions.keyUsage, keyUsage.digitalSignature else {
                throw IdentityError(.wrongUsage, "the key usage does not allow digital signatures")
            }
            try checkExtendedUsage(try certificate.extensions.extendedKeyUsage, in: suite)
        } catch let error as IdentityError {
            throw error
        } catch {
            throw IdentityError(.malformedCertificate, "a usage extension does not parse", cause: error)
        }
    }

    private static func checkExtendedUsage(
        _ usage: ExtendedKeyUsage?,
        in suite: CryptoSuiteIdentifier
    ) throws(IdentityError) {
        guard suite.servesTransport else {
            // RFC 5280, section 4.2.1.12: with the extension, the key would be for the purposes in it alone.
            guard usage == nil else {
                throw IdentityError(
                    .wrongUsage,
                    "the certificate has an extended key usage, and one of the suite \(suite.rawValue) signs on the "
                        + "ledger alone"
                )
            }
            return
        }
        guard let usage, usage.contains(.serverAuth), usage.contains(.clientAuth) else {
            throw IdentityError(.wrongUsage, "the extended key usage lacks server or client authentication")
        }
    }

    /// RFC 5280, section 4.2: a critical extension that is not understood makes the certificate unusable.
    static func checkCriticalExtensions(of certificate: CertificateSyntax) throws(IdentityError) {
        let understood: [ASN1ObjectIdentifier] = [
            .X509ExtensionID.basicConstraints, .X509ExtensionID.keyUsage, .X509ExtensionID.extendedKeyUsage,
            .X509ExtensionID.subjectAlternativeName,
        ]
        for entry in certificate.extensions where entry.critical && !understood.contains(entry.oid) {
            throw IdentityError(.wrongProfile, "the critical extension \(entry.oid) is not one of the profile")
        }
    }
}
