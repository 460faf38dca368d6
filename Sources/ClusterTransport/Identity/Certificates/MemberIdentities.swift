/// What a process speaks with as one member: on the ledger, and on connections.
///
/// Where TLS knows the ledger's suite, both are one. What ties the two together is the name alone: each department's
/// authority has signed both certificates, and both say the same member of the same consortium.
public struct MemberIdentities: Sendable {
    /// Signs transactions and votes.
    public let ledger: MemberIdentity
    /// Authenticates connections.
    public let transport: MemberIdentity

    public var member: MemberName { ledger.member }

    /// Joins the two.
    /// - Throws: ``IdentityError`` with code `wrongSuite`, `wrongMember` or `wrongConsortium` where they do not belong
    ///   together.
    public init(ledger: MemberIdentity, transport: MemberIdentity) throws(IdentityError) {
        let suites = (ledger.certificate.suite, transport.certificate.suite)
        guard suites.1 == suites.0.transport else {
            throw IdentityError(
                .wrongSuite,
                "the certificate for TLS of \(transport.member) is of the suite \(suites.1.rawValue), and one of "
                    + "\(suites.0.transport.rawValue) is needed"
            )
        }
        guard transport.member == ledger.member else {
            throw IdentityError(
                .wrongMember,
                "the certificate for TLS is of \(transport.member), the one for the ledger of \(ledger.member)"
            )
        }
        guard transport.certificate.consortium == ledger.certificate.consortium else {
            throw IdentityError(
                .wrongConsortium,
                "the certificate for TLS is for the consortium '\(transport.certificate.consortium)', the one for the "
                    + "ledger for '\(ledger.certificate.consortium)'"
            )
        }
        self.ledger = ledger
        self.transport = transport
    }
}
