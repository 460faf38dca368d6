import Identity
import Synchronization

/// Verifies receipts of one consortium, for whoever verifies many.
///
/// Each receipt is checked in full, as ``Receipt/verify(against:trusting:)`` does. What is remembered, within a bound,
/// are signatures that have held: those of a quorum under a header that many receipts lead to, and that of an authority
/// under a certificate. A signature that held once holds for ever; digests, paths and times are checked every time.
public final class ReceiptVerifier: Sendable {
    /// Signatures of quorums, and of authorities, that are remembered unless told otherwise: some kilobytes each.
    public static let defaultCapacity = 1_024

    public let genesis: Genesis
    private let memory: SignatureMemory

    /// - Parameters:
    ///   - genesis: what all trust starts from.
    ///   - capacity: most signatures of quorums that are remembered, and of authorities.
    public init(genesis: Genesis, capacity: Int = ReceiptVerifier.defaultCapacity) {
        self.genesis = genesis
        memory = SignatureMemory(genesis: genesis, capacity: capacity)
    }

    /// Checks every link from the subject of a receipt to the signatures of a quorum.
    /// - Parameters:
    ///   - receipt: what is shown.
    ///   - trusted: a set that was verified earlier.
    /// - Throws: ``VerificationError`` that names the first link that does not hold.
    public func verify(
        _ receipt: Receipt, trusting trusted: TrustedValidators? = nil
    ) throws(VerificationError) -> ReceiptFindings {
        try receipt.verify(by: memory, trusting: trusted)
    }
}

/// Signatures that have held, for receipts of one consortium.
final class SignatureMemory: Sendable {
    private struct State {
        /// The last sets of chains, by the chains and the certificates that they have signed.
        var quorums: Remembered<Digest, AuthenticatedValidators>
        var certificates: Remembered<Digest, MemberCertificate>
    }

    let genesis: Genesis
    private let state: Mutex<State>

    init(genesis: Genesis, capacity: Int) {
        self.genesis = genesis
        state = Mutex(
            State(quorums: Remembered(capacity: capacity), certificates: Remembered(capacity: capacity)))
    }

    /// The last set of a chain, after its signatures and those of `finalization`. The links have to be checked before.
    /// - Throws: ``VerificationError`` as ``EpochChain/authenticate(_:)``.
    func validators(
        of chain: EpochChain, sealing finalization: QuorumCertificate
    ) throws(VerificationError) -> AuthenticatedValidators {
        // DER says where it ends, so what stands here one after the other can be read in one way only.
        var content = chain.start.statement.derBytes
        for change in chain.changes { content += change.derBytes }
        let name = genesis.suite.digest(of: content + finalization.derBytes)
        if let known = state.withLock({ $0.quorums[name] }) {
            // When the first set's certificates were looked at is the start's to say.
            return chain.changes.isEmpty ? chain.start : known
        }
        let validators = try chain.authenticate(finalization)
        state.withLock { $0.quorums.remember(validators, of: name) }
        return validators
    }

    /// A member's certificate, signed by its department's authority and valid at `time`.
    /// - Throws: `IdentityError` as `TrustAnchors.authenticate(_:at:)`.
    func certificate(_ der: [UInt8], at time: Timestamp) throws(IdentityError) -> MemberCertificate {
        let name = genesis.suite.digest(of: der)
        if let known = state.withLock({ $0.certificates[name] }) {
            try genesis.anchors.authenticate(again: known, at: time)
            return known
        }
        let certificate = try genesis.anchors.authenticate(der, at: time)
        state.withLock { $0.certificates.remember(certificate, of: name) }
        return certificate
    }
}
