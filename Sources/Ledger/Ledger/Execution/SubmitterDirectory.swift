import Formats
import Identity

/// Who may submit as of the last block, for the transactions that come in between blocks: spares most of them the
/// database.
struct SubmitterDirectory: Sendable {
    /// As many submitters as are active at a time.
    private static let limit = 4_096

    private(set) var admission: TransactionAdmission
    /// Grows whenever a certificate or a revocation changes; an answer of an older one is not kept.
    private(set) var generation = 0
    private var certificates: [KeyIdentifier: MemberCertificate] = [:]

    init(genesis: Genesis) {
        admission = TransactionAdmission(genesis: genesis)
    }

    /// A certificate that was registered and not revoked when it was looked up, and is in force at `now`.
    func certificate(of key: KeyIdentifier, now: Timestamp) -> MemberCertificate? {
        guard let certificate = certificates[key], certificate.notBefore <= now, now <= certificate.notAfter,
            let anchor = admission.genesis.anchors[certificate.member.department],
            anchor.notBefore <= now, now <= anchor.notAfter
        else { return nil }
        return certificate
    }

    /// The certificate that is registered for a key, in force or not, where it is at hand.
    func registered(_ key: KeyIdentifier) -> MemberCertificate? { certificates[key] }

    mutating func keep(_ certificate: MemberCertificate, generation: Int) {
        guard generation == self.generation else { return }
        if certificates.count >= Self.limit { certificates.removeAll(keepingCapacity: true) }
        certificates[certificate.publicKey.identifier] = certificate
    }

    mutating func update(after blocks: [ExecutedBlock]) {
        let hasChanged = blocks.contains { block in
            block.changes.contains { $0.contract == CertificatesContract.name }
        }
        guard hasChanged else { return }
        generation += 1
        certificates.removeAll(keepingCapacity: true)
    }
}
