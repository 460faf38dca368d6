import Identity
import NIOSSL
import SwiftASN1
import Testing
import X509

/// A certificate and its key that need not be fit for anything.
struct RawCredential: Sendable {
    let der: [UInt8]
    let keyPEM: String

    init(_ identity: MemberIdentity) {
        der = identity.certificate.der
        keyPEM = identity.key.pemRepresentation
    }

    init(der: [UInt8], keyPEM: String) {
        self.der = der
        self.keyPEM = keyPEM
    }

    func certificate() throws -> NIOSSLCertificate { try NIOSSLCertificate(bytes: der, format: .der) }

    func privateKey() throws -> NIOSSLPrivateKey { try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem) }
}

/// Makes the certificates that no proper authority would sign.
struct CertificateForge {
    let consortium: Consortium
    let member = "health/client/forger"

    /// Signed by its own key.
    func selfSigned() throws -> RawCredential { try forge(issuer: nil) }

    /// Signed by the authority of another department.
    func signedByAnotherDepartment() throws -> RawCredential {
        try forge(issuer: consortium.authorities[try #require(Label("market"))])
    }

    /// For servers only.
    func withoutClientAuthentication() throws -> RawCredential {
        try forge(issuer: consortium.authorities[try #require(Label("health"))], usages: [.serverAuth])
    }

    /// Signed by an authority that calls itself by a name of the consortium's.
    func signedByAnImpostor() throws -> RawCredential {
        let impostor = try CertificateAuthority.create(
            department: try #require(Label("health")),
            suite: consortium.suite,
            validity: Consortium.year
        )
        return try forge(issuer: impostor)
    }

    /// Signed by the right authority in the name of another consortium.
    func forAnotherConsortium() throws -> RawCredential {
        try forge(
            issuer: consortium.authorities[try #require(Label("health"))],
            consortiumName: "elsewhere"
        )
    }

    private func forge(
        issuer: CertificateAuthority?,
        usages: [ExtendedKeyUsage.Usage] = [.serverAuth, .clientAuth],
        consortiumName: String? = nil
    ) throws -> RawCredential {
        let key = consortium.suite.generateSigningKey()
        let ownKey = try Certificate.PrivateKey(pemEncoded: key.pemRepresentation)
        let subject = try DistinguishedName {
            CountryName("CN")
            OrganizationName("health")
            OrganizationalUnitName("client")
            CommonName("forger")
        }
        let issuerName = try issuer.map { try Certificate(derEncoded: $0.anchor.der).subject } ?? subject
        let issuerKey = try issuer.map { try Certificate.PrivateKey(pemEncoded: $0.key.pemRepresentation) } ?? ownKey
        let name = "spiffe://\(consortiumName ?? consortium.name.rawValue)/\(member)"
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: ownKey.publicKey,
            notValidBefore: Consortium.year.lowerBound.date,
            notValidAfter: Consortium.year.upperBound.date,
            issuer: issuerName,
            subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage(usages)
                SubjectAlternativeNames([.uniformResourceIdentifier(name)])
            },
            issuerPrivateKey: issuerKey
        )
        return RawCredential(der: try certificate.serializeAsPEM().derBytes, keyPEM: key.pemRepresentation)
    }
}
