public import Formats
public import Identity

/// The door for a transaction's bytes: bound, parse, place, submitter, signature. Behind it are only
/// ``VerifiedTransaction``s.
///
/// A transaction on its way in passes all of it. One in a proposed block has to be of the channel and rightly signed;
/// whether its submitter is in force is decided when it is executed, the same on every node.
public struct TransactionAdmission: Sendable {
    public let genesis: Genesis

    private var memo = CertificateMemo()

    public init(genesis: Genesis) { self.genesis = genesis }

    /// The first step: bound and parse.
    /// - Parameter bytes: the transaction's DER.
    /// - Throws: ``AdmissionError`` with code `tooLarge` or `malformed`.
    public func parse(_ bytes: [UInt8]) throws(AdmissionError) -> EncodedTransaction {
        do {
            let limit = genesis.limits.maximumTransactionBytes
            return try EncodedTransaction(bytes: bytes, limit: limit, suite: genesis.suite)
        } catch {
            throw AdmissionError(error.code == .tooLarge ? .tooLarge : .malformed, "this is no transaction: \(error)")
        }
    }

    /// The second step: whether a block of this chain may hold it, going by what it says of itself.
    /// - Parameter head: the height of the chain here.
    /// - Throws: ``AdmissionError`` with code `wrongChannel`, `expired` or `lifetimeTooLong`.
    public func checkPlace(of transaction: EncodedTransaction, head: Height) throws(AdmissionError) {
        let body = transaction.body
        guard body.channel == genesis.channel else {
            throw AdmissionError(
                .wrongChannel,
                "the transaction is for channel \(body.channel), this is \(genesis.channel): check the genesis file"
            )
        }
        guard body.lastValidHeight > head else {
            throw AdmissionError(
                .expired,
                "the transaction was valid up to height \(body.lastValidHeight), the chain is at \(head): sign anew"
            )
        }
        guard body.lastValidHeight <= head.advanced(by: genesis.limits.transactionLifetime) else {
            throw AdmissionError(
                .lifetimeTooLong,
                "the last valid height may be at most \(genesis.limits.transactionLifetime) above the chain's, \(head)"
            )
        }
    }

    /// The submitter's certificate, registered or introduced by the first call, in force at `now` and not revoked.
    /// - Throws: ``AdmissionError`` with code `submitterUnknown`, `submitterExpired`, `submitterRevoked`,
    ///   `unavailable`.
    public mutating func submitter(
        of transaction: EncodedTransaction,
        now: Timestamp,
        state: any StateReader
    ) throws(AdmissionError) -> MemberCertificate {
        do throws(ContractError) {
            let resolver = SubmitterResolver(genesis: genesis)
            return try resolver.submitter(of: transaction.body, at: now, memo: &memo) { (key) throws(ContractError) in
                try Self.entry(key, in: state)
            }.certificate
        } catch {
            throw Self.admissionError(error)
        }
    }

    /// The certificate whose key the transaction names, in force or not: what is needed to check a signature.
    /// - Throws: ``AdmissionError`` with code `submitterUnknown` or `unavailable`.
    public mutating func signer(
        of transaction: EncodedTransaction,
        state: any StateReader
    ) throws(AdmissionError) -> MemberCertificate {
        let resolver = SubmitterResolver(genesis: genesis)
        let registered: MemberCertificate?
        do throws(ContractError) {
            registered = try resolver.registered(transaction.body.submitter, memo: &memo) {
                (key) throws(ContractError) in
                try Self.entry(key, in: state)
            }
        } catch {
            throw Self.admissionError(error)
        }
        let introduced = SubmitterResolver.introduced(by: transaction.body, memo: &memo, suite: genesis.suite)
        guard let certificate = registered ?? introduced else {
            throw AdmissionError(
                .submitterUnknown,
                "no certificate is known here for the submitter of transaction \(transaction.identifier)"
            )
        }
        return certificate
    }

    /// The last step: the signature, by the key of the submitter's certificate.
    /// - Throws: ``AdmissionError`` with code `wrongSignature`.
    public func verify(
        _ transaction: EncodedTransaction,
        by certificate: MemberCertificate
    ) throws(AdmissionError) -> VerifiedTransaction {
        let signature = transaction.transaction.signature
        guard certificate.publicKey.identifier == transaction.body.submitter,
            certificate.publicKey.isValid(signature, of: transaction.identifier.digest, for: .transaction)
        else {
            throw AdmissionError(
                .wrongSignature,
                "transaction \(transaction.identifier) is not signed by the key of \(certificate.member)"
            )
        }
        return VerifiedTransaction(encoded: transaction, certificate: certificate)
    }

    private static func entry(_ key: StateKey, in state: any StateReader) throws(ContractError) -> [UInt8]? {
        do {
            return try state.value(at: StateAddress(contract: CertificatesContract.name, key: key))
        } catch {
            throw ContractError(.stateUnavailable, "\(error)")
        }
    }

    private static func admissionError(_ error: ContractError) -> AdmissionError {
        switch error.code {
        case .submitterUnknown, .submitterExpired, .submitterRevoked:
            AdmissionError(AdmissionError.Code(rawValue: error.code.rawValue), error.message)
        default:
            AdmissionError(.unavailable, "the ledger cannot be read: \(error.message)")
        }
    }
}
