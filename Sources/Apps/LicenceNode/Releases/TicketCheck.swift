import Formats
import Identity
import Ledger
import Licences
import Nodes
import ZhenglianClient

/// Whether a message is entitled to what it asks for: by the ledger's own word, and without asking anybody but this
/// node's ledger.
struct TicketCheck: Sendable {
    let genesis: Genesis
    let department: DepartmentName
    let ledger: any LedgerClient

    /// What a message asks for, once everything holds.
    struct Order: Sendable {
        let decision: Decision
        let kind: Release.Kind
        /// Ledger time at this node.
        let time: Timestamp
    }

    /// Checks, in this order: the ticket's receipt against the genesis; that it is a decision that allows, of this
    /// department's licence, within its time; that the caller is of the requester's department; that the order is the
    /// decision's, and signed by the key that asked the ledger, whose certificate is in force and not on the revocation
    /// list that its department has published on the ledger.
    /// - Throws: ``LicenceServiceError``.
    func order(_ message: ReleaseMessage, caller: MemberName?) async throws(LicenceServiceError) -> Order {
        let decision = try decision(message.ticket)
        guard decision.isAllowed else {
            throw LicenceServiceError(.notAllowed, "the decision denies: nothing is released")
        }
        guard decision.owner == department else {
            throw LicenceServiceError(.notEntitled, "the licence is of \(decision.owner): ask its node")
        }
        guard let caller, caller.department == decision.requester else {
            throw LicenceServiceError(
                .notEntitled, "the ticket is \(decision.requester)'s, whose members alone may use it")
        }
        let time = try await ledgerTime()
        guard time <= decision.expiresAt else {
            throw LicenceServiceError(
                .expired, "the ticket was good until \(decision.expiresAt): have the ledger decide anew")
        }
        let order: ReleaseOrder
        do throws(FormatError) {
            order = try ReleaseOrder(derBytes: message.order, limit: 1 << 10)
        } catch {
            throw LicenceServiceError(.malformed, "the bytes are no release order: \(error)")
        }
        let expected = ReleaseOrder(
            channel: genesis.channel, owner: department, decision: decision.identifier, kind: order.kind)
        guard order == expected else {
            throw LicenceServiceError(.notEntitled, "the order is for another node, ledger or decision")
        }
        try await checkSignature(message.signature, of: order, for: decision, caller: caller, at: time)
        return Order(decision: decision, kind: order.kind, time: time)
    }

    private func decision(_ ticket: [UInt8]) throws(LicenceServiceError) -> Decision {
        let findings: ReceiptFindings
        do {
            findings = try Receipt(derBytes: ticket, limit: Receipt.maximumByteCount).verify(against: genesis)
        } catch {
            throw LicenceServiceError(.noTicket, "the receipt of the decision does not hold: \(error)")
        }
        guard case .entry(let entry) = findings.subject,
            let decision = try? Decision(derBytes: entry.value, limit: EntrySubject.maximumValueByteCount),
            entry.name == UsageContract.stateName(of: decision.identifier)
        else {
            throw LicenceServiceError(.noTicket, "the receipt is not one of a decision of the usage ledger")
        }
        return decision
    }

    /// The time of the newest block here. The usage ledger checks again, with the block that the release is in.
    func ledgerTime() async throws(LicenceServiceError) -> Timestamp {
        do {
            return try await ledger.status().headTime
        } catch {
            throw LicenceServiceError(.unavailable, "the node's ledger does not answer: \(error)")
        }
    }

    private func checkSignature(
        _ signature: [UInt8], of order: ReleaseOrder, for decision: Decision, caller: MemberName, at time: Timestamp
    ) async throws(LicenceServiceError) {
        let certificate = try await certificate(of: decision.requesterKey, at: time)
        try await checkIsNotRevoked(certificate)
        guard certificate.member == caller else {
            throw LicenceServiceError(.notEntitled, "\(certificate.member) has asked the ledger, not \(caller)")
        }
        guard signature.count <= Signature.maximumByteCount,
            order.isSigned(Signature(signature), by: certificate.publicKey, suite: genesis.suite)
        else {
            throw LicenceServiceError(
                .wrongSignature, "the order is not signed by the key that asked the ledger for the decision")
        }
    }

    /// The certificate that the ledger has for a key, where it is in force.
    private func certificate(
        of key: KeyIdentifier, at time: Timestamp
    ) async throws(LicenceServiceError) -> MemberCertificate {
        do {
            let registered = try await ledger.query(
                contract: CertificatesContract.name, name: CertificatesContract.byKeyQuery,
                arguments: CertificateKeyArguments(key: key),
                as: RegisteredCertificate.self
            ).result
            return try genesis.anchors.authenticate(registered.certificate, at: time)
        } catch let error as IdentityError {
            throw LicenceServiceError(.notEntitled, "the requester's certificate does not hold: \(error)")
        } catch {
            throw LicenceServiceError(.unavailable, "the requester's certificate is not to be had: \(error)")
        }
    }

    /// By the newest list that the ledger has here. A decision from before the revocation releases nothing either.
    private func checkIsNotRevoked(_ certificate: MemberCertificate) async throws(LicenceServiceError) {
        let department = certificate.member.department
        do {
            try await ledger.revocations(of: department).check(certificate)
        } catch let error as IdentityError where error.code == .revoked {
            throw LicenceServiceError(
                .revoked,
                "\(department) has revoked the certificate of \(certificate.member): have a member with a certificate "
                    + "in force ask the ledger anew")
        } catch {
            throw LicenceServiceError(.unavailable, "the revocations of \(department) are not to be had: \(error)")
        }
    }
}
