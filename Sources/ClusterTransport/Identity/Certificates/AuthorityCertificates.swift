import SwiftASN1

/// The certificates of one department's authority, as it hands them out: the trust anchor of the ledger and, where TLS
/// does not know the ledger's suite, a second one for TLS.
///
/// Both bear the authority's one name. The ledger's is the authority; what it says, its revocation lists above all,
/// holds for certificates of either.
public struct AuthorityCertificates: Sendable {
    public let ledger: TrustAnchor
    /// `nil` where ``ledger`` serves both.
    public let transport: TrustAnchor?

    public var department: DepartmentName { ledger.department }

    /// Joins the two.
    /// - Throws: ``IdentityError`` with code `wrongSuite` where TLS could not use the one, or needs no other;
    ///   `wrongDepartment` where they are of two departments.
    public init(ledger: TrustAnchor, transport: TrustAnchor?) throws(IdentityError) {
        let suite = ledger.suite.identifier
        switch transport {
        case nil:
            guard suite.servesTransport else {
                throw IdentityError(
                    .wrongSuite,
                    "the authority of \(ledger.department) is of the suite \(suite.rawValue), which TLS does not know: "
                        + "it needs a second certificate of the suite \(suite.transport.rawValue)"
                )
            }
        case .some(let transport):
            guard !suite.servesTransport, transport.suite.identifier == suite.transport else {
                throw IdentityError(
                    .wrongSuite,
                    "the authority of \(ledger.department) has a first certificate of the suite \(suite.rawValue) and "
                        + "a second of \(transport.suite.identifier.rawValue): the second is for TLS, and of "
                        + "\(suite.transport.rawValue) where the first is not"
                )
            }
            guard transport.department == ledger.department else {
                throw IdentityError(
                    .wrongDepartment,
                    "the authority of \(ledger.department) has a certificate for TLS of \(transport.department)"
                )
            }
        }
        self.ledger = ledger
        self.transport = transport
    }

    /// Parses a PEM file with the authority's certificate, after which comes the one for TLS where there is one.
    /// - Throws: as ``TrustAnchor/init(pem:)`` and ``init(ledger:transport:)``.
    public init(pem: String) throws(IdentityError) {
        let documents: [PEMDocument]
        do {
            documents = try PEMDocument.parseMultiple(pemString: pem)
        } catch {
            throw IdentityError(.malformedCertificate, "the file is no PEM certificate", cause: error)
        }
        guard (1...2).contains(documents.count) else {
            throw IdentityError(
                .malformedCertificate, "the file holds \(documents.count) PEM documents, not one or two certificates")
        }
        let anchors = try documents.map { document throws(IdentityError) in
            try TrustAnchor(pem: document.pemString)
        }
        try self.init(ledger: anchors[0], transport: anchors.count == 2 ? anchors[1] : nil)
    }

    /// The certificates as one PEM file.
    public var pemRepresentation: String {
        ledger.pemRepresentation + (transport?.pemRepresentation ?? "")
    }
}
