import Foundation
public import Identity

/// A department's certificate authority on disk: its certificates and keys, every certificate that it issued, and what
/// it revoked.
///
/// | file | content |
/// |---|---|
/// | `authority.pem` | the certificate that the genesis takes as the department's trust anchor; then any for TLS |
/// | `authority.key` | its private key, readable by the owner alone |
/// | `tls-authority.key` | the private key of the certificate for TLS, where there is one |
/// | `index.json` | what was issued and revoked, and the number of the last revocation list |
/// | `certificates/SERIAL.pem` | every certificate that was issued |
/// | `revoked.crl` | the newest revocation list |
public struct AuthorityDirectory: Sendable {
    /// One certificate that the authority issued.
    public struct Entry: Codable, Hashable, Sendable {
        /// Hexadecimal digits of the serial number.
        public let serialNumber: String
        public let member: MemberName
        public let consortium: ConsortiumName
        public let notBefore: Timestamp
        public let notAfter: Timestamp
        /// When it was revoked, if it was.
        public var revokedAt: Timestamp?
    }

    private struct Index: Codable {
        var lastListNumber: UInt64 = 0
        var entries: [Entry] = []

        /// Whether lists can go on being numbered, and every certificate can be revoked.
        var isSound: Bool {
            lastListNumber < UInt64(Int64.max)
                && entries.allSatisfy {
                    [UInt8](hexadecimal: $0.serialNumber).map { (1...20).contains($0.count) } == true
                }
        }
    }

    public let path: String
    /// Certifies what signs on the ledger, and signs the revocation lists.
    public let authority: CertificateAuthority
    /// Certifies what connects, where ``authority`` does not.
    public let transportAuthority: CertificateAuthority?
    /// What the department hands out for the genesis.
    public let certificates: AuthorityCertificates
    private var index: Index

    public var department: DepartmentName { authority.anchor.department }
    public var entries: [Entry] { index.entries }

    /// Makes a new authority in an empty or new directory.
    /// - Throws: ``FileError`` or `IdentityError`; an authority that is there already is never overwritten.
    public static func create(
        at path: String,
        department: DepartmentName,
        suite: any CryptoSuite,
        validity: ClosedRange<Timestamp>
    ) throws -> AuthorityDirectory {
        let layout = Layout(path)
        guard !ProtectedFile.exists(layout.key) else {
            throw FileError(.exists, "there is an authority in \(path) already; choose another directory")
        }
        let authority = try CertificateAuthority.create(department: department, suite: suite, validity: validity)
        var transport: CertificateAuthority?
        if !suite.identifier.servesTransport {
            transport = try CertificateAuthority.create(
                department: department, suite: suite.identifier.transport.suite, validity: validity)
        }
        let certificates = try AuthorityCertificates(ledger: authority.anchor, transport: transport?.anchor)
        try ProtectedFile.createDirectory(layout.certificates)
        try ProtectedFile.create(at: layout.key, with: Array(authority.key.pemRepresentation.utf8), access: .secret)
        if let transport {
            try ProtectedFile.create(
                at: layout.transportKey, with: Array(transport.key.pemRepresentation.utf8), access: .secret)
        }
        try ProtectedFile.create(
            at: layout.certificate, with: Array(certificates.pemRepresentation.utf8), access: .shared)
        let directory = AuthorityDirectory(
            path: path,
            authority: authority,
            transportAuthority: transport,
            certificates: certificates,
            index: Index()
        )
        try directory.writeIndex()
        return directory
    }

    /// Opens an authority that ``create(at:department:suite:validity:)`` made, of whichever suite.
    /// - Throws: ``FileError`` or `IdentityError`.
    public static func open(_ path: String, department: DepartmentName? = nil) throws -> AuthorityDirectory {
        let layout = Layout(path)
        guard ProtectedFile.exists(layout.certificate) else {
            throw FileError(.missing, "there is no authority in \(path); make one with 'zhenglian ca init'")
        }
        let pem = try ProtectedFile.text(of: layout.certificate, limit: fileLimit)
        let certificates = try AuthorityCertificates(pem: pem)
        if let department, certificates.department != department {
            throw IdentityError(
                .wrongDepartment,
                "the authority in \(path) is the one of \(certificates.department), not of \(department)"
            )
        }
        let authority = try Self.authority(certificates.ledger, keyPath: layout.key)
        let transport = try certificates.transport.map { try Self.authority($0, keyPath: layout.transportKey) }
        return AuthorityDirectory(
            path: path,
            authority: authority,
            transportAuthority: transport,
            certificates: certificates,
            index: try readIndex(layout.index)
        )
    }

    private static func authority(_ anchor: TrustAnchor, keyPath: String) throws -> CertificateAuthority {
        let pem = try ProtectedFile.text(of: keyPath, limit: fileLimit)
        return try CertificateAuthority(anchor: anchor, key: try anchor.suite.signingKey(pem: pem))
    }

    private static func readIndex(_ path: String) throws -> Index {
        let json = Data(try ProtectedFile.contents(of: path, limit: indexLimit))
        let index: Index
        do {
            index = try JSONDecoder().decode(Index.self, from: json)
        } catch {
            throw FileError(.unreadable, "\(path) is damaged; restore it from a backup: \(error)")
        }
        guard index.isSound else {
            throw FileError(
                .unreadable,
                "\(path) is damaged; restore it from a backup: it holds a number or serial number that is none"
            )
        }
        return index
    }

    /// The one of the two authorities that certifies keys of a suite.
    private func authority(for key: any VerificationKey) throws -> CertificateAuthority {
        let suite = CryptoSuiteIdentifier(subjectPublicKeyInfo: key.subjectPublicKeyInfo)
        guard let found = [authority, transportAuthority].first(where: { $0?.suite.identifier == suite }) ?? nil else {
            throw IdentityError(
                .wrongSuite,
                "the authority of \(department) is of the suite \(authority.suite.identifier.rawValue) and certifies "
                    + "no key of \(suite?.rawValue ?? "a suite that is not known")"
            )
        }
        return found
    }

    /// Signs a certificate, for the ledger or for TLS as the key's suite says, and keeps a copy and a line in the
    /// index.
    /// - Throws: ``FileError`` or `IdentityError`.
    public mutating func issue(
        to member: MemberName,
        in consortium: ConsortiumName,
        publicKey: any VerificationKey,
        validity: ClosedRange<Timestamp>
    ) throws -> MemberCertificate {
        let certificate = try authority(for: publicKey).issue(
            to: member,
            in: consortium,
            publicKey: publicKey,
            validity: validity
        )
        let serialNumber = certificate.serialNumber.hexadecimal
        try ProtectedFile.create(
            at: "\(Layout(path).certificates)/\(serialNumber).pem",
            with: Array(certificate.pemRepresentation.utf8),
            access: .shared
        )
        index.entries.append(
            Entry(
                serialNumber: serialNumber,
                member: member,
                consortium: consortium,
                notBefore: certificate.notBefore,
                notAfter: certificate.notAfter
            )
        )
        try writeIndex()
        return certificate
    }

    /// Revokes every certificate that `matches`, as of `time`, and signs a new revocation list.
    /// - Returns: the entries that were revoked now.
    /// - Throws: ``FileError`` with code `missing` where no live certificate matches.
    public mutating func revoke(at time: Timestamp, where matches: (Entry) -> Bool) throws -> [Entry] {
        let positions = index.entries.indices.filter {
            index.entries[$0].revokedAt == nil && matches(index.entries[$0])
        }
        guard !positions.isEmpty else {
            throw FileError(
                .missing, "the authority of \(department) has issued no such certificate that is still live")
        }
        for position in positions {
            index.entries[position].revokedAt = time
        }
        try writeIndex()
        _ = try updateRevocationList(at: time)
        return positions.map { index.entries[$0] }
    }

    /// Signs a revocation list of everything that is revoked, with the next number, and writes it. One list is for both
    /// kinds of certificates: they are issued under one name.
    /// - Throws: ``FileError`` or `IdentityError`.
    public mutating func updateRevocationList(at time: Timestamp) throws -> RevocationList {
        let revoked = try index.entries.compactMap { entry throws -> RevocationList.Entry? in
            guard let revokedAt = entry.revokedAt else { return nil }
            guard let serialNumber = [UInt8](hexadecimal: entry.serialNumber) else {
                throw FileError(.unreadable, "\(Layout(path).index) holds a serial number that is none")
            }
            return RevocationList.Entry(serialNumber: serialNumber, revokedAt: revokedAt)
        }
        // The number is taken before the list is made: a crash in between loses a number, never repeats one.
        index.lastListNumber += 1
        try writeIndex()
        let list = try authority.revocationList(
            entries: revoked,
            number: index.lastListNumber,
            thisUpdate: time,
            nextUpdate: time.advanced(by: .seconds(Self.listValidityDays * 86_400))
        )
        try ProtectedFile.replace(
            at: Layout(path).revocationList, with: Array(list.pemRepresentation.utf8), access: .shared)
        return list
    }

    /// Where the newest revocation list is, once one has been made.
    public var revocationListPath: String { Layout(path).revocationList }

    /// Where the authority's certificates are, as the genesis takes them.
    public var certificatePath: String { Layout(path).certificate }

    private static let fileLimit = 64 * 1024
    private static let indexLimit = 64 << 20
    private static let listValidityDays = 30

    private func writeIndex() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try ProtectedFile.replace(at: Layout(path).index, with: Array(try encoder.encode(index)), access: .shared)
    }

    private struct Layout {
        let certificate: String
        let key: String
        let transportKey: String
        let index: String
        let certificates: String
        let revocationList: String

        init(_ path: String) {
            certificate = "\(path)/authority.pem"
            key = "\(path)/authority.key"
            transportKey = "\(path)/tls-authority.key"
            index = "\(path)/index.json"
            certificates = "\(path)/certificates"
            revocationList = "\(path)/revoked.crl"
        }
    }
}
