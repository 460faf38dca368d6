import Crypto
public import Formats
public import Identity
import Ledger
public import Nodes
import Synchronization

/// Says for which member of the consortium a TLS certificate speaks.
///
/// TLS has shown that the caller holds the certificate's key; here it is held against the department's authority, the
/// time and what was revoked. What has been authenticated is remembered, at most ``AccessLimits/certificates`` of them,
/// so that a signature is checked once; time and revocation are checked every time.
public final class CertificateAuthenticator: Sendable {
    private struct State {
        var revocations = Revocations()
        var known: Remembered<SHA256.Digest, MemberCertificate>
    }

    private let anchors: TrustAnchors
    private let ledgerAnchors: TrustAnchors
    private let capacity: Int
    private let state: Mutex<State>

    /// - Parameters:
    ///   - genesis: whose members call. Under the suite `sm` they show the certificates that they have for TLS.
    ///   - capacity: most certificates that are remembered.
    public init(genesis: Genesis, capacity: Int = AccessLimits.certificates) {
        anchors = genesis.transportAnchors
        ledgerAnchors = genesis.anchors
        self.capacity = capacity
        state = Mutex(State(known: Remembered(capacity: capacity)))
    }

    /// How many certificates are remembered.
    public var rememberedCount: Int { state.withLock { $0.known.count } }

    /// Decides whether a certificate may speak, now.
    /// - Parameters:
    ///   - der: the certificate of the TLS handshake.
    ///   - now: the time.
    /// - Throws: ``AccessError`` with code `certificateExpired`, `certificateRevoked` or `certificateRefused`.
    public func authenticate(_ der: [UInt8], at now: Timestamp) throws(AccessError) -> MemberCertificate {
        let digest = SHA256.hash(data: der)
        do throws(IdentityError) {
            if let known = state.withLock({ $0.known[digest] }) {
                return try recheck(known, at: now)
            }
            let certificate = try anchors.authenticate(der, at: now)
            try state.withLock(\.revocations).check(certificate)
            state.withLock { $0.known.remember(certificate, of: digest) }
            return certificate
        } catch {
            throw AccessError(certificate: error)
        }
    }

    /// Takes in what is revoked: nothing is remembered from before.
    public func update(_ revocations: Revocations) {
        state.withLock { state in
            state = State(revocations: revocations, known: Remembered(capacity: capacity))
        }
    }

    /// Reads what departments have revoked from a ledger, and takes it in.
    ///
    /// As for the node's own connections, lists are those of the authorities that sign for the ledger; under the suite
    /// `sm` they name the certificates for TLS by their serial numbers as well.
    /// - Parameters:
    ///   - ledger: the node's.
    ///   - lists: what is known besides, as from a directory; of each department's lists the newest counts.
    /// - Throws: `NodeError`, the transport's error, or `IdentityError` where a list does not hold; what was known
    ///   before goes on holding then.
    public func update(from ledger: any LedgerClient, and lists: [RevocationList] = []) async throws {
        var revocations = Revocations()
        for list in lists { revocations.insert(list) }
        for department in ledgerAnchors.departments {
            do {
                let published = try await ledger.query(
                    contract: CertificatesContract.name, name: "revocations",
                    arguments: DepartmentArguments(department: department), as: PublishedRevocations.self
                ).result
                revocations.insert(try RevocationList(der: published.list, anchors: ledgerAnchors))
            } catch let error as NodeError where error.code == .notFound {
                // It has revoked nothing.
                continue
            }
        }
        update(revocations)
    }

    /// A certificate that was authenticated once: its signature holds for ever, time and revocation do not.
    private func recheck(
        _ certificate: MemberCertificate, at now: Timestamp
    ) throws(IdentityError) -> MemberCertificate {
        try state.withLock(\.revocations).check(certificate)
        try anchors.authenticate(again: certificate, at: now)
        return certificate
    }
}

extension AccessError {
    fileprivate init(certificate error: IdentityError) {
        let code: Code =
            switch error.code {
            case .expired, .notYetValid: .certificateExpired
            case .revoked: .certificateRevoked
            default: .certificateRefused
            }
        // The messages of Identity name members and times, nothing else.
        self.init(code, error.message, cause: error)
    }
}
