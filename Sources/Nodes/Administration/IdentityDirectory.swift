public import Identity

/// A member's certificate and key on disk: `certificate.pem` and `private.key`, the latter readable by its owner alone.
public struct IdentityDirectory: Sendable {
    public let path: String

    public init(_ path: String) { self.path = path }

    public var certificatePath: String { "\(path)/certificate.pem" }
    public var keyPath: String { "\(path)/private.key" }
    public var requestPath: String { "\(path)/request.pem" }

    private static let fileLimit = 64 * 1024

    /// Makes a key and a request for a certificate, which the department's authority signs elsewhere.
    /// - Throws: ``FileError`` or `IdentityError`; a key that is there already is never overwritten.
    public func createRequest(for member: MemberName, suite: any CryptoSuite) throws -> CertificateRequest {
        let key = suite.generateSigningKey()
        let request = try CertificateRequest(member: member, key: key)
        try ProtectedFile.createDirectory(path)
        try ProtectedFile.create(at: keyPath, with: Array(key.pemRepresentation.utf8), access: .secret)
        try ProtectedFile.replace(at: requestPath, with: Array(request.pemRepresentation.utf8), access: .shared)
        return request
    }

    /// Makes a key here and has `authority` certify it at once, for those who have both in one place.
    /// - Throws: ``FileError`` or `IdentityError`; a key that is there already is never overwritten.
    public func create(
        for member: MemberName,
        in consortium: ConsortiumName,
        authority: inout AuthorityDirectory,
        validity: ClosedRange<Timestamp>
    ) throws -> MemberIdentity {
        guard !ProtectedFile.exists(keyPath) else {
            throw FileError(.exists, "there is a private key in \(path) already; choose another directory")
        }
        // First of all, because an authority that has issued a certificate keeps it even where its key has no place.
        try ProtectedFile.createDirectory(path)
        let key = authority.authority.suite.generateSigningKey()
        let certificate = try authority.issue(
            to: member,
            in: consortium,
            publicKey: key.verificationKey,
            validity: validity
        )
        try ProtectedFile.create(at: keyPath, with: Array(key.pemRepresentation.utf8), access: .secret)
        try ProtectedFile.replace(at: certificatePath, with: Array(certificate.pemRepresentation.utf8), access: .shared)
        return try MemberIdentity(certificate: certificate, key: key)
    }

    /// Puts a certificate that the authority has signed beside its key.
    /// - Throws: `IdentityError` with code `malformedKey` where it is not of the key in this directory.
    public func install(_ certificate: MemberCertificate, suite: any CryptoSuite) throws {
        let key = try suite.signingKey(pem: try ProtectedFile.text(of: keyPath, limit: Self.fileLimit))
        _ = try MemberIdentity(certificate: certificate, key: key)
        try ProtectedFile.replace(at: certificatePath, with: Array(certificate.pemRepresentation.utf8), access: .shared)
    }

    /// Reads the identity.
    /// - Throws: ``FileError`` or `IdentityError`.
    public func load(suite: any CryptoSuite) throws -> MemberIdentity {
        let key = try suite.signingKey(pem: try ProtectedFile.text(of: keyPath, limit: Self.fileLimit))
        let pem = try ProtectedFile.text(of: certificatePath, limit: Self.fileLimit)
        return try MemberIdentity(certificate: try MemberCertificate(pem: pem, suite: suite), key: key)
    }
}
