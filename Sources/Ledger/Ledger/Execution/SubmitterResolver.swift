import Formats
import Identity

/// Parsed certificates by their DER: parsing costs more than everything else that happens to a small transaction.
struct CertificateMemo: Sendable {
    /// As many submitters as are active at a time; some 10 MiB.
    private static let limit = 4_096

    private var certificates: [[UInt8]: MemberCertificate] = [:]

    mutating func certificate(_ der: [UInt8], suite: any CryptoSuite) throws(IdentityError) -> MemberCertificate {
        if let known = certificates[der] { return known }
        let certificate = try MemberCertificate(der: der, suite: suite)
        if certificates.count >= Self.limit { certificates.removeAll(keepingCapacity: true) }
        certificates[der] = certificate
        return certificate
    }
}

/// Finds out whose transaction this is: by the certificate that is registered for its key, or by the one that its first
/// call registers.
struct SubmitterResolver {
    let genesis: Genesis

    /// The submitter's certificate, in force at `time` and not revoked.
    /// - Parameters:
    ///   - body: the transaction.
    ///   - time: the block's timestamp, or the clock at admission.
    ///   - memo: certificates that are parsed already.
    ///   - get: gives the entries of the contract `certificates`.
    /// - Throws: ``ContractError`` with code `submitterUnknown`, `submitterExpired`, `submitterRevoked`, or
    ///   `stateUnavailable`.
    func submitter(
        of body: TransactionBody,
        at time: Timestamp,
        memo: inout CertificateMemo,
        get: (StateKey) throws(ContractError) -> [UInt8]?
    ) throws(ContractError) -> Caller {
        let registered = try registered(body.submitter, memo: &memo, get: get)
        do throws(ContractError) {
            guard let registered else {
                throw ContractError(
                    .submitterUnknown,
                    "no certificate is registered for the submitter's key; register it in the first call"
                )
            }
            return try checked(registered, at: time, get: get)
        } catch {
            // A renewed certificate may stand in the first call when the registered one has run out or was revoked.
            guard error.code != .stateUnavailable,
                let introduced = introduced(by: body, at: time, memo: &memo), introduced != registered
            else { throw error }
            return try checked(introduced, at: time, get: get)
        }
    }

    /// The certificate that is registered for a key, in force or not.
    func registered(
        _ key: KeyIdentifier,
        memo: inout CertificateMemo,
        get: (StateKey) throws(ContractError) -> [UInt8]?
    ) throws(ContractError) -> MemberCertificate? {
        guard let bytes = try get(CertificateKeys.certificate(key)) else { return nil }
        do {
            let entry = try RegisteredCertificate(derBytes: bytes, limit: ExecutionLimits.valueBytes)
            return try memo.certificate(entry.certificate, suite: genesis.suite)
        } catch {
            throw ContractError(.stateUnavailable, "a registered certificate does not parse")
        }
    }

    /// The certificate that the first call registers, if its key is the submitter's; its authority is not checked.
    static func introduced(
        by body: TransactionBody,
        memo: inout CertificateMemo,
        suite: any CryptoSuite
    ) -> MemberCertificate? {
        guard let call = body.calls.first, call.contract == CertificatesContract.name,
            call.method == CertificatesContract.registerMethod,
            let arguments = try? CertificateArguments(
                derBytes: call.arguments, limit: 2 * MemberCertificate.maximumByteCount),
            let certificate = try? memo.certificate(arguments.certificate, suite: suite),
            certificate.publicKey.identifier == body.submitter
        else { return nil }
        return certificate
    }

    private func introduced(
        by body: TransactionBody,
        at time: Timestamp,
        memo: inout CertificateMemo
    ) -> MemberCertificate? {
        guard let certificate = Self.introduced(by: body, memo: &memo, suite: genesis.suite),
            (try? genesis.anchors.authenticate(certificate, at: time)) != nil
        else { return nil }
        return certificate
    }

    private func checked(
        _ certificate: MemberCertificate,
        at time: Timestamp,
        get: (StateKey) throws(ContractError) -> [UInt8]?
    ) throws(ContractError) -> Caller {
        // The authority's signature was checked when the certificate was registered; what changes is time and
        // revocation.
        guard certificate.notBefore <= time, time <= certificate.notAfter,
            let anchor = genesis.anchors[certificate.member.department],
            anchor.notBefore <= time, time <= anchor.notAfter
        else {
            throw ContractError(
                .submitterExpired,
                "the certificate of \(certificate.member) is not in force; register a renewed one"
            )
        }
        guard try get(CertificateKeys.revoked(certificate)) == nil else {
            throw ContractError(
                .submitterRevoked,
                "the certificate of \(certificate.member) is revoked; have its authority sign a new one"
            )
        }
        return Caller(certificate: certificate)
    }
}
