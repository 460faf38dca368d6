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

    /// Checks that the signature of a certificate or request, its third part, is whole octets. The library passes over
    /// the number of unused bits, where OpenSSL refuses any but zero.
    static func checkSignatureEncoding(inDER der: [UInt8]) throws(IdentityError) {
        do {
            try DER.sequence(try DER.parse(der), identifier: .sequence) { nodes in
                guard nodes.next() != nil, nodes.next() != nil, try ASN1BitString(derEncoded: &nodes).paddingBits == 0
                else { throw ASN1Error.invalidASN1Object(reason: "the signature is not whole octets") }
            }
        } catch {
            throw IdentityError(.malformedCertificate, "the signature is not whole octets", cause: error)
        }
    }

    /// Who the certificate speaks for: its one URI name, with which the subject has to agree.
    static func names(in certificate: Certificate) throws(IdentityError) -> (ConsortiumName, MemberName) {
        guard certificate.version == .v3 else {
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

    /// Every certificate here is signed by ECDSA with SHA-256, whatever else its authority's key could do.
    static func checkAlgorithm(of certificate: Certificate) throws(IdentityError) {
        guard certificate.signatureAlgorithm == .ecdsaWithSHA256 else {
            throw IdentityError(
                .wrongProfile,
                "the certificate is signed by \(certificate.signatureAlgorithm), not by ECDSA with SHA-256"
            )
        }
    }

    static func checkUsage(of certificate: Certificate) throws(IdentityError) {
        try checkCriticalExtensions(of: certificate)
        do {
            if case .isCertificateAuthority? = try certificate.extensions.basicConstraints {
                throw IdentityError(.wrongUsage, "the certificate is an authority's; a member's is not one")
            }
            guard let keyUsage = try certificate.extensions.keyUsage, keyUsage.digitalSignature else {
                throw IdentityError(.wrongUsage, "the key usage does not allow digital signatures")
            }
            guard let extended = try certificate.extensions.extendedKeyUsage,
                extended.contains(.serverAuth), extended.contains(.clientAuth)
            else {
                throw IdentityError(.wrongUsage, "the extended key usage lacks server or client authentication")
            }
        } catch let error as IdentityError {
            throw error
        } catch {
            throw IdentityError(.malformedCertificate, "a usage extension does not parse", cause: error)
        }
    }

    /// RFC 5280, section 4.2: a critical extension that is not understood makes the certificate unusable.
    static func checkCriticalExtensions(of certificate: Certificate) throws(IdentityError) {
        let understood: [ASN1ObjectIdentifier] = [
            .X509ExtensionID.basicConstraints, .X509ExtensionID.keyUsage, .X509ExtensionID.extendedKeyUsage,
            .X509ExtensionID.subjectAlternativeName,
        ]
        for entry in certificate.extensions where entry.critical && !understood.contains(entry.oid) {
            throw IdentityError(.wrongProfile, "the critical extension \(entry.oid) is not one of the profile")
        }
    }

    static func subjectPublicKeyInfo(of certificate: Certificate) throws(IdentityError) -> [UInt8] {
        do {
            var serializer = DER.Serializer()
            try certificate.publicKey.serialize(into: &serializer)
            return serializer.serializedBytes
        } catch {
            throw IdentityError(.malformedKey, "the certificate's public key does not serialize", cause: error)
        }
    }
}
