import SwiftASN1
import X509

/// A certificate revocation list of version 2 (RFC 5280, section 5) with CRL number and authority key identifier.
///
/// Indirect lists, deltas and critical extensions are refused: a department revokes what it issued itself, and whole.
public struct RevocationList: Sendable {
    /// One revoked certificate.
    public struct Entry: Hashable, Sendable {
        /// The serial number's magnitude, big-endian, without a leading zero.
        public let serialNumber: [UInt8]
        /// When it was revoked, to the second.
        public let revokedAt: Timestamp

        public init(serialNumber: [UInt8], revokedAt: Timestamp) {
            self.serialNumber = serialNumber
            self.revokedAt = revokedAt
        }
    }

    /// A longer list is refused before it is parsed: room for some 10,000 entries.
    public static let maximumByteCount = 512 * 1024

    /// The list as it was received.
    public let der: [UInt8]
    /// The department whose authority has signed the list.
    public let department: DepartmentName
    /// Larger in each list than in the ones before.
    public let number: UInt64
    public let thisUpdate: Timestamp
    public let nextUpdate: Timestamp
    public let entries: [Entry]

    /// Parses a DER list and checks that one of `anchors` has signed it.
    /// - Throws: ``IdentityError`` with code `malformedCertificate`, `unknownAuthority`, `wrongSuite`, `wrongProfile`
    ///   or `wrongSignature`.
    public init(der: [UInt8], anchors: TrustAnchors) throws(IdentityError) {
        guard der.count <= Self.maximumByteCount else {
            throw IdentityError(.malformedCertificate, "the revocation list has \(der.count) bytes: too many")
        }
        let list: CertificateListSyntax
        do {
            list = try CertificateListSyntax(derEncoded: der)
        } catch {
            throw IdentityError(.malformedCertificate, "the bytes are no revocation list of version 2", cause: error)
        }
        let anchor = anchors.departments.compactMap { anchors[$0] }.first { $0.certificate.subject == list.issuer }
        guard let anchor else {
            throw IdentityError(.unknownAuthority, "no authority of this consortium is '\(list.issuer)'")
        }
        try SignedStructure.check(algorithm: list.signed.algorithm, is: anchor.suite, of: "revocation list")
        guard list.signed.isSigned(by: anchor.publicKey) else {
            throw IdentityError(.wrongSignature, "the authority of \(anchor.department) did not sign this list")
        }
        self.init(der: der, department: anchor.department, list: list)
    }

    /// Parses a PEM list; otherwise as ``init(der:anchors:)``.
    public init(pem: String, anchors: TrustAnchors) throws(IdentityError) {
        guard let document = try? PEMDocument(pemString: pem), document.discriminator == "X509 CRL" else {
            throw IdentityError(.malformedCertificate, "the file is no PEM revocation list ('X509 CRL')")
        }
        try self.init(der: document.derBytes, anchors: anchors)
    }

    init(
        signedBy authority: CertificateAuthority,
        entries: [Entry],
        number: UInt64,
        thisUpdate: Timestamp,
        nextUpdate: Timestamp
    ) throws(IdentityError) {
        do {
            let body = try CertificateListSyntax.body(
                issuer: authority.anchor.certificate.subject,
                algorithm: authority.suite.signatureAlgorithm,
                authorityKeyIdentifier: CertificateAuthority.keyIdentifier(of: authority.key.verificationKey),
                entries: entries,
                number: number,
                thisUpdate: thisUpdate,
                nextUpdate: nextUpdate
            )
            let der = try SignedStructure.der(of: body, signedWith: authority.key, of: authority.suite)
            guard der.count <= Self.maximumByteCount else {
                throw IdentityError(
                    .signingFailed,
                    "a revocation list of \(entries.count) entries is longer than anybody reads: leave out what expired"
                )
            }
            self.init(
                der: der,
                department: authority.anchor.department,
                list: try CertificateListSyntax(derEncoded: der)
            )
        } catch let error as IdentityError {
            throw error
        } catch {
            throw IdentityError(.signingFailed, "the revocation list could not be made", cause: error)
        }
    }

    private init(der: [UInt8], department: DepartmentName, list: CertificateListSyntax) {
        self.der = der
        self.department = department
        self.number = list.number
        self.thisUpdate = list.thisUpdate
        self.nextUpdate = list.nextUpdate
        self.entries = list.entries
    }

    /// The list as a PEM document.
    public var pemRepresentation: String {
        PEMDocument(type: "X509 CRL", derBytes: der).pemString + "\n"
    }
}

/// What every department has revoked, as far as it is known here.
public struct Revocations: Sendable {
    private var lists: [DepartmentName: RevocationList] = [:]
    private var serialNumbers: [DepartmentName: Set<[UInt8]>] = [:]

    public init() {}

    /// Takes a list in; one that is not newer than the department's list here changes nothing.
    /// - Returns: whether the list was new.
    @discardableResult
    public mutating func insert(_ list: RevocationList) -> Bool {
        if let known = lists[list.department], known.number >= list.number { return false }
        lists[list.department] = list
        serialNumbers[list.department] = Set(list.entries.map(\.serialNumber))
        return true
    }

    /// - Throws: ``IdentityError`` with code `revoked`.
    public func check(_ certificate: MemberCertificate) throws(IdentityError) {
        let department = certificate.member.department
        guard serialNumbers[department]?.contains(certificate.serialNumber) != true else {
            throw IdentityError(
                .revoked,
                "the authority of \(department) has revoked the certificate of \(certificate.member)"
            )
        }
    }
}
