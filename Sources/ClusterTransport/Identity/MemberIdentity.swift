/// A member's certificate with its private key: what lets a process speak as that member.
public struct MemberIdentity: Sendable {
    public let certificate: MemberCertificate
    public let key: any SigningKey

    /// Joins a certificate with its key.
    /// - Throws: ``IdentityError`` with code `malformedKey` where they do not belong together.
    public init(certificate: MemberCertificate, key: any SigningKey) throws(IdentityError) {
        guard key.verificationKey.identifier == certificate.publicKey.identifier else {
            throw IdentityError(
                .malformedKey,
                "the private key is not the one in the certificate of \(certificate.member)"
            )
        }
        self.certificate = certificate
        self.key = key
    }

    public var member: MemberName { certificate.member }
}
