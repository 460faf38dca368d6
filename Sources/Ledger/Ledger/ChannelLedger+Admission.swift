import Formats
public import Identity
import Synchronization

extension ChannelLedger {
    /// The door for a transaction that a client sends.
    /// - Parameters:
    ///   - bytes: the transaction's DER.
    ///   - now: this node's clock.
    /// - Throws: ``AdmissionError`` that says what to do.
    public func admit(_ bytes: [UInt8], now: Timestamp) async throws(AdmissionError) -> VerifiedTransaction {
        try await admit(try parse(bytes), now: now)
    }

    /// Bounds and parses a transaction that somebody sends: the first step of admitting it.
    /// - Throws: ``AdmissionError`` with code `tooLarge` or `malformed`.
    public func parse(_ bytes: [UInt8]) throws(AdmissionError) -> EncodedTransaction {
        try TransactionAdmission(genesis: genesis).parse(bytes)
    }

    /// The rest of the door, for a transaction that was parsed already.
    /// - Throws: ``AdmissionError`` that says what to do.
    public func admit(
        _ transaction: EncodedTransaction,
        now: Timestamp
    ) async throws(AdmissionError) -> VerifiedTransaction {
        let admission = TransactionAdmission(genesis: genesis)
        try admission.checkPlace(of: transaction, head: head.height)
        let certificate = try await submitter(of: transaction, now: now)
        return try admission.verify(transaction, by: certificate)
    }

    /// The certificates whose keys the transactions of a proposed block name, in their order; then each signature is
    /// checked by ``TransactionAdmission/verify(_:by:)``, in parallel where that pays.
    /// - Throws: ``AdmissionError`` with code `submitterUnknown` where this node knows no certificate for a key: it may
    ///   be behind; or `unavailable`.
    public func signers(of transactions: [EncodedTransaction]) async throws(AdmissionError) -> [MemberCertificate] {
        if let known = knownSigners(of: transactions) { return known }
        let genesis = genesis
        let result: Result<[MemberCertificate], AdmissionError>
        do {
            result = try await store.read { reader in
                var admission = TransactionAdmission(genesis: genesis)
                return Result { () throws(AdmissionError) in
                    try transactions.map { transaction throws(AdmissionError) in
                        try admission.signer(of: transaction, state: reader)
                    }
                }
            }
        } catch {
            throw AdmissionError(.unavailable, "the ledger cannot be read: \(error)")
        }
        return try result.get()
    }

    /// The same from memory, where all of them are at hand: a busy node's usual case.
    private func knownSigners(of transactions: [EncodedTransaction]) -> [MemberCertificate]? {
        submitters.withLock { directory in
            var certificates: [MemberCertificate] = []
            certificates.reserveCapacity(transactions.count)
            for transaction in transactions {
                guard let certificate = directory.registered(transaction.body.submitter) else { return nil }
                certificates.append(certificate)
            }
            return certificates
        }
    }

    private func submitter(
        of transaction: EncodedTransaction,
        now: Timestamp
    ) async throws(AdmissionError) -> MemberCertificate {
        let (known, generation) = submitters.withLock { directory in
            (directory.certificate(of: transaction.body.submitter, now: now), directory.generation)
        }
        if let known { return known }
        let genesis = genesis
        let result: Result<(MemberCertificate, isRegistered: Bool), AdmissionError>
        do {
            result = try await store.read { reader in
                var admission = TransactionAdmission(genesis: genesis)
                return Result { () throws(AdmissionError) in
                    let certificate = try admission.submitter(of: transaction, now: now, state: reader)
                    let key = StateAddress(
                        contract: CertificatesContract.name,
                        key: CertificateKeys.certificate(transaction.body.submitter)
                    )
                    return (certificate, (try? reader.value(at: key)) != nil)
                }
            }
        } catch {
            throw AdmissionError(.unavailable, "the ledger cannot be read: \(error)")
        }
        let (certificate, isRegistered) = try result.get()
        if isRegistered {
            submitters.withLock { $0.keep(certificate, generation: generation) }
        }
        return certificate
    }
}
