public import Identity

/// A member's certificate and key on disk: `certificate.pem` and `private.key`, the latter readable by its owner alone.
/// Where TLS does not know the consortium's suite, `tls-certificate.pem` and `tls-private.key` stand beside them.
public struct IdentityDirectory: Sendable {
    public let path: String

    public init(_ path: String) { self.path = path }

    public var certificatePath: String { ledgerFiles.certificate }
    public var keyPath: String { ledgerFiles.key }
    public var requestPath: String { ledgerFiles.request }
    public var transportCertificatePath: String { transportFiles.certificate }
    public var transportKeyPath: String { transportFiles.key }
    public var transportRequestPath: String { transportFiles.request }

    /// Where one certificate and what belongs to it are.
    private struct Files {
        let certificate: String
        let key: String
        let request: String

        init(_ path: String, prefix: String = "") {
            certificate = "\(path)/\(prefix)certificate.pem"
            key = "\(path)/\(prefix)private.key"
            request = "\(path)/\(prefix)request.pem"
        }
    }

    private var ledgerFiles: Files { Files(path) }
    private var transportFiles: Files { Files(path, prefix: "tls-") }

    private static let fileLimit = 64 * 1024

    /// Makes a key and a request for a certificate, which the department's authority signs elsewhere; another key and
    /// request for TLS where the suite needs them.
    /// - Returns: the request for the ledger's certificate.
    /// - Throws: ``FileError`` or `IdentityError`; a key that is there already is never overwritten.
    public func createRequest(for member: MemberName, suite: any CryptoSuite) throws -> CertificateRequest {
        try suite.identifier.checkAvailability()
        try checkIsFree(for: suite.identifier)
        try ProtectedFile.createDirectory(path)
        let request = try Self.createRequest(for: member, suite: suite, in: ledgerFiles)
        if !suite.identifier.servesTransport {
            _ = try Self.createRequest(for: member, suite: suite.identifier.transport.suite, in: transportFiles)
        }
        return request
    }

    private static func createRequest(
        for member: MemberName,
        suite: any CryptoSuite,
        in files: Files
    ) throws -> CertificateRequest {
        let key = suite.generateSigningKey()
        let request = try CertificateRequest(member: member, key: key)
        try ProtectedFile.create(at: files.key, with: Array(key.pemRepresentation.utf8), access: .secret)
        try ProtectedFile.replace(at: files.request, with: Array(request.pemRepresentation.utf8), access: .shared)
        return request
    }

    /// Makes keys here and has `authority` certify them at once, for those who have both in one place.
    /// - Throws: ``FileError`` or `IdentityError`; a key that is there already is never overwritten.
    public func create(
        for member: MemberName,
        in consortium: ConsortiumName,
        authority: inout AuthorityDirectory,
        validity: ClosedRange<Timestamp>
    ) throws -> MemberIdentities {
        let suite = authority.authority.suite
        try checkIsFree(for: suite.identifier)
        // First of all, because an authority that has issued a certificate keeps it even where its key has no place.
        try ProtectedFile.createDirectory(path)
        func identity(_ suite: any CryptoSuite, in files: Files) throws -> MemberIdentity {
            let key = suite.generateSigningKey()
            let certificate = try authority.issue(
                to: member,
                in: consortium,
                publicKey: key.verificationKey,
                validity: validity
            )
            try ProtectedFile.create(at: files.key, with: Array(key.pemRepresentation.utf8), access: .secret)
            try ProtectedFile.replace(
                at: files.certificate, with: Array(certificate.pemRepresentation.utf8), access: .shared)
            return try MemberIdentity(certificate: certificate, key: key)
        }
        let ledger = try identity(suite, in: ledgerFiles)
        guard !suite.identifier.servesTransport else { return try MemberIdentities(ledger: ledger, transport: ledger) }
        return try MemberIdentities(
            ledger: ledger, transport: try identity(suite.identifier.transport.suite, in: transportFiles))
    }

    private func checkIsFree(for suite: CryptoSuiteIdentifier) throws {
        let keys = [ledgerFiles.key] + (suite.servesTransport ? [] : [transportFiles.key])
        guard !keys.contains(where: ProtectedFile.exists) else {
            throw FileError(.exists, "there is a private key in \(path) already; choose another directory")
        }
    }

    /// Puts a certificate that the authority has signed beside its key: the one for the ledger, or the one for TLS.
    /// - Parameter suite: the consortium's.
    /// - Throws: `IdentityError` with code `malformedKey` where it is not of the key in this directory, `wrongSuite`
    ///   where a consortium of this suite has no use for it.
    public func install(_ certificate: MemberCertificate, suite: any CryptoSuite) throws {
        let files: Files
        switch certificate.suite {
        case suite.identifier: files = ledgerFiles
        case suite.identifier.transport: files = transportFiles
        default:
            throw IdentityError(
                .wrongSuite,
                "a certificate of the suite \(certificate.suite.rawValue) is of no use in a consortium of "
                    + suite.identifier.rawValue
            )
        }
        let key = try certificate.suite.suite.signingKey(
            pem: try ProtectedFile.text(of: files.key, limit: Self.fileLimit))
        _ = try MemberIdentity(certificate: certificate, key: key)
        try ProtectedFile.replace(
            at: files.certificate, with: Array(certificate.pemRepresentation.utf8), access: .shared)
    }

    /// Reads the identity on the ledger.
    /// - Throws: ``FileError`` or `IdentityError`.
    public func load(suite: any CryptoSuite) throws -> MemberIdentity {
        try Self.load(ledgerFiles, suite: suite)
    }

    /// Reads the identities on the ledger and on connections, which are one where TLS knows the suite.
    /// - Parameter suite: the consortium's.
    /// - Throws: ``FileError`` or `IdentityError`, also where the two are not of one member.
    public func loadAll(suite: any CryptoSuite) throws -> MemberIdentities {
        let ledger = try load(suite: suite)
        guard !suite.identifier.servesTransport else { return try MemberIdentities(ledger: ledger, transport: ledger) }
        return try MemberIdentities(
            ledger: ledger, transport: try Self.load(transportFiles, suite: suite.identifier.transport.suite))
    }

    private static func load(_ files: Files, suite: any CryptoSuite) throws -> MemberIdentity {
        let key = try suite.signingKey(pem: try ProtectedFile.text(of: files.key, limit: fileLimit))
        let pem = try ProtectedFile.text(of: files.certificate, limit: fileLimit)
        return try MemberIdentity(certificate: try MemberCertificate(pem: pem, suite: suite), key: key)
    }
}
